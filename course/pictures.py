"""A lesson's pictures in its text: with the room that each needs, so that nothing moves, and a link."""

from __future__ import annotations

import re
from collections.abc import Mapping

_IMAGE = re.compile(r'<img(?P<said>[^>]*? src="(?P<name>[a-z0-9-]+)\.svg"[^>]*)>')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_LENGTH = r'="(?P<{0}>[0-9.]+)(?P<{0}_unit>pt|px|)"'
_SIZE = re.compile(rf"<svg\b[^>]*?\bwidth{_LENGTH.format('w')}[^>]*?\bheight{_LENGTH.format('h')}", re.DOTALL)
_VIEW = re.compile(
    r'<svg\b[^>]*?\bviewBox="[0-9.-]+[ ,]+[0-9.-]+[ ,]+(?P<w>[0-9.]+)[ ,]+(?P<h>[0-9.]+)"', re.DOTALL
)
_PIXELS = {"pt": 4 / 3, "px": 1.0, "": 1.0}


def shown_in_place(html: str, pictures: Mapping[str, str]) -> str:
    """The HTML of a text with its pictures sized and linked, and its tables in a box that scrolls."""
    html = _TABLE.sub(lambda table: f'<div class="scroll">{table[0]}</div>', html)
    return _IMAGE.sub(lambda image: _linked(image, pictures), html)


def _linked(image: re.Match[str], pictures: Mapping[str, str]) -> str:
    name = image["name"]
    size = size_of(pictures.get(name, ""))
    room = f' width="{size[0]}" height="{size[1]}"' if size else ""
    return f'<a class="picture" href="{name}.svg"><img{image["said"]}{room}></a>'


def size_of(svg: str) -> tuple[int, int] | None:
    """Width and height in CSS pixels; None where the file says neither them nor a viewBox."""
    said = _SIZE.search(svg)
    if said:
        return (
            round(float(said["w"]) * _PIXELS[said["w_unit"]]),
            round(float(said["h"]) * _PIXELS[said["h_unit"]]),
        )
    seen = _VIEW.search(svg)
    return (round(float(seen["w"])), round(float(seen["h"]))) if seen else None
