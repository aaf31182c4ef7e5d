// When a request that htmx makes comes to nothing, the page would stay silent. This says what happened.
// Whoever works without JavaScript sees the browser's or the server's own page instead.

const place = document.querySelector("[data-failure]");

function say(kind) {
  for (const words of place.children) words.hidden = words.dataset.failureKind !== kind;
}

document.addEventListener("htmx:beforeRequest", () => say(null));
document.addEventListener("htmx:sendError", () => say("unreachable"));
document.addEventListener("htmx:timeout", () => say("unreachable"));
document.addEventListener("htmx:responseError", () => say("refused"));

// A session that has ended sends the request on to the sign-in page, which must not land in this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.includes("/accounts/login/")) return;
  event.detail.shouldSwap = false;
  say("signed-out");
});
