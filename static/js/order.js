// Steps to put in order: each gets a button up and a button down, and the list moves with them.
//
// What is sent are the <select>s of the form, as without this file: they are kept in step with the
// list and moved out of sight. The focus stays on the button that was pressed, the new place is said.

const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

function place(list) {
  const lines = [...list.children];
  lines.forEach((line, at) => {
    line.querySelector("select").value = String(at + 1);
    line.querySelector(".line__place").textContent = `${at + 1}.`;
    line.querySelector("[data-move=up]").setAttribute("aria-disabled", String(at === 0));
    line.querySelector("[data-move=down]").setAttribute("aria-disabled", String(at === lines.length - 1));
  });
}

function button(list, line, move, sign) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "line__move";
  made.dataset.move = move;
  made.textContent = sign;
  made.setAttribute("aria-label", `${list.dataset[move]}: ${line.querySelector("label").textContent.trim()}`);
  made.addEventListener("click", () => {
    const other = move === "up" ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (move === "up") other.before(line);
    else other.after(line);
    place(list);
    made.focus();
    said.textContent = `${list.dataset.moved} ${[...list.children].indexOf(line) + 1}`;
  });
  return made;
}

function enhance(list) {
  for (const line of list.children) {
    const number = document.createElement("span");
    number.className = "line__place";
    const moves = document.createElement("span");
    moves.className = "line__moves";
    moves.append(button(list, line, "up", "↑"), button(list, line, "down", "↓"));
    line.prepend(number);
    line.append(moves);
  }
  list.dataset.order = "ready";
  place(list);
}

function enhanceAll(root) {
  for (const list of root.querySelectorAll('[data-order=""]')) enhance(list);
}

enhanceAll(document);
document.body.addEventListener("htmx:load", (event) => enhanceAll(event.target.parentElement ?? document));
