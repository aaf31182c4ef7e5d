"""Links from a lesson's text to the glossary, put in when the lesson is loaded.

A link appears where it helps and nowhere else: for the terms that the lesson teaches or needs, as its front
matter says, at the first occurrence in each section; never in code, a heading, a link or a summary. A common
word that is a term of some other lesson stays a word. An author who wants one more link writes
`[words](/glossary/#term)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

_NEVER_WITHIN = frozenset(("a", "code", "pre", "summary", "h1", "h2", "h3", "h4", "h5", "h6"))
_VOID = frozenset(("br", "hr", "img"))


def linked(html: str, terms: Mapping[str, str], glossary: str) -> str:
    """The same safe HTML with links to the glossary. `terms` maps a term's name to its id there."""
    if not terms:
        return html
    writer = _Writer(terms, glossary)
    writer.feed(html)
    writer.close()
    return "".join(writer.written)


class _Writer(HTMLParser):
    """Copies HTML as it stands, but for the words that become links."""

    def __init__(self, terms: Mapping[str, str], glossary: str) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._ids = {_spelled(name): slug for name, slug in terms.items()}
        names = sorted(map(re.escape, terms), key=len, reverse=True)  # “array shape” before “array”
        spaced = "|".join(name.replace(r"\ ", r"\s+") for name in names)
        self._term = re.compile(rf"(?<![\w-])(?P<name>{spaced})(?P<plural>e?s)?(?![\w-])", re.I)
        self._glossary = glossary
        self._within: list[str] = []
        self._linked: set[str] = set()  # in this section

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self._linked.clear()
        if tag not in _VOID:
            self._within.append(tag)
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(data if _NEVER_WITHIN & set(self._within) else self._term.sub(self._link, data))

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def _link(self, found: re.Match[str]) -> str:
        slug = self._ids[_spelled(found["name"])]
        if slug in self._linked:
            return found[0]
        self._linked.add(slug)
        return f'<a class="term" href="{escape(self._glossary)}#{escape(slug)}">{found[0]}</a>'


def _spelled(name: str) -> str:
    return " ".join(name.lower().split())
