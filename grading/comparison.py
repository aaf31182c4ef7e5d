"""What a check compared, read out of pytest's explanation: what came back, and what was asked for.

Plain Python. The explanation quotes values of the learner's code, so it is only ever cut up, never
parsed as Python. pytest shortens long values with `...`: then both are shown as they are, since a
difference between two shortened texts would say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grading.difference import Hunk, Line, Part, Row, difference

OPERATORS = ("==", "!=", "<=", ">=", "<", ">", "is not", "is")
_EQUAL = ("==", "is")
_OBTAINED = re.compile(r"^ *Obtained: (?P<got>.*)\n *Expected: (?P<wanted>.*)$", re.MULTILINE)
_ACTUAL = re.compile(r"^ *ACTUAL: (?P<got>.*?)\n *DESIRED: (?P<wanted>.*)", re.MULTILINE | re.DOTALL)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
WIDTH = 56  # a value that fits in one line of this many characters stays in one


@dataclass(frozen=True)
class Comparison:
    """`wanted` begins with the operator where that is not equality: `< 50000`."""

    got: str
    wanted: str
    shortened: bool = False

    @property
    def hunks(self) -> list[Hunk]:
        """What was asked for beside what came back, line by line."""
        if self.shortened:
            return [Hunk(True, (Row(Line(1, (Part(self.wanted),)), Line(1, (Part(self.got),))),))]
        return difference(self.wanted, self.got)


def comparison_of(explanation: str) -> Comparison | None:
    """The two values of a failed comparison; None where it was something else."""
    for pattern in (_OBTAINED, _ACTUAL):
        found = pattern.search(explanation)
        if found:
            return _made(found["got"], found["wanted"])
    first = explanation.split("\n", 1)[0]
    if not first.startswith("assert "):
        return None
    sides = _sides(_bare(first.removeprefix("assert ")))
    if sides is None:
        return None
    got, operator, wanted = sides
    return _made(got, wanted, "" if operator in _EQUAL else f"{operator} ")


def _made(got: str, wanted: str, prefix: str = "") -> Comparison:
    shortened = "..." in got or "..." in wanted
    if shortened:
        return Comparison(got.strip(), prefix + wanted.strip(), shortened=True)
    return Comparison(in_lines(got.strip()), prefix + in_lines(wanted.strip()))


def _bare(text: str) -> str:
    """Without the brackets that pytest puts around a part of a longer condition."""
    whole = text.startswith("(") and text.endswith(")") and all(depth for _, depth in _depths(text[:-1]))
    return text[1:-1] if whole else text


def _sides(text: str) -> tuple[str, str, str] | None:
    """Left, operator, right, where exactly one operator stands outside of brackets and quotes."""
    outside = "".join(char if not depth else "\0" for char, depth in _depths(text))
    found = [(outside.find(f" {operator} "), operator) for operator in OPERATORS]
    found = [(at, operator) for at, operator in found if at >= 0 and outside.count(f" {operator} ") == 1]
    if any(f" {word} " in outside for word in ("and", "or", "in")):
        return None
    # “is not” is found as “is” too, at the same place; the longer one is meant.
    found.sort(key=lambda each: (each[0], -len(each[1])))
    if not found or len({at for at, _ in found}) > 1:
        return None
    at, operator = found[0]
    return text[:at], operator, text[at + len(operator) + 2 :]


def _depths(text: str) -> Iterator[tuple[str, int]]:
    """Each character with how deep it stands in brackets; in quotes it is one deeper."""
    depth, quote, escaped = 0, "", False
    for char in text:
        if quote:
            yield char, depth + 1
            if not escaped and char == quote:
                quote = ""
            escaped = char == "\\" and not escaped
        elif char in "'\"":
            quote = char
            yield char, depth + 1
        elif char in _PAIRS:
            depth += 1
            yield char, depth
        elif char in ")]}":
            yield char, depth
            depth = max(depth - 1, 0)
        else:
            yield char, depth


def in_lines(value: str) -> str:
    """A value as it is read best: one element to a line where it is long, text at its line ends."""
    if "\n" in value:
        return value
    if value[:1] in ("'", '"'):
        return value[:-1].replace("\\n", "\\n\n").removesuffix("\n") + value[-1]
    if len(value) <= WIDTH:
        return value
    made = ""
    for char, depth in _depths(value):
        if made.endswith("\n") and char == " ":
            continue
        opens, ends = depth == 1 and char in _PAIRS, depth == 1 and char in ")]}"
        if made.endswith("\n") and not ends:
            made += "  "
        if ends and not made.endswith("\n"):
            made += "\n"
        made += char
        if opens or (depth == 1 and char == ","):
            made += "\n"
    return made
