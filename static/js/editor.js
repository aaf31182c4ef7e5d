// The code area, made comfortable: <textarea class="code-area"> becomes CodeMirror.
//
// The textarea stays in its form and stays what is sent; it is only moved out of sight. Both are
// kept the same in both directions, so a script, a test or a dictation tool may still write into it.
// Each change is an "input" event of the textarea, as if it had been typed there: js/drafts.js listens.
// Without this file the textarea is a plain one and everything works.
//
// Colours are the page's own (css/tokens.css), so the editor follows the theme by itself.

const AREAS = "textarea.code-area:not([data-merge]), textarea[name=code]:not([data-merge])";
const ERRORS_SHOWN = 10;
const KEYWORD = /\b(?:and|as|assert|async|await|break|case|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield)$/;
const seats = new Map(); // a field's name → where its editor sits, so that a form that comes anew gets it back
let library;
let names;

function load() {
  library ??= import(document.querySelector('meta[name="code-editor"]').content);
  return library;
}

function word(which) {
  return document.querySelector(`[data-editor-words] [data-word="${which}"]`)?.textContent ?? "";
}

function look({ EditorView, HighlightStyle, syntaxHighlighting, tags }) {
  const theme = EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "0.84375rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.65", minHeight: "var(--code-least, 15rem)", maxHeight: "var(--code-most, 70dvh)", overflow: "auto" },
    ".cm-content": { padding: "0.75rem 0", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 1rem 0 0.5rem" },
    ".cm-gutters": { color: "var(--ink-soft)", backgroundColor: "var(--editor-paper, var(--paper))", border: "none" },
    ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.25rem", padding: "0 0.5rem 0 0.25rem" },
    ".cm-gutter-lint": { width: "1.25rem" },
    ".cm-gutter-lint .cm-gutterElement": { padding: "0 0 0 0.25rem" },
    ".cm-lint-marker-error": { content: "normal", width: "1rem", height: "1rem", color: "var(--bad)", textAlign: "center" },
    ".cm-lint-marker-error::before": { content: '"✕"', fontSize: "0.75rem", fontWeight: "700" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "0.2em" },
    ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "var(--corner-s)", color: "var(--ink)", backgroundColor: "var(--raised)", boxShadow: "var(--shadow)" },
    ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)", fontFamily: "var(--sans)", fontSize: "var(--text-s)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.8125rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.75rem 0.15rem 0.5rem", lineHeight: "1.5" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent-fill)" },
    ".cm-completionDetail": { color: "inherit", fontStyle: "normal", opacity: "0.85" },
    ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 55%, transparent)" },
    ".cm-activeLineGutter": { color: "var(--ink)", backgroundColor: "inherit" },
    ".cm-line::selection, .cm-line ::selection": { backgroundColor: "var(--code-selection)" },
    "&.cm-focused .cm-matchingBracket": { color: "inherit", backgroundColor: "var(--code-selection)" },
    "&.cm-focused .cm-nonmatchingBracket": { color: "var(--bad)", backgroundColor: "var(--bad-tint)" },
    ".cm-selectionMatch": { backgroundColor: "var(--accent-tint)" },
    ".cm-snippetField": { backgroundColor: "var(--accent-tint)" },
    ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--well)", borderColor: "var(--line)" },
    ".cm-searchMatch": { backgroundColor: "var(--warn-tint)", outline: "1px solid var(--warn)" },
    ".cm-panel input, .cm-panel button": { font: "inherit", fontFamily: "var(--sans)" },
    ".cm-panel.cm-search label": { fontSize: "var(--text-s)", whiteSpace: "nowrap" },
    ".cm-panel.cm-search input[type=checkbox]": { width: "1.125rem", height: "1.125rem", minHeight: "0", verticalAlign: "-0.2em" },
    ".cm-panel.cm-search .cm-textfield": { width: "12rem", minHeight: "1.75rem", padding: "0.1rem 0.5rem", fontSize: "var(--text-s)" },
    ".cm-panel.cm-search .cm-button, .cm-panel.cm-search [name=close]": { minWidth: "1.5rem", minHeight: "1.75rem", fontSize: "var(--text-s)" },
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

function keys(cm, seat) {
  const press = (selector) => () => {
    seat.textarea.form?.querySelector(selector)?.click(); // a click: htmx sends the value of a button that was clicked
    return true;
  };
  // Escape, then Tab, leaves the editor: Tab indents until Escape says otherwise, and again after typing.
  const letTabLeave = (view) => {
    view.setTabFocusMode(true);
    view.dispatch({ effects: cm.EditorView.announce.of(word("leaves")) });
    return false;
  };
  // What is written out already needs no completing: then Enter is a new line at once ("break", not "breakpoint").
  const complete = (view) => {
    const offered = cm.selectedCompletion(view.state)?.label;
    const { head } = view.state.selection.main;
    const before = view.state.sliceDoc(view.state.doc.lineAt(head).from, head);
    if (!offered || !(before.endsWith(offered) || KEYWORD.test(before))) return cm.acceptCompletion(view);
    cm.closeCompletion(view);
    return false;
  };
  const nextError = (view) => {
    if (!cm.nextDiagnostic(view)) return false;
    const line = view.state.doc.lineAt(view.state.selection.main.from).number;
    view.dispatch({ effects: cm.EditorView.announce.of(`${line}: ${word("syntax")}`) });
    return true;
  };
  return [
    cm.keymap.of([...cm.completionKeymap.filter(({ key }) => key !== "Enter"), { key: "Enter", run: complete }]),
    cm.keymap.of([
      { key: "Mod-Enter", run: press(".cluster button:not([name])") },
      { key: "Mod-Shift-Enter", run: press(".cluster button[value=run]") },
    ]),
    cm.keymap.of([
      ...cm.closeBracketsKeymap, { key: "F8", run: nextError }, ...cm.searchKeymap, ...cm.historyKeymap,
      ...cm.defaultKeymap, cm.indentWithTab,
    ]),
    cm.keymap.of([{ key: "Escape", run: letTabLeave }]),
  ];
}

