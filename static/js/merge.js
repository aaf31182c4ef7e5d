// Two texts that differ, change by change: yours in an editor, with what the other has instead above each.
// The textarea stays what is sent. Without this file it is a plain one, below the two texts side by side.

const section = document.querySelector("[data-merge-library]");
const areas = [...section.querySelectorAll("textarea[data-merge]")];
const left = section.querySelector("[data-merge-left]");
const words = (which) => section.querySelector(`[data-merge-words] [data-word="${which}"]`).textContent;
const views = [];

function look({ EditorView, HighlightStyle, syntaxHighlighting, tags }) {
  const theme = EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "0.84375rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.65", maxHeight: "80dvh", overflow: "auto" },
    ".cm-content": { padding: "0.75rem 0", caretColor: "var(--ink)" },
    ".cm-line, .cm-deletedLine": { padding: "0 1rem 0 0.5rem" },
    ".cm-gutters": { color: "var(--ink-soft)", backgroundColor: "var(--editor-paper, var(--paper))", border: "none" },
    ".cm-line::selection, .cm-line ::selection": { backgroundColor: "var(--code-selection)" },
    "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--good-tint)" },
    "&.cm-merge-b .cm-changedText": { background: "none", textDecoration: "underline 2px var(--good)", textUnderlineOffset: "0.2em" },
    ".cm-deletedChunk": { backgroundColor: "var(--bad-tint)", paddingLeft: "0" },
    ".cm-deletedChunk .cm-deletedText": { background: "none", textDecoration: "underline 2px var(--bad)", textUnderlineOffset: "0.2em" },
    ".cm-deletedChunk .cm-chunkButtons": { position: "static", display: "flex", gap: "1rem", padding: "0.125rem 0.5rem 0", fontFamily: "var(--sans)", fontSize: "var(--text-s)" },
    ".cm-deletedChunk .cm-chunkButtons button": { margin: "0", color: "var(--ink)", fontWeight: "560" },
    "&.cm-merge-b .cm-changedLineGutter": { background: "var(--good)" },
    ".cm-deletedLineGutter": { background: "var(--bad)" },
  });
  const colours = HighlightStyle.define([
    { tag: [tags.comment, tags.docComment], color: "var(--code-comment)" },
    { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: "var(--code-keyword)" },
    { tag: [tags.function(tags.definition(tags.variableName)), tags.className], color: "var(--code-name)" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  ]);
  return [theme, syntaxHighlighting(colours)];
}

// One button for each side of a change, in words.
function control(type, action) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "draft__action";
  button.textContent = words(type === "accept" ? "mine" : "other");
  button.addEventListener("click", action); // also by Enter and by the space bar
  return button;
}

function count(cm) {
  const number = views.reduce((sum, view) => sum + (cm.getChunks(view.state)?.chunks.length ?? 0), 0);
  const said = number ? `${left.dataset.mergeSome} ${number}` : left.dataset.mergeNone;
  if (left.textContent !== said) left.textContent = said;
}

function compare(cm, textarea) {
  const other = section.querySelector(`[data-merge-other="${CSS.escape(textarea.name)}"]`).value;
  const label = textarea.labels[0].textContent.trim();
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.content;
  const leave = (view) => {
    view.setTabFocusMode(true);
    return false;
  };
  const frame = document.createElement("div");
  frame.className = "editor";
  textarea.before(frame);
  views.push(new cm.EditorView({
    doc: textarea.value,
    parent: frame,
    extensions: [
      nonce ? cm.EditorView.cspNonce.of(nonce) : [],
      cm.EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label }),
      cm.EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          textarea.value = update.state.doc.toString();
          update.view.setTabFocusMode(false);
        }
        count(cm);
      }),
      cm.EditorView.domEventHandlers({ blur: (_event, view) => view.setTabFocusMode(false) }),
      cm.EditorState.tabSize.of(4),
      cm.indentUnit.of("    "),
      cm.lineNumbers(),
      cm.history(),
      cm.keymap.of([...cm.historyKeymap, ...cm.defaultKeymap, cm.indentWithTab]),
      cm.keymap.of([{ key: "Escape", run: leave }, { key: "F8", run: cm.goToNextChunk, shift: cm.goToPreviousChunk }]),
      label.endsWith(".py") ? cm.python() : [],
      cm.unifiedMergeView({ original: other, mergeControls: control, allowInlineDiffs: false }),
      look(cm),
    ],
  }));
  textarea.dataset.editor = "ready";
  textarea.tabIndex = -1;
  textarea.setAttribute("aria-hidden", "true");
}

const cm = await import(section.dataset.mergeLibrary);
for (const textarea of areas) compare(cm, textarea);
section.querySelector("[data-merge-how]").hidden = false;
count(cm);
