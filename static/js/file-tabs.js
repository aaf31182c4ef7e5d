// An exercise of several files: one at a time, chosen by tabs. Without this file they stand below each other.

const fields = [...document.querySelectorAll("#submit .field")].filter((field) => field.querySelector("textarea[name=code], textarea[name^='code:']"));

function choose(tabs, chosen) {
  tabs.forEach((tab, number) => {
    const is = tab === chosen;
    tab.setAttribute("aria-selected", String(is));
    tab.tabIndex = is ? 0 : -1;
    fields[number].hidden = !is;
  });
}

function go(tabs, event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const now = tabs.indexOf(event.target);
  const to = Number.isFinite(steps[event.key]) ? (now + steps[event.key] + tabs.length) % tabs.length : steps[event.key] < 0 ? 0 : tabs.length - 1;
  tabs[to].focus();
  choose(tabs, tabs[to]);
}

function tabOf(field, number) {
  const tab = document.createElement("button");
  const label = field.querySelector("label");
  tab.type = "button";
  tab.id = `file-tab-${number}`;
  tab.setAttribute("role", "tab");
  tab.textContent = label.textContent.trim();
  if (field.hasAttribute("data-invalid")) tab.dataset.invalid = "";
  field.id ||= `file-${number}`;
  tab.setAttribute("aria-controls", field.id);
  field.setAttribute("role", "tabpanel");
  field.setAttribute("aria-labelledby", tab.id);
  label.classList.add("visually-hidden"); // the tab says it
  return tab;
}

if (fields.length > 1) {
  const list = document.createElement("div");
  const tabs = fields.map(tabOf);
  list.className = "file-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", document.querySelector('[data-editor-words] [data-word="files"]').textContent);
  list.append(...tabs);
  list.addEventListener("keydown", (event) => go(tabs, event));
  for (const tab of tabs) tab.addEventListener("click", () => choose(tabs, tab));
  fields[0].before(list);
  choose(tabs, tabs.find((tab) => "invalid" in tab.dataset) ?? tabs[0]);
}
