// Keys that do what a link or button of the page does.
//
// An element with data-key="n" is clicked when n is typed outside of a text field and without Ctrl, Alt or
// Meta; a field is focused. data-key="g d" is g, then d. The dialog lists all that the page has at that moment, by
// data-key-label or else by the element's own name, and what stands in a <dl data-keys-also>: keys that
// something else listens to, such as the editor. It also switches single keys off (WCAG 2.1.4): whoever
// speaks to the machine may not want each letter to act.

const STORED = "gradient-keys";
const dialog = document.querySelector("dialog[data-keys]");
const list = dialog.querySelector("[data-keys-list]");
const choice = dialog.querySelector("[data-keys-on]");
let begun = "";

// Where a browser refuses storage the keys work, and the choice holds for the page.
function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function store(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    return;
  }
}

const FIELDS = 'textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="reset"])';

function isTyping(target) {
  return target.isContentEditable || target.matches?.(FIELDS);
}

function bound() {
  return [...document.querySelectorAll("[data-key]")].filter(
    (element) => !element.matches(":disabled, [aria-disabled=true]") && !element.closest("[hidden], [inert], dialog:not([open])"),
  );
}

function act(element) {
  if (element.matches(FIELDS)) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  const commands = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph"); // [ is AltGr 8 on many keyboards
  if (event.defaultPrevented || commands || event.isComposing) return;
  if (event.repeat || event.key?.length !== 1 || !choice.checked || isTyping(event.target)) return;
  if (document.querySelector("dialog:modal")) return;
  const elements = bound();
  const the = (key) => elements.find((element) => element.dataset.key === key);
  const found = (begun && the(`${begun} ${event.key}`)) || the(event.key);
  begun = !found && elements.some((element) => element.dataset.key.startsWith(`${event.key} `)) ? event.key : "";
  if (!found) return;
  event.preventDefault();
  act(found);
});

// --- The dialog -------------------------------------------------------------------------------

function nameOf(element) {
  const names = [element.dataset.keyLabel, element.getAttribute("aria-label"), element.labels?.[0]?.textContent, element.textContent, element.title];
  return (names.find((name) => name?.trim()) ?? "").trim().replace(/\s+/g, " ");
}

function entry(key, name) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const says = document.createElement("dd");
  key.split(" ").forEach((one, place) => {
    if (place) term.append(` ${list.dataset.keysThen} `);
    const cap = document.createElement("kbd");
    cap.textContent = one;
    term.append(cap);
  });
  says.textContent = name;
  row.append(term, says);
  return row;
}

// <dt> and <dd> as they are written, in pairs or each pair in its <div>.
function copied(definitions) {
  const rows = [];
  for (const child of definitions.children) {
    if (child.matches("dt")) rows.push(document.createElement("div"));
    if (child.matches("div")) rows.push(child.cloneNode(true));
    else rows.at(-1)?.append(child.cloneNode(true));
  }
  return rows;
}

function fill() {
  const entries = new Map();
  for (const element of bound()) {
    if (!entries.has(element.dataset.key)) entries.set(element.dataset.key, nameOf(element));
  }
  const also = [...document.querySelectorAll("[data-keys-also]")].flatMap(copied);
  list.replaceChildren(...[...entries].map(([key, name]) => entry(key, name)), ...also);
}

choice.checked = stored() !== "off";
choice.addEventListener("change", () => store(choice.checked ? "on" : "off"));

for (const button of document.querySelectorAll("[data-keys-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    fill();
    dialog.showModal();
  });
}
