"""The fences of a text: what each of them promises, and where it stands.

One reading serves the page that is rendered, the rules, and the proof that runs the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PARSED = frozenset({"yaml", "dockerfile", "hcl", "promql", "sql", "json", "toml"})
PLAIN = frozenset({"console", "text", "diff"})
LANGUAGES = PARSED | PLAIN | {"python", "output", "sh"}

_OPEN = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)$")
_WORD = re.compile(r'(?P<name>[a-z]+)(?:=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+)))?(?=\s|$)')


@dataclass(frozen=True)
class Fence:
    """A fenced block. `line` is that of its opening, `last` of its closing, from 1 in the text.

    `words` are the words after the language; those without a value map to "".
    """

    line: int
    last: int
    indent: str
    language: str
    words: dict[str, str]
    code: str
    fault: str = ""

    @property
    def runs(self) -> bool:
        """Whether the block is executed in the lesson's namespace."""
        return self.language == "python" and ("run" in self.words or "raises" in self.words)

    @property
    def raises(self) -> str:
        return self.words.get("raises", "")

    @property
    def plots(self) -> bool:
        return "plot" in self.words

    @property
    def alt(self) -> str:
        return self.words.get("alt", "")


def fences(text: str) -> list[Fence]:
    """Every fenced block of a Markdown text, in order."""
    return list(_fences(text.split("\n")))


def plot_names(found: list[Fence]) -> dict[int, str]:
    """The picture that each plot fence shows, by the fence's line: plot-1.svg, plot-2.svg, …"""
    plots = [fence for fence in found if fence.plots]
    return {fence.line: f"plot-{number}.svg" for number, fence in enumerate(plots, start=1)}


def _fences(lines: list[str]) -> Iterator[Fence]:
    at = 0
    while at < len(lines):
        opening = _OPEN.match(lines[at])
        if opening is None:
            at += 1
            continue
        end = _closing(lines, at, opening["ticks"])
        language, words, fault = _info(opening["info"].strip())
        if end == len(lines):
            fault = f"this fence is never closed: end it with a line {opening['ticks']}."
        indent = opening["indent"]
        code = "\n".join(line.removeprefix(indent) for line in lines[at + 1 : end])
        yield Fence(at + 1, min(end + 1, len(lines)), indent, language, words, code, fault)
        at = end + 1


def _closing(lines: list[str], opened: int, ticks: str) -> int:
    for at in range(opened + 1, len(lines)):
        bare = lines[at].strip()
        if len(bare) >= len(ticks) and set(bare) == {ticks[0]}:
            return at
    return len(lines)


def _info(info: str) -> tuple[str, dict[str, str], str]:
    language, _, rest = info.partition(" ")
    words: dict[str, str] = {}
    at, rest = 0, rest.strip()
    while at < len(rest):
        word = _WORD.match(rest, at)
        if word is None:
            return (
                language,
                words,
                f'the fence says `{rest[at:]}`, which cannot be read: write name or name="value".',
            )
        words[word["name"]] = word["quoted"] or word["bare"] or ""
        at = word.end()
        while at < len(rest) and rest[at] == " ":
            at += 1
    return language, words, ""
