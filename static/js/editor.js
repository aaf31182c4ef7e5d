// The code area, made comfortable: <textarea class="code-area"> becomes CodeMirror.
//
// The textarea stays in its form and stays what is sent; it is only moved out of sight. Both are
// kept the same in both directions, so a script, a test or a dictation tool may still write into it.
// Without this file the textarea is a plain one and everything works.
//
// Colours are the page's own (css/tokens.css), so the editor follows the theme by itself.

const AREAS = "textarea.code-area, textarea[name=code]";
let library;

function load() {
  library ??= import(document.querySelector('meta[name="code-editor"]').content);
  return library;
}

function look({ EditorView, HighlightStyle, syntaxHighlighting, tags }) {
  const theme = EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "0.84375rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.65", minHeight: "var(--code-least, 15rem)", maxHeight: "var(--code-most, 70dvh)", overflow: "auto" },
    ".cm-content": { padding: "0.75rem 0", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 1rem 0 0.5rem" },
    ".cm-gutters": { color: "var(--ink-soft)", backgroundColor: "transparent", border: "none" },
    ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.75rem", padding: "0 0.5rem 0 0.75rem" },
    ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 55%, transparent)" },
    ".cm-activeLineGutter": { color: "var(--ink)", backgroundColor: "transparent" },
    ".cm-line::selection, .cm-line ::selection": { backgroundColor: "var(--code-selection)" },
    "&.cm-focused .cm-matchingBracket": { color: "inherit", backgroundColor: "var(--code-selection)" },
    "&.cm-focused .cm-nonmatchingBracket": { color: "var(--bad)", backgroundColor: "var(--bad-tint)" },
    ".cm-selectionMatch": { backgroundColor: "var(--accent-tint)" },
    ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--well)", borderColor: "var(--line)" },
    ".cm-searchMatch": { backgroundColor: "var(--warn-tint)", outline: "1px solid var(--warn)" },
    ".cm-panel input, .cm-panel button": { font: "inherit", fontFamily: "var(--sans)" },
    ".cm-textfield": { border: "1px solid var(--edge)", backgroundColor: "var(--paper)", color: "inherit" },
    ".cm-button": { border: "1px solid var(--edge)", backgroundImage: "none", backgroundColor: "var(--paper)", color: "inherit" },
  });
  const colours = HighlightStyle.define([
    { tag: [tags.comment, tags.docComment], color: "var(--code-comment)" },
    { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: "var(--code-keyword)" },
    { tag: [tags.function(tags.definition(tags.variableName)), tags.className, tags.definition(tags.className)], color: "var(--code-name)" },
    { tag: [tags.string, tags.special(tags.string), tags.docString], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
    { tag: [tags.standard(tags.variableName), tags.self, tags.meta], color: "var(--code-builtin)" },
    { tag: tags.invalid, color: "var(--bad)" },
  ]);
  return [theme, syntaxHighlighting(colours)];
}

function keys({ keymap, closeBracketsKeymap, defaultKeymap, historyKeymap, searchKeymap, indentWithTab }, textarea) {
  const press = (selector) => () => {
    textarea.form?.querySelector(selector)?.click(); // a click: htmx sends the value of a button that was clicked
    return true;
  };
  // Escape, then Tab, leaves the editor: Tab indents until Escape says otherwise, and again after typing.
  const letTabLeave = (view) => {
    view.setTabFocusMode(true);
    return false;
  };
  return [
    keymap.of([
      { key: "Mod-Enter", run: press(".cluster button:not([name])") },
      { key: "Mod-Shift-Enter", run: press(".cluster button[value=run]") },
    ]),
    keymap.of([...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    keymap.of([{ key: "Escape", run: letTabLeave }]),
  ];
}

// What the keys do is said beside the editor, once there is one; and what is wrong, where something is.
function describe(textarea) {
  const keys = textarea.form?.querySelector("[data-editor-keys]");
  if (keys) keys.hidden = false;
  return [textarea.getAttribute("aria-describedby"), keys?.id].filter(Boolean).join(" ");
}

function extensions(cm, textarea) {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.content;
  const label = textarea.labels?.[0]?.textContent.trim() ?? "Code";
  const described = describe(textarea);
  return [
    nonce ? cm.EditorView.cspNonce.of(nonce) : [],
    cm.EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, ...(described && { "aria-describedby": described }) }),
    cm.EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      update.view.setTabFocusMode(false);
      textarea.value = update.state.doc.toString();
    }),
    cm.EditorView.domEventHandlers({ blur: (_event, view) => view.setTabFocusMode(false) }),
    cm.EditorState.tabSize.of(4),
    cm.indentUnit.of("    "),
    cm.lineNumbers(),
    cm.history(),
    cm.indentOnInput(),
    cm.bracketMatching(),
    cm.closeBrackets(),
    cm.highlightActiveLine(),
    cm.highlightActiveLineGutter(),
    cm.highlightSelectionMatches(),
    label.endsWith(".py") || textarea.matches(".block__code") ? cm.python() : [],
    keys(cm, textarea),
    look(cm),
  ];
}

function follow(textarea, view) {
  const take = () => {
    const now = view.state.doc.toString();
    if (textarea.value !== now) view.dispatch({ changes: { from: 0, to: now.length, insert: textarea.value } });
  };
  textarea.addEventListener("input", take);
  textarea.form?.addEventListener("reset", () => setTimeout(take));
  for (const label of textarea.labels ?? []) {
    label.addEventListener("click", (event) => {
      event.preventDefault();
      view.focus();
    });
  }
}

async function enhance(textarea) {
  if (textarea.dataset.editor) return;
  textarea.dataset.editor = "loading";
  const cm = await load();
  if (!textarea.isConnected) return;
  const frame = document.createElement("div");
  frame.className = "editor";
  textarea.before(frame);
  const view = new cm.EditorView({ doc: textarea.value, extensions: extensions(cm, textarea), parent: frame });
  textarea.dataset.editor = "ready";
  textarea.tabIndex = -1;
  textarea.setAttribute("aria-hidden", "true");
  follow(textarea, view);
}

// One that is folded away is made comfortable when it is opened.
function enhanceAll(root) {
  for (const textarea of root.querySelectorAll(AREAS)) {
    const folded = textarea.closest("details:not([open])");
    if (folded) folded.addEventListener("toggle", () => enhance(textarea), { once: true });
    else enhance(textarea);
  }
}

enhanceAll(document);
document.addEventListener("code:edit", (event) => enhance(event.target)); // one that was a plain text until now
document.addEventListener("htmx:load", (event) => enhanceAll(event.detail.elt));
