// The edges between the panes of an exercise can be moved: with the mouse, a finger, or the arrow keys.
//
// Without this file the panes have the sizes of css/grading.css and everything works. A size is a
// percentage of all three, kept in this browser. Home goes back to where the edge was at first.

const STEP = 2;
const exercise = document.querySelector(".exercise");

function edge(element) {
  const { property, least, most } = element.dataset;
  const across = element.getAttribute("aria-orientation") === "vertical";
  const standard = Number(element.getAttribute("aria-valuenow"));
  const key = `pane ${property}`;

  function move(percent) {
    const size = Math.round(Math.min(Math.max(percent, Number(least)), Number(most)));
    exercise.style.setProperty(property, `${size}%`);
    element.setAttribute("aria-valuenow", size);
    localStorage.setItem(key, size);
  }

  // Both sizes are counted from where the pane begins: the task's from the left, the results' from below.
  function follow(event) {
    const box = exercise.getBoundingClientRect();
    if (across) move(((event.clientX - box.left) / box.width) * 100);
    else move(((box.bottom - event.clientY) / box.height) * 100);
  }

  element.hidden = false;
  element.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.addEventListener("pointermove", follow);
  });
  element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", follow));
  element.addEventListener("keydown", (event) => {
    const now = Number(element.getAttribute("aria-valuenow"));
    const steps = across ? { ArrowLeft: -STEP, ArrowRight: STEP } : { ArrowUp: STEP, ArrowDown: -STEP };
    if (event.key in steps) move(now + steps[event.key]);
    else if (event.key === "Home") move(standard);
    else return;
    event.preventDefault();
  });
  const kept = Number(localStorage.getItem(key));
  if (kept) move(kept);
}

for (const element of exercise?.querySelectorAll('[role="separator"]') ?? []) edge(element);
