// The code blocks of a lesson: copied, edited where they stand, and put back. Running one is a plain form.

const article = document.querySelector("article[data-copy]");

function tool(label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.textContent = label;
  return button;
}

// --- Copy ---------------------------------------------------------------------------------------

function codeOf(bar) {
  const frame = bar.closest(".highlight");
  const own = frame.matches("[data-editing]") && frame.querySelector(".block__code");
  return own ? own.value : frame.querySelector("code").textContent;
}

async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // a page without https has no other way
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

function addCopy(bar) {
  const copy = tool(article.dataset.copy);
  copy.dataset.copyCode = "";
  copy.addEventListener("click", async () => {
    await put(codeOf(bar));
    copy.textContent = article.dataset.copied;
    setTimeout(() => (copy.textContent = article.dataset.copy), 2000);
  });
  bar.firstElementChild.after(copy);
}

// --- Edit ---------------------------------------------------------------------------------------

function open(link, yes) {
  const frame = link.closest(".highlight");
  const area = frame.querySelector(".block__code");
  frame.toggleAttribute("data-editing", yes);
  link.setAttribute("aria-expanded", String(yes));
  if (!yes) return;
  area.dispatchEvent(new CustomEvent("code:edit", { bubbles: true })); // js/editor.js makes it comfortable
  area.focus();
}

function makeToggle(link) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-controls", link.hash.slice(1));
  link.setAttribute("aria-expanded", "false");
  const toggle = (event) => {
    event.preventDefault();
    open(link, link.getAttribute("aria-expanded") !== "true");
  };
  link.addEventListener("click", toggle);
  link.addEventListener("keydown", (event) => event.key === " " && toggle(event));
  const area = link.closest(".highlight").querySelector(".block__code");
  if (area.value !== area.defaultValue || location.hash === link.hash) open(link, true); // kept by the browser
}

// --- Run and reset ------------------------------------------------------------------------------

function press(event) {
  const frame = event.target.closest(".block > .highlight");
  if (!frame || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  frame.querySelector(".tool--run").click();
}

function reset(event) {
  const link = event.target.closest("[data-reset]");
  if (!link) return;
  event.preventDefault();
  const block = link.closest(".block");
  const area = block.querySelector(".block__code");
  area.value = area.defaultValue;
  area.dispatchEvent(new Event("input"));
  open(block.querySelector("[data-edit]"), false);
  link.closest(".ran").remove();
  block.querySelector(".tool--run").focus();
}

if (article) {
  for (const bar of article.querySelectorAll(".code-bar")) addCopy(bar);
  for (const link of article.querySelectorAll("[data-edit]")) makeToggle(link);
  article.addEventListener("keydown", press, { capture: true });
  article.addEventListener("click", reset);
}
