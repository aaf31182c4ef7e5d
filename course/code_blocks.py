"""The fences of a text as HTML: coloured code, and in a lesson what its tools and results stand in.

How this works: fences are cut out of the Markdown before anything else reads it, and a placeholder
stays. In a lesson each gets a bar that names its language. A block that runs also gets a number and
three empty elements, `tools-1`, `edit-1` and `ran-1`, where the page puts its buttons, the code to be
edited, and below the recorded output what came of a run (`course.reading` finds them). Where the
paragraph before asks to predict, that output is folded. `course.markdown` cleans what is made here.
"""

from __future__ import annotations

from html import escape
from itertools import count

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pygments import highlight as pygmentize
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from course.content.fences import Fence, fences, plot_names

NAMES = {
    "python": "Python",
    "yaml": "YAML",
    "dockerfile": "Dockerfile",
    "hcl": "HCL",
    "promql": "PromQL",
    "sql": "SQL",
    "json": "JSON",
    "toml": "TOML",
    "sh": "Shell",
    "console": "Console",
    "diff": "Diff",
    "text": "Text",
}
_LEXERS = {"dockerfile": "docker", "hcl": "terraform", "output": "text", "": "text"}
_KNOWN = {"python", "yaml", "docker", "terraform", "promql", "sql", "json", "toml", "sh", "console", "diff"}


def coloured(code: str, language: str, *, numbered: bool = False, bar: str = "", below: str = "") -> str:
    """Code coloured by classes; `numbered` puts the line's number before each.

    `bar` and `below` are HTML to stand above and below it.
    """
    name = _LEXERS.get(language, language)
    lexer = get_lexer_by_name(name if name in _KNOWN else "text", stripnl=False)
    lines = pygmentize(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    if numbered:
        width = len(str(lines.count("\n") + 1))
        lines = "\n".join(
            f'<span class="lineno">{number:>{width}} </span>{line}'
            for number, line in enumerate(lines.split("\n"), start=1)
        )
    return f'<div class="highlight">{bar}<pre tabindex="0"><code>{lines}\n</code></pre>{below}</div>'


class CodeBlocks(Extension):
    def __init__(self, *, lesson: bool) -> None:
        super().__init__()
        self.lesson = lesson

    def extendMarkdown(self, md: Markdown) -> None:
        blocks = _LessonBlocks(md) if self.lesson else _Blocks(md)
        md.preprocessors.register(blocks, "fences", 25)


class _Blocks(Preprocessor):
    """Puts a placeholder where a fence stood; Markdown gives the HTML back at the end."""

    def run(self, lines: list[str]) -> list[str]:
        found = fences("\n".join(lines))
        plots = plot_names(found)
        result, at = [], 0
        for fence in found:
            if fence.line <= at:
                continue  # it went with the one before
            html, last = self.html_of(fence, _next(found, fence), lines, plots.get(fence.line, ""))
            placeholder = self.md.htmlStash.store(html)
            result += [*lines[at : fence.line - 1], "", f"{fence.indent}{placeholder}", ""]
            at = last
        return result + lines[at:]

    def html_of(self, fence: Fence, after: Fence | None, lines: list[str], plot: str) -> tuple[str, int]:
        """The HTML, and the last line of the text that it stands for."""
        return _output(fence) if fence.language == "output" else _code(fence, plot), fence.last


class _LessonBlocks(_Blocks):
    def run(self, lines: list[str]) -> list[str]:
        self._numbers = count(1)
        return super().run(lines)

    def html_of(self, fence: Fence, after: Fence | None, lines: list[str], plot: str) -> tuple[str, int]:
        if fence.language == "output":
            return _output(fence), fence.last
        name = NAMES.get(fence.language, "")
        if not fence.runs:
            return _code(fence, plot, bar=f'<div class="code-bar"><span>{name}</span></div>'), fence.last
        number, last = next(self._numbers), fence.last
        bar = f'<div class="code-bar"><span>{name}</span><div id="tools-{number}"></div></div>'
        html = _code(fence, plot, bar=bar, below=f'<div class="block__edit" id="edit-{number}"></div>')
        if after is not None and after.language == "output" and _nothing_between(fence, after, lines):
            html += _folded(after) if _asks_to_predict(fence, lines) else _output(after)
            last = after.last
        return f'<div class="block" id="block-{number}">{html}<div id="ran-{number}"></div></div>', last


def _next(found: list[Fence], fence: Fence) -> Fence | None:
    return next((after for after in found if after.line > fence.line), None)


def _nothing_between(fence: Fence, after: Fence, lines: list[str]) -> bool:
    return not any(line.strip() for line in lines[fence.last : after.line - 1])


def _asks_to_predict(fence: Fence, lines: list[str]) -> bool:
    """Whether the paragraph right before the block begins with **Predict**."""
    at = fence.line - 2
    while at >= 0 and not lines[at].strip():
        at -= 1
    while at > 0 and lines[at - 1].strip():
        at -= 1
    return at >= 0 and lines[at].lstrip().startswith("**Predict")


def _code(fence: Fence, plot: str, *, bar: str = "", below: str = "") -> str:
    html = coloured(fence.code, fence.language, bar=bar, below=below)
    if fence.raises:
        html += f'<p class="fence-note">Raises <code>{escape(fence.raises)}</code>.</p>'
    if "shown" in fence.words:
        html += f'<p class="fence-note">{escape(_shown(fence))}</p>'
    if plot:
        html += f'<p><img src="{plot}" alt="{escape(fence.alt)}" loading="lazy"></p>'
    return html


def _shown(fence: Fence) -> str:
    verified = fence.words.get("verified", "")
    sentence = f"Not run here: {fence.words.get('reason', '')}."
    return f"{sentence} Verified: {verified}." if verified else sentence


def _output(fence: Fence) -> str:
    return f'<pre class="output" tabindex="0">{escape(fence.code)}</pre>'


def _folded(fence: Fence) -> str:
    return f'<details class="predict"><summary>Show the output</summary>{_output(fence)}</details>'
