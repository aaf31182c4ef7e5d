// Says once a minute, and when the page goes out of sight, for how many seconds the lesson was in use.
//
// It counts while the page is in sight and there was input within the last minute: scrolling, a key, the
// pointer. What is sent is a number of seconds and nothing else. The server never counts more than has
// gone by since this person's latest beat from any page, see course/activity.py.

const IDLE_AFTER_MS = 60_000;
const EVERY_MS = 60_000;

const { beat: address } = document.querySelector("[data-beat]").dataset;
const headers = JSON.parse(document.body.getAttribute("hx-headers"));

let inSight = document.visibilityState === "visible";
let lastInput = -Infinity;
let countedTo = performance.now();
let pending = 0;
let pointer = "";

function count() {
  const now = performance.now();
  if (inSight) pending += Math.max(0, Math.min(now, lastInput + IDLE_AFTER_MS) - countedTo);
  countedTo = now;
}

function noteInput() {
  if (performance.now() - lastInput < 1000) return; // a pointer that moves says so a hundred times a second
  count();
  lastInput = performance.now();
}

function send() {
  count();
  const seconds = Math.floor(pending / 1000);
  if (!seconds) return;
  pending -= seconds * 1000;
  const body = new URLSearchParams({ seconds });
  // keepalive: it arrives although the page is being left. What does not arrive is not counted.
  fetch(address, { method: "POST", body, headers, keepalive: true }).catch(() => {});
}

// Browsers also say that a pointer moves where the page moves below one that lies still.
function notePointer({ screenX, screenY }) {
  const place = `${screenX} ${screenY}`;
  if (pointer && pointer !== place) noteInput();
  pointer = place;
}

for (const kind of ["scroll", "keydown", "pointerdown", "wheel", "touchmove"]) {
  document.addEventListener(kind, noteInput, { passive: true, capture: true });
}
document.addEventListener("pointermove", notePointer, { passive: true, capture: true });

document.addEventListener("visibilitychange", () => {
  send();
  inSight = document.visibilityState === "visible";
});
addEventListener("pagehide", send);
setInterval(send, EVERY_MS);