// What is wrong with the syntax, from the tree that colours the code: nothing is sent anywhere.
function syntaxErrors({ linter, lintGutter, syntaxTree }) {
  const look = ({ state }) => {
    const found = [];
    const lines = new Set();
    syntaxTree(state).iterate({
      enter({ type, from, to }) {
        const line = state.doc.lineAt(from);
        if (!type.isError || lines.has(line.number) || found.length >= ERRORS_SHOWN) return;
        lines.add(line.number);
        const start = Math.max(line.from, Math.min(from, line.to - 1));
        found.push({ from: start, to: Math.max(to, Math.min(start + 1, line.to)), severity: "error", message: word("syntax") });
      },
    });
    return found;
  };
  return [linter(look, { delay: 800 }), lintGutter()];
}

// `np.` is completed with what NumPy has: the names lie in a file, which is fetched when first asked for.
async function attributes(context) {
  const before = context.matchBefore(/[A-Za-z_][\w.]*\.\w*$/);
  const file = document.querySelector("[data-python-names]")?.dataset.pythonNames;
  if (!before || !file) return null;
  const owner = before.text.slice(0, before.text.lastIndexOf("."));
  const module = whatIs(owner, context.state.doc.toString());
  if (!module) return null;
  names ??= fetch(file).then((answer) => answer.json());
  const known = (await names.catch(() => { names = undefined; }))?.[module];
  if (!known) return null;
  const from = before.from + owner.length + 1;
  return { from, validFor: /^\w*$/, options: known.split(" ").map((label) => ({ label, type: "property" })) };
}

// The module that a name stands for: "np" → "numpy", "plt" → "matplotlib.pyplot"; undefined if it is none.
function whatIs(owner, code) {
  const [first, ...rest] = owner.split(".");
  const imports = code.matchAll(/^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+(.+)$/gm);
  for (const [, parent, list] of imports) {
    for (const one of list.replace(/[()]|#.*$/g, "").split(",")) {
      const [name, as] = one.trim().split(/\s+as\s+/);
      const whole = parent ? `${parent}.${name}` : name;
      if (as === first || (!as && (name === first || (!parent && name.split(".")[0] === first)))) {
        return [as || parent ? whole : first, ...rest].join(".");
      }
    }
  }
  return undefined;
}

function pythonHelp(cm) {
  return [cm.python(), cm.pythonLanguage.data.of({ autocomplete: attributes }), cm.autocompletion({ icons: false, defaultKeymap: false }), syntaxErrors(cm)];
}

// What the keys do is said beside the editor, once there is one; and what is wrong, where something is.
function describe(textarea) {
  const help = textarea.form?.querySelector("[data-editor-keys]");
  if (help) help.hidden = false;
  return [textarea.getAttribute("aria-describedby"), help?.id].filter(Boolean).join(" ");
}

function extensions(cm, seat) {
  const { textarea } = seat;
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.content;
  const label = textarea.labels?.[0]?.textContent.trim() ?? "Code";
  const described = describe(textarea);
  return [
    nonce ? cm.EditorView.cspNonce.of(nonce) : [],
    cm.EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, ...(described && { "aria-describedby": described }) }),
    cm.EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      update.view.setTabFocusMode(false);
      const now = update.state.doc.toString();
      if (seat.textarea.value === now) return;
      seat.textarea.value = now;
      seat.textarea.dispatchEvent(new Event("input", { bubbles: true }));
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
    label.endsWith(".py") || textarea.matches(".block__code") ? pythonHelp(cm) : [],
    keys(cm, seat),
    look(cm),
  ];
}

// The editor follows its textarea. Only what differs is changed, so the cursor stays, and so does the way back.
function follow({ view, textarea }) {
  const take = () => {
    const now = view.state.doc.toString();
    const then = textarea.value;
    if (then === now) return;
    let from = 0;
    while (from < Math.min(now.length, then.length) && now[from] === then[from]) from += 1;
    let end = 0;
    while (end < Math.min(now.length, then.length) - from && now.at(-1 - end) === then.at(-1 - end)) end += 1;
    view.dispatch({ changes: { from, to: now.length - end, insert: then.slice(from, then.length - end) } });
  };
  textarea.addEventListener("input", take);
  textarea.form?.addEventListener("reset", () => setTimeout(take));
  for (const label of textarea.labels ?? []) {
    label.addEventListener("click", (event) => {
      event.preventDefault();
      view.focus();
    });
  }
  take();
}

function sit(seat, textarea) {
  seat.textarea = textarea;
  textarea.before(seat.frame);
  textarea.dataset.editor = "ready";
  textarea.tabIndex = -1;
  textarea.setAttribute("aria-hidden", "true");
  follow(seat);
}

async function enhance(textarea) {
  if (textarea.dataset.editor) return;
  textarea.dataset.editor = "loading";
  const cm = await load();
  if (!textarea.isConnected) return;
  let seat = seats.get(textarea.name);
  if (!seat || seat.textarea.isConnected) {
    const frame = document.createElement("div");
    frame.className = "editor";
    seat = { frame, textarea };
    seats.set(textarea.name, seat);
    seat.view = new cm.EditorView({ doc: textarea.value, extensions: extensions(cm, seat), parent: frame });
  }
  sit(seat, textarea);
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
