"""The first difference of two large values, where pytest's own comparison would take long to say it."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from _pytest._io.saferepr import saferepr

LARGE = 1_000  # characters, elements
_LARGE_INSIDE = 20_000  # the same, of all that is in it
_SIZED = (str, bytes, list, tuple, dict, set, frozenset)
_AROUND = 30
_ABSENT = object()


def first_difference(left: Any, right: Any) -> list[str] | None:
    """Lines for pytest to print; None where the values are small, or not two of one kind."""
    if type(left) is not type(right) or type(left) not in _SIZED:
        return None
    if max(len(left), len(right)) < LARGE and not any(map(_is_large_inside, (left, right))):
        return None
    lines = [f"a {type(left).__name__} of {len(left):,} == one of {len(right):,}"]
    if isinstance(left, str | bytes | list | tuple):
        pairs = enumerate(zip_longest(left, right, fillvalue=_ABSENT))
        at = next(
            (at for at, (mine, theirs) in pairs if mine is not theirs and not _equal(mine, theirs)), None
        )
        return lines if at is None else [*lines, f"they differ first at {at:,}: {_near(left, right, at)}"]
    only = [f"only the {side} has {saferepr(key)}" for side, key in _lonely(left, right)]
    if not only and isinstance(left, dict):
        key = next((key for key in left if not _equal(left[key], right[key])), None)
        only = [f"at {saferepr(key)}: {saferepr(left.get(key))} == {saferepr(right.get(key))}"]
    return [*lines, *only]


def _is_large_inside(value: Any) -> bool:
    """Whether it holds much, at any depth. Looks at no more than it counts."""
    left, waiting = _LARGE_INSIDE, [value]
    while waiting:
        each = waiting.pop()
        if type(each) not in _SIZED:
            continue
        left -= len(each)
        if left < 0:
            return True
        if isinstance(each, dict):
            waiting.extend(each.values())
        if not isinstance(each, str | bytes):
            waiting.extend(each)
    return False


def _equal(mine: Any, theirs: Any) -> bool:
    try:
        return bool(mine == theirs)
    except Exception:  # arrays inside lists have no one answer
        return False


def _near(left: Any, right: Any, at: int) -> str:
    if isinstance(left, str | bytes):
        start = max(at - _AROUND, 0)
        return f"{left[start : at + _AROUND]!r} == {right[start : at + _AROUND]!r}"
    shown = [saferepr(side[at]) if at < len(side) else "nothing" for side in (left, right)]
    return " == ".join(shown)


def _lonely(left: Any, right: Any) -> list[tuple[str, Any]]:
    found = []
    for side, mine, theirs in (("left", left, right), ("right", right, left)):
        key = next((key for key in mine if key not in theirs), _ABSENT)
        if key is not _ABSENT:
            found.append((side, key))
    return found
