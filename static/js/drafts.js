// Keeps what is typed: in this browser at every change, and on the server a second after the last one.
//
// The server takes a text only where nobody changed the draft since this page was opened; else it keeps both, and
// the page offers to compare them (409). What the server has not taken yet lies in localStorage, under the person,
// the exercise and the name of this page; a page that opens sends what an earlier one could not. The tab that is
// still open holds a lock, where there are locks, so that nobody else sends what it is about to send.
// Without this file there is a “Save” button.

const QUIET_MS = 1000; // after the last key
const PATIENCE_MS = 5000; // while somebody types on
const RETRY_MS = [2000, 5000, 15000, 30000];
const SLOW_MS = 400; // below this, “Saving” would only flicker
const KEEPALIVE_BYTES = 60_000; // a browser sends at most 64 kB for a page that is gone
const WHY = { 401: "signed-out", 403: "signed-out", 409: "differs" };

const root = document.querySelector("[data-draft]");
const form = root.closest("form");
const fields = [...form.querySelectorAll("textarea[name=code], textarea[name^='code:'], textarea[name=scratch]")];
const hidden = (name) => form.querySelector(`input[name=draft_${name}]`);
const [state, merge, refused] = ["state", "merge", "refused"].map((name) => root.querySelector(`[data-draft-${name}]`));
const person = hidden("person").defaultValue;
const page = hidden("page").defaultValue;
const shelf = `gradient.draft.${person}.${root.dataset.draftExercise}.`;

let version = Number(hidden("version").defaultValue);
let turn = Number(hidden("turn").defaultValue);
let said = state.textContent; // “Saved 12:04”, as the server put it
let known; // the text that the server has of this page
let quiet, patient, slow, retry;
let failures = 0;
let sending = null; // the save that is under way
let carried; // its text
let submitting = null; // the text that a submission took along

function word(which) {
  return root.querySelector(`[data-word="${which}"]`).textContent;
}

// The same words again are not written again: they would be read aloud again.
function say(words, kind) {
  if (state.textContent !== words) state.textContent = words;
  root.dataset.state = kind;
}

function refuse(sentence) {
  refused.textContent = sentence;
  refused.hidden = !sentence;
}

// --- The text -----------------------------------------------------------------------------------

const read = () => JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value])));
const dirty = () => read() !== known;

function show(text) {
  const values = JSON.parse(text);
  for (const field of fields) {
    if (!(field.name in values) || field.value === values[field.name]) continue;
    field.value = values[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true })); // the editor follows
  }
}

// What the server says, in the names of this page's fields: the main file is “code”.
function textOf({ files, scratch }) {
  const values = fields.map(({ name, labels }) => {
    const path = name.startsWith("code:") ? name.slice(5) : labels[0].textContent.trim();
    return [name, name === "scratch" ? scratch : (files[path] ?? "")];
  });
  return JSON.stringify(Object.fromEntries(values));
}

function mark(newVersion) {
  version = Math.max(version, newVersion);
  hidden("version").value = version;
  hidden("aside").value = "";
}

// --- In this browser ----------------------------------------------------------------------------

// False where there is no room, or no such place: a private window, a full disk.
function putOnShelf() {
  root.dataset.draftUnsaved = "";
  try {
    localStorage.setItem(shelf + page, JSON.stringify({ version, turn: turn + 1, text: read(), at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

function takeFromShelf(key = shelf + page) {
  if (key === shelf + page) delete root.dataset.draftUnsaved;
  try {
    localStorage.removeItem(key);
  } catch {} // there is no such place: then nothing lies there
}

async function leftByOthers() {
  const open = navigator.locks ? (await navigator.locks.query()).held.map(({ name }) => name) : [];
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(shelf) && key !== shelf + page && !open.includes(key));
  return keys.map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) })).sort((one, other) => one.at - other.at);
}

// --- To the server ------------------------------------------------------------------------------

// The token is read each time: it is another one after somebody has signed in again in another tab.
function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.querySelector("[name=csrfmiddlewaretoken]").value;
}

async function post(text, marks) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...JSON.parse(text), ...marks, draft_person: person })) body.append(name, value);
  const headers = { Accept: "application/json", "X-CSRFToken": token(), "HX-Request": "true" };
  const keepalive = new Blob([text]).size < KEEPALIVE_BYTES;
  const answer = await fetch(root.dataset.draft, { method: "POST", body, headers, keepalive });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { status: answer.status, ...(isJson && (await answer.json())) };
}

const marks = () => ({ draft_version: version, draft_page: page, draft_turn: turn, draft_aside: hidden("aside").value });

// One at a time, so that an older text never overtakes a newer one; what changed meanwhile follows.
function save() {
  clearTimeout(quiet);
  clearTimeout(patient);
  patient = undefined;
  if (sending || !dirty()) return sending;
  sending = send().finally(() => {
    sending = null;
    if (dirty() && !failures) soon();
  });
  return sending;
}

