// When a request that htmx makes comes to nothing, the page would stay silent. This says what happened.
// Whoever works without JavaScript sees the browser's or the server's own page instead.

const place = document.querySelector("[data-failure]");

function say(kind) {
  for (const words of place.children) words.hidden = words.dataset.failureKind !== kind;
}

document.addEventListener("htmx:beforeRequest", () => say(null));
document.addEventListener("htmx:sendError", () => say("unreachable"));
document.addEventListener("htmx:timeout", () => say("unreachable"));
document.addEventListener("htmx:responseError", (event) => {
  say(event.detail.xhr.status === 401 ? "signed-out" : "refused");
});
