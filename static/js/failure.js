// When a request that htmx makes comes to nothing, the page would stay silent. This says what happened.
// Whoever works without JavaScript sees the browser's or the server's own page instead.

const place = document.querySelector("[data-failure]");
const toast = place.querySelector(".toast");

function say(kind) {
  toast.hidden = kind === null;
  for (const words of place.querySelectorAll("[data-failure-kind]")) words.hidden = words.dataset.failureKind !== kind;
}

// The site's own pages about failures (templates/parts/error.html) name themselves, and the sentence that
// also holds here. Nothing in a parsed document runs.
function errorPage(text) {
  if (!text.includes("data-error-page")) return null;
  return new DOMParser().parseFromString(text, "text/html").querySelector("[data-error-page]");
}

function repeat(page) {
  place.querySelector("[data-failure-heading]").textContent = page.querySelector("h1").textContent.trim();
  place.querySelector("[data-failure-sentence]").textContent = page.querySelector("[data-says]")?.textContent.trim() ?? "";
  say("said");
}

toast.querySelector("button").addEventListener("click", () => say(null));
document.addEventListener("htmx:beforeRequest", () => say(null));
document.addEventListener("htmx:sendError", () => say("unreachable"));
document.addEventListener("htmx:timeout", () => say("unreachable"));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return;
  const page = errorPage(xhr.responseText);
  if (page) {
    event.detail.shouldSwap = false;
    repeat(page);
  } else if (!event.detail.shouldSwap) {
    say(xhr.status === 401 ? "signed-out" : "refused");
  }
});