async function send() {
  const text = read();
  carried = text;
  turn += 1;
  hidden("turn").value = turn + 1;
  slow = setTimeout(() => say(word("saving"), "saving"), SLOW_MS);
  let answer;
  try {
    answer = await post(text, marks());
  } catch {
    return fail(navigator.onLine ? "silent" : "offline");
  }
  clearTimeout(slow);
  if (answer.status === 200) return saved(text, answer);
  if (answer.status === 409 && answer.kept) return differs(text);
  if (answer.error) refuse(answer.error);
  return fail(WHY[answer.status] ?? (answer.status < 500 ? "refused" : "silent"));
}

// The page may be gone in a moment: no time to wait for the save before. The server tells by the turn which is newer.
function flush() {
  if (!sending) save();
  else if (dirty() && read() !== carried) send();
}

function saved(text, answer) {
  if (answer.old) return;
  failures = 0;
  clearTimeout(retry);
  known = text;
  mark(answer.version);
  said = answer.said;
  if (!dirty()) takeFromShelf();
  // The form's own token may be from before somebody signed in again: the server has just said that it is them.
  for (const field of form.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
  refuse("");
  say(said, "saved");
}

function differs(text) {
  failures = 0;
  known = text; // the server has it, beside the other one
  if (!dirty()) takeFromShelf();
  offerMerge();
}

function offerMerge() {
  merge.hidden = false;
  say(word("differs"), "differs");
}

function fail(why) {
  clearTimeout(slow);
  const kept = putOnShelf();
  say(word(kept ? why : "nowhere"), why);
  if (why === "differs") merge.hidden = false;
  if (why !== "refused" && why !== "differs") {
    clearTimeout(retry);
    retry = setTimeout(save, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
  }
  failures += 1;
}

function soon() {
  clearTimeout(quiet);
  quiet = setTimeout(save, QUIET_MS);
  patient ??= setTimeout(save, PATIENCE_MS);
}

function changed() {
  if (!dirty()) return takeFromShelf();
  if (!putOnShelf() && failures) say(word("nowhere"), "refused");
  soon();
}

function saveNow() {
  if (dirty()) save();
  else say(said ? `${said}. ${word("unchanged")}` : word("untouched"), "saved");
}

// --- What others did ----------------------------------------------------------------------------

// Somebody may have gone on in another tab or on another machine. Where nothing is unsaved here, follow.
async function look() {
  if (dirty() || sending) return save();
  let answer;
  try {
    const headers = { Accept: "application/json", "HX-Request": "true" };
    answer = await (await fetch(`${root.dataset.draft}?page=${page}`, { headers })).json();
  } catch {
    return; // there is no draft, or no line: the next change will say so
  }
  if (dirty() || sending || answer.version <= version || answer.differs) return;
  known = textOf(answer);
  mark(answer.version);
  said = answer.said;
  show(known);
  merge.hidden = true;
  say(`${said}. ${word("elsewhere")}`, "saved");
}

// What an earlier page could not send, oldest first. Where the server has moved on, it keeps both.
async function sendLeft() {
  for (const { key, version: base, turn: last, text } of await leftByOthers()) {
    const marks = { draft_version: base, draft_page: key.slice(shelf.length), draft_turn: last };
    const answer = text === known ? { status: 200, old: true } : await post(text, marks);
    if (answer.status === 409) offerMerge();
    if (answer.status === 200 || answer.kept) takeFromShelf(key);
    if (answer.status !== 200 || answer.old || dirty()) continue;
    known = text;
    mark(answer.version);
    said = answer.said;
    show(text);
    say(said, "saved");
  }
}

// --- When ---------------------------------------------------------------------------------------

for (const field of [...fields, ...root.querySelectorAll("input[type=hidden]")]) field.value = field.defaultValue;
known = root.dataset.draftUnsaved === undefined ? read() : ""; // a form came back with what is wrong with it
if (root.dataset.draftDiffers !== undefined) offerMerge();
navigator.locks?.request(shelf + page, () => new Promise(() => {}));
sendLeft().catch(() => {}); // they stay on the shelf

form.addEventListener("input", (event) => {
  if (fields.includes(event.target)) changed();
});
root.querySelector("[data-draft-save]").addEventListener("click", (event) => {
  event.preventDefault();
  saveNow();
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  saveNow();
});
addEventListener("online", save);
addEventListener("offline", () => {
  if (dirty()) fail("offline");
});
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => (document.hidden ? flush() : look()));

// A submission takes the text along; what the server made of the draft comes back with the verdict.
form.addEventListener("submit", () => {
  submitting = read();
  turn += 1;
  hidden("turn").value = turn;
}, { capture: true });
document.addEventListener("draft:sent", ({ detail }) => {
  saved(submitting, detail);
  if (detail.differs) offerMerge();
});

// Signing out waits a moment for what is not saved; it stays in this browser if it cannot be.
for (const out of document.querySelectorAll('form[action$="/logout/"]')) {
  out.addEventListener("submit", async (event) => {
    if (!dirty()) return;
    event.preventDefault();
    await Promise.race([save(), new Promise((done) => setTimeout(done, 3000))]);
    out.submit();
  });
}
