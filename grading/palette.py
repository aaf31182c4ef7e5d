"""What the style sheet of tokens says: each value by its name, and how far its colours stand apart.

Plain Python: text in, figures out. `/design/` shows them, and a test holds each pair to its bound.
Contrast is that of WCAG 2.2: from 1 (the same colour) to 21 (black on white).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_PAIRS = re.compile(r"^\s*(\d+(?:\.\d+)?) ([a-z -]+) on ([a-z0-9 -]+)$", re.MULTILINE)
_THEMED = re.compile(r"light-dark\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)")
_REFERENCE = re.compile(r"var\(--([\w-]+)\)")
_HEX = re.compile(r"#([0-9a-f]{6})", re.IGNORECASE)


class NoColour(Exception):
    """A name that stands for no opaque colour; the text says which, and what its value is."""


@dataclass(frozen=True)
class Sight:
    """Two colours such as #2c4bd4, as they are in one theme."""

    seen: str
    ground: str

    @property
    def contrast(self) -> float:
        return contrast(self.seen, self.ground)


@dataclass(frozen=True)
class Pair:
    """Something that is seen on a ground, and the least contrast between them that is asked for."""

    seen: str
    ground: str
    least: float
    light: Sight
    dark: Sight

    @property
    def holds(self) -> bool:
        return min(self.light.contrast, self.dark.contrast) >= self.least

    def __str__(self) -> str:
        figures = f"{self.light.contrast:.2f} light, {self.dark.contrast:.2f} dark"
        return f"{self.seen} on {self.ground}: {figures}, least {self.least}"


@dataclass(frozen=True)
class Palette:
    """The tokens in the order of the file, each with its value as written there."""

    tokens: dict[str, str]
    pairs: list[Pair]

    def named(self, *beginnings: str) -> dict[str, str]:
        """The tokens whose name is one of these, or begins with one of these and a hyphen."""
        return {
            name: value
            for name, value in self.tokens.items()
            if any(name == beginning or name.startswith(f"{beginning}-") for beginning in beginnings)
        }

    def colours(self) -> dict[str, tuple[str, str]]:
        """Each token that is an opaque colour, with its hex value in the light and the dark theme."""
        found = {}
        for name in self.tokens:
            try:
                found[name] = (hex_of(self.tokens, name, "light"), hex_of(self.tokens, name, "dark"))
            except NoColour:
                continue
        return found


def read_palette(css: str) -> Palette:
    """Read tokens and declared pairs; NoColour where a pair names something that is not a colour."""
    tokens: dict[str, str] = {}
    for name, value in _TOKEN.findall(_COMMENT.sub("", css)):
        tokens.setdefault(name, " ".join(value.split()))  # later ones are for less motion
    return Palette(tokens, list(_pairs(css, tokens)))


def _pairs(css: str, tokens: dict[str, str]) -> Iterator[Pair]:
    for least, seen, grounds in _PAIRS.findall("\n".join(_COMMENT.findall(css))):
        for one in seen.split():
            for ground in grounds.split():
                light, dark = (
                    Sight(hex_of(tokens, one, theme), hex_of(tokens, ground, theme)) for theme in THEMES
                )
                yield Pair(one, ground, float(least), light, dark)


def hex_of(tokens: dict[str, str], name: str, theme: Theme) -> str:
    """The colour, such as #2c4bd4, after `light-dark()` and `var()` were resolved."""
    value = tokens.get(name, "")
    if themed := _THEMED.fullmatch(value):
        value = themed.group(1 + THEMES.index(theme))
    if reference := _REFERENCE.fullmatch(value):
        return hex_of({other: text for other, text in tokens.items() if other != name}, reference[1], theme)
    if not _HEX.fullmatch(value):
        raise NoColour(f"--{name} is {value or 'not there'}, and not a colour such as #2c4bd4")
    return value.lower()


def contrast(one: str, other: str) -> float:
    """The contrast between two colours such as #2c4bd4; the order does not matter."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """How light it is, from 0 (black) to 1 (white); https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
