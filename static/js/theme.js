// The choice of theme. The server writes it into <html data-theme> from the cookie, so that the
// next page is right from its first byte; this only stores the choice and shows it at once.

const YEAR = 60 * 60 * 24 * 365;

function choose(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const age = theme === "auto" ? 0 : YEAR;
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
}

for (const field of document.querySelectorAll("[data-theme-choice]")) {
  field.hidden = false;
  field.addEventListener("change", (event) => choose(event.target.value));
}
