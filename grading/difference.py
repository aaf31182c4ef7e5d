"""Two texts line by line: what both have, what only one has, and where a changed line differs.

Plain Python. Nothing here is HTML: whoever shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

AROUND = 3  # unchanged lines shown on each side of a change
# Comparing is quadratic at worst. What is longer is shown as replaced, as a whole.
MOST_LINES = 1500
MOST_MARKED = 20_000  # characters in all changed lines: beyond, lines are marked and not their parts
MOST_IN_A_LINE = 300


@dataclass(frozen=True)
class Part:
    """A piece of a line; `marked` where the other side has something else."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Line:
    """A line of one side. `number` counts from 1."""

    number: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Row:
    """The two sides beside each other; None where a side has no line."""

    before: Line | None
    after: Line | None


@dataclass(frozen=True)
class Hunk:
    """Rows that belong together: all the same on both sides, or all changed.

    `skipped` counts unchanged lines that are left out; such a hunk has no rows.
    """

    changed: bool
    rows: tuple[Row, ...] = ()
    skipped: int = 0


def difference(before: str, after: str, *, around: int | None = AROUND) -> list[Hunk]:
    """The hunks from one text to another; `around=None` leaves no unchanged line out."""
    old, new = before.splitlines(), after.splitlines()
    blocks = list(_blocks(old, new))
    fine = sum(_characters(old[i1:i2], new[j1:j2]) for tag, i1, i2, j1, j2 in blocks if tag != "equal")
    hunks: list[Hunk] = []
    for tag, i1, i2, j1, j2 in blocks:
        if tag == "equal":
            rows = _same(old, i1, i2, j1)
        else:
            rows = _changed(old[i1:i2], new[j1:j2], i1, j1, mark=fine <= MOST_MARKED)
        hunks.append(Hunk(tag != "equal", tuple(rows)))
    return hunks if around is None else list(_folded(hunks, around))


def differs(hunks: Sequence[Hunk]) -> bool:
    return any(hunk.changed for hunk in hunks)


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As difflib's opcodes, with what both begin and end with taken off first, which costs nothing."""
    begin = _alike(old, new)
    end = _alike(old[begin:][::-1], new[begin:][::-1])
    mine, theirs = old[begin : len(old) - end], new[begin : len(new) - end]
    if begin:
        yield "equal", 0, begin, 0, begin
    if max(len(mine), len(theirs)) > MOST_LINES:
        yield "replace", begin, begin + len(mine), begin, begin + len(theirs)
    elif mine or theirs:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, mine, theirs).get_opcodes():
            yield tag, begin + i1, begin + i2, begin + j1, begin + j2
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _characters(*sides: list[str]) -> int:
    return sum(len(line) for side in sides for line in side)


def _alike(mine: list[str], theirs: list[str]) -> int:
    count = 0
    for left, right in zip(mine, theirs, strict=False):
        if left != right:
            break
        count += 1
    return count


def _same(old: list[str], i1: int, i2: int, j1: int) -> Iterator[Row]:
    for offset, text in enumerate(old[i1:i2]):
        parts = (Part(text),)
        yield Row(Line(i1 + offset + 1, parts), Line(j1 + offset + 1, parts))


def _changed(mine: list[str], theirs: list[str], i1: int, j1: int, *, mark: bool) -> Iterator[Row]:
    for offset, (left, right) in enumerate(zip_longest(mine, theirs)):
        before, after = _marked(left, right) if mark else ((Part(left or ""),), (Part(right or ""),))
        yield Row(
            Line(i1 + offset + 1, before) if left is not None else None,
            Line(j1 + offset + 1, after) if right is not None else None,
        )


def _marked(left: str | None, right: str | None) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both lines in pieces. Where they have little in common, marking pieces would say nothing."""
    whole = (Part(left or ""),), (Part(right or ""),)
    if not left or not right or max(len(left), len(right)) > MOST_IN_A_LINE:
        return whole
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.5:
        return whole
    before, after = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        before += [Part(left[i1:i2], tag != "equal")] if i2 > i1 else []
        after += [Part(right[j1:j2], tag != "equal")] if j2 > j1 else []
    return tuple(before), tuple(after)


def _folded(hunks: list[Hunk], around: int) -> Iterator[Hunk]:
    last = len(hunks) - 1
    for place, hunk in enumerate(hunks):
        head = around if place else 0
        tail = around if place < last else 0
        skipped = len(hunk.rows) - head - tail
        if hunk.changed or skipped < 2 or last == 0:
            yield hunk
            continue
        if head:
            yield Hunk(False, hunk.rows[:head])
        yield Hunk(False, skipped=skipped)
        if tail:
            yield Hunk(False, hunk.rows[-tail:])
