// A lesson that is read: how long is left of it, and the place, kept for the next visit on any device.

const text = document.querySelector("article.prose");
const left = document.querySelector(".toc__left");
const form = document.getElementById("place");

// --- Time left ----------------------------------------------------------------------------------

const pieces = text ? [...text.children].map((piece) => ({ piece, words: piece.textContent.split(/\s+/).length })) : [];
const all = pieces.reduce((sum, { words }) => sum + words, 0);

function wordsBelow() {
  const line = window.innerHeight * 0.35; // about where one reads
  return pieces.reduce((sum, { piece, words }) => {
    const { top, height } = piece.getBoundingClientRect();
    const unread = height ? Math.min(Math.max((top + height - line) / height, 0), 1) : Number(top > line);
    return sum + words * unread;
  }, 0);
}

function sayTimeLeft() {
  const minutes = Math.round((Number(left.dataset.minutes) * wordsBelow()) / all);
  const said = minutes > 1 ? left.dataset.many.replace("%s", minutes) : wordsBelow() < 20 ? left.dataset.none : left.dataset.one;
  if (left.textContent !== said) left.textContent = said;
}

// --- The place ----------------------------------------------------------------------------------

const headings = text ? [...text.querySelectorAll(":is(h2, h3)[id]")] : [];
let kept = ""; // what the server knows
let waits;

function headingRead() {
  return headings.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight * 0.35).at(-1)?.id ?? "";
}

function keep() {
  clearTimeout(waits);
  waits = undefined;
  const place = headingRead();
  if (!place || place === kept) return;
  kept = place;
  form.elements.place.value = place;
  // It outlives the page, and nobody waits for it: a place that is lost is a scroll.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => (kept = ""));
}

// --- When it moves ------------------------------------------------------------------------------

let asked = false;

function moved() {
  if (!asked) {
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      sayTimeLeft();
    });
  }
  waits ??= setTimeout(keep, 3000);
}

if (text && left && form && all) {
  addEventListener("scroll", moved, { passive: true });
  addEventListener("resize", moved);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  sayTimeLeft();
}

// What is wider than its room scrolls by the keys too.
function letKeysScroll() {
  for (const box of document.querySelectorAll(".prose .scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

letKeysScroll();
addEventListener("resize", letKeysScroll);
