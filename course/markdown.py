"""Markdown in, safe HTML out: the only place with an allow-list.

How this works: fences are cut out first and become highlighted HTML (`course.code_blocks`; it reads
them as the proof does, so that what is shown and what is proven are the same). Python-Markdown renders
the rest with raw HTML switched off: a tag in a text is shown as text. Then everything, also what we
made ourselves, passes nh3. Whoever adds a tag, a class or an attribute adds it to the lists below.

Texts of the course get ids on headings and may show the lesson's own pictures; comments of people
may neither (`render_comment`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Literal

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from pygments.token import STANDARD_TYPES

from course.code_blocks import CodeBlocks, coloured
from course.pictures import shown_in_place

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
    "div": {
        *("highlight", "code-bar", "block", "block__edit", "scroll", "footnote", "arithmatex"),
        *("admonition", "note", "warning", "tip", "production"),
    },
    "p": {"admonition-title", "fence-note"},
    "pre": {"output"},
    "span": {"lineno", "arithmatex", *filter(None, STANDARD_TYPES.values())},
    "a": {"headerlink", "footnote-ref", "footnote-backref", "picture"},
    "details": {"predict"},
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


def render_lesson(text: str, pictures: Mapping[str, str]) -> Rendered:
    """A lesson's text: its blocks have bars, and its `pictures` (name → SVG) the room that they need."""
    markdown = _markdown("lesson")
    html = _clean_course(shown_in_place(markdown.convert(text), pictures))
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
    return _clean_course(coloured(code, language, numbered=numbered))


def _markdown(use: Literal["course", "lesson", "people"]) -> Markdown:
    """This thread's Markdown, ready for a new text: making one costs more than most texts do."""
    made: Markdown | None = getattr(_made, use, None)
    if made is None:
        extensions = _OF_PEOPLE if use == "people" else _OF_THE_COURSE
        made = Markdown(
            extensions=[*extensions, CodeBlocks(lesson=use == "lesson"), _NoRawHtml()],
            extension_configs=extensions,
            output_format="html",
        )
        setattr(_made, use, made)
    return made.reset()


def _clean_course(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS | {"img"},
        attributes={**ATTRIBUTES, "*": {"id"}, "img": {"src", "alt", "loading", "width", "height"}},
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


class _NoRawHtml(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")


_OF_PEOPLE: dict[str, dict[str, Any]] = {
    "markdown.extensions.tables": {"use_align_attribute": True},
    "markdown.extensions.sane_lists": {},
}
_OF_THE_COURSE: dict[str, dict[str, Any]] = {
    **_OF_PEOPLE,
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
    "pymdownx.blocks.admonition": {
        "types": ["note", "warning", "tip", {"name": "production", "title": "In production"}]
    },
}
