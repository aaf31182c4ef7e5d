"""Markdown in, safe HTML out: the only place with an allow-list.

How this works: fences are cut out first and become highlighted HTML (`course.content.fences` reads
them, so that what is shown and what is proven are the same). Python-Markdown renders the rest with
raw HTML switched off: a tag in a text is shown as text. Then everything, also what we made ourselves,
passes nh3. Whoever adds a tag, a class or an attribute adds it to the lists below.

Texts of the course get ids on headings and may show the lesson's own pictures; comments of people
may neither (`render_comment`).
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Literal

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pygments import highlight as pygmentize
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

from course.content.fences import Fence, fences, plot_names

_LEXERS = {"dockerfile": "docker", "hcl": "terraform", "output": "text", "": "text"}
_KNOWN = {"python", "yaml", "docker", "terraform", "promql", "sql", "json", "toml", "sh", "console", "diff"}

TAGS = set(
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd strong em code pre blockquote a hr br sup sub del kbd abbr "  # noqa: SIM905
    "table thead tbody tr th td div span details summary".split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
    "details": {"open"},
    "pre": {"tabindex"},
    "abbr": {"title"},
}
CLASSES = {
    "div": {"highlight", "admonition", "note", "warning", "footnote", "arithmatex"},
    "p": {"admonition-title", "fence-note"},
    "pre": {"output"},
    "span": {"lineno", "arithmatex", *filter(None, STANDARD_TYPES.values())},
    "a": {"headerlink", "footnote-ref", "footnote-backref"},
    "ul": {"task-list"},
    "li": {"task-list-item"},
}
MATHEMATICS = "arithmatex"
_made = threading.local()
_PICTURE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.svg")


@dataclass(frozen=True)
class Heading:
    id: str
    title: str
    level: int


@dataclass(frozen=True)
class Rendered:
    html: str
    contents: list[Heading]


def render(text: str) -> Rendered:
    """A text of the course as safe HTML, and its headings for the table of contents."""
    markdown = _markdown("course")
    html = _clean_course(markdown.convert(text))
    return Rendered(html, list(_headings(markdown.toc_tokens)))  # type: ignore[attr-defined]  # by toc


def render_line(text: str) -> str:
    """The same without the paragraph around it, where the text is only one."""
    html = render(text).html.strip()
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if html == f"<p>{inner}</p>" and "<p>" not in inner else html


def render_comment(text: str) -> str:
    """What a person wrote, as safe HTML: no ids, no pictures, no headings of the page's own size."""
    html = _markdown("people").convert(text)
    return nh3.clean(
        html,
        tags=TAGS - {"h1", "h2", "details", "summary"},
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def has_mathematics(*html: str) -> bool:
    """Whether a page that shows this has formulas to set: TeX, in elements that `render` marked."""
    return any(f'class="{MATHEMATICS}"' in part for part in html)


def highlight(code: str, language: str, *, numbered: bool = False) -> str:
    """Code as safe HTML, coloured by classes; `numbered` puts the line's number before each."""
    name = _LEXERS.get(language, language)
    lexer = get_lexer_by_name(name if name in _KNOWN else "text", stripnl=False)
    lines = pygmentize(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    if numbered:
        width = len(str(lines.count("\n") + 1))
        lines = "\n".join(
            f'<span class="lineno">{number:>{width}} </span>{line}'
            for number, line in enumerate(lines.split("\n"), start=1)
        )
    return _clean_course(f'<div class="highlight"><pre tabindex="0"><code>{lines}\n</code></pre></div>')


def _markdown(use: Literal["course", "people"]) -> Markdown:
    """This thread's Markdown, ready for a new text: making one costs more than most texts do."""
    made: Markdown | None = getattr(_made, use, None)
    if made is None:
        extensions = _EXTENSIONS[use]
        made = Markdown(
            extensions=[*extensions, _Fences(), _NoRawHtml()],
            extension_configs=extensions,
            output_format="html",
        )
        setattr(_made, use, made)
    return made.reset()


def _clean_course(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS | {"img"},
        attributes={**ATTRIBUTES, "*": {"id"}, "img": {"src", "alt", "loading"}},
        allowed_classes=CLASSES,
        attribute_filter=_own_pictures_only,
        url_schemes={"https", "http", "mailto"},
    )


def _own_pictures_only(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not _PICTURE.fullmatch(value):
        return None
    return value


def _headings(tokens: list[dict[str, Any]]) -> list[Heading]:
    found: list[Heading] = []
    for token in tokens:
        found.append(Heading(token["id"], unescape(token["name"]), token["level"]))
        found += _headings(token["children"])
    return found


class _Fences(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_FenceBlocks(md), "fences", 25)


class _FenceBlocks(Preprocessor):
    """Puts a placeholder where a fence stood; Markdown gives the HTML back at the end."""

    def run(self, lines: list[str]) -> list[str]:
        found = fences("\n".join(lines))
        plots = plot_names(found)
        result, at = [], 0
        for fence in found:
            placeholder = self.md.htmlStash.store(_fence_html(fence, plots.get(fence.line, "")))
            result += [*lines[at : fence.line - 1], "", f"{fence.indent}{placeholder}", ""]
            at = fence.last
        return result + lines[at:]


class _NoRawHtml(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")


def _fence_html(fence: Fence, plot: str) -> str:
    if fence.language == "output":
        return f'<pre class="output" tabindex="0">{escape(fence.code)}</pre>'
    html = highlight(fence.code, fence.language)
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


_TABLES: dict[str, dict[str, Any]] = {
    "markdown.extensions.tables": {"use_align_attribute": True},
    "markdown.extensions.sane_lists": {},
}
_EXTENSIONS: dict[str, dict[str, dict[str, Any]]] = {
    "people": _TABLES,
    "course": {
        **_TABLES,
        "markdown.extensions.footnotes": {"BACKLINK_TITLE": "Back to the text"},
        "markdown.extensions.def_list": {},
        "markdown.extensions.toc": {
            "permalink": "#",
            "permalink_title": "Link to this section",
            "toc_depth": "2-3",
        },
        "pymdownx.tasklist": {},
        # No single dollar: in a text about running systems it is money, or a shell's variable.
        "pymdownx.arithmatex": {
            "generic": True,
            "inline_syntax": ["round"],
            "block_syntax": ["square", "dollar"],
        },
        "pymdownx.blocks.details": {},
        "pymdownx.blocks.admonition": {"types": ["note", "warning"]},
    },
}
