// Sets the formulas of a text. Until then, and without JavaScript, the reader sees them as TeX.
// KaTeX keeps MathML beside what it draws, for screen readers.

const WRAPPED = /^\\[([]([^]*)\\[)\]]$/;

function set(place) {
  const source = place.textContent;
  const [, tex] = WRAPPED.exec(source.trim()) ?? [];
  if (tex === undefined) return;
  try {
    katex.render(tex, place, { displayMode: place.localName === "div", output: "htmlAndMathml" });
    place.dataset.formula = "set";
  } catch (fault) {
    place.textContent = source; // KaTeX has emptied it; the TeX stays, readable
    place.dataset.formula = "fault";
    place.title = fault.message;
  }
}

function setAll(within) {
  for (const place of within.querySelectorAll(".arithmatex:not([data-formula])")) set(place);
  document.fonts.ready.then(() => {
    for (const box of within.querySelectorAll("div.arithmatex")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // scrolls by the keys too
    }
  });
}

setAll(document);
document.addEventListener("htmx:load", (event) => setAll(event.detail.elt.parentElement ?? document));
