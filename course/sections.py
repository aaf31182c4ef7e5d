"""A rendered text in its parts, so that a page can put something between them: what opens it, and the rest.

The HTML is that of `course.markdown`, which has cleaned it: headings are plain, and have their ids.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)<a class="headerlink"', re.DOTALL)


@dataclass(frozen=True)
class Heading:
    id: str
    title: str


@dataclass(frozen=True)
class Text:
    opening: SafeString
    rest: SafeString
    headings: list[Heading]


def at_its_headings(html: str) -> Text:
    """Parted before the first heading; one without headings is all opening."""
    opening, heading, rest = html.partition("<h2")
    found = _HEADING.findall(html)
    headings = [Heading(slug, unescape(strip_tags(title))) for slug, title in found]
    return Text(mark_safe(opening.strip()), mark_safe(heading + rest), headings)  # noqa: S308 - cleaned


def after_its_first_paragraph(html: str) -> Text:
    opening, end, rest = html.partition("</p>")
    return Text(mark_safe(opening + end), mark_safe(rest.strip()), [])  # noqa: S308 - cleaned
