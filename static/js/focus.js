// A button that is disabled while its form is sent, or replaced by what comes back, loses the focus: whoever
// works by keyboard would begin again at the top of the page. This gives it back.

let had = null;

function giveBack() {
  if (!had || document.activeElement !== document.body) return;
  const place = had.isConnected ? had : document.getElementById(had.id);
  place?.focus({ preventScroll: true });
  if (document.activeElement === place) had = null;
}

document.addEventListener("htmx:beforeRequest", () => {
  had = document.activeElement === document.body ? null : document.activeElement;
});
document.addEventListener("htmx:afterRequest", giveBack);
document.addEventListener("htmx:afterSettle", giveBack);
