"""Holds each block of a lesson to its fence; sent as the tests, with `PROMISES` filled in below."""

import re
from typing import Any

import pytest

# line of the fence → {"raises": name or "", "plots": bool, "output": text or None}
PROMISES: dict[int, dict[str, Any]] = {}
LINES: list[int] = []

_TOKEN = re.compile(r"[-+]?\d[\d,_]*\.?\d*(?:[eE][-+]?\d+)?|[^\s\d]+?(?=[-+]?\d|\s|$)|\S")
_stopped = False


def pytest_generate_tests(metafunc: Any) -> None:
    metafunc.parametrize("line", LINES)


def test_block(solution: Any, line: int) -> None:
    """Each block of the lesson keeps its contract"""
    global _stopped
    if _stopped:
        pytest.skip("a block above it ended with an error")
    promise = PROMISES[line]
    got = solution.run_block(line)
    _stopped = got["raised"] != promise["raises"]
    happened = f"raises {got['raised']}: {got['says']}" if got["raised"] else "raises nothing"
    assert not _stopped, f"the block {happened}, and promises {promise['raises'] or 'no error'}"
    if promise["plots"]:
        assert solution.save_figure(line) == 1, "a plot block must leave exactly one figure open"
    if promise["output"] is not None:
        printed = got["printed"]
        if got["raised"]:
            printed += f"{got['raised']}: {got['says']}\n"
        odd = first_difference(printed, promise["output"])
        assert not odd, odd


def first_difference(printed: str, promised: str) -> str:
    """The first line that is not as promised, in words; "" where all are, numbers to 3 digits."""
    ours, theirs = printed.rstrip().splitlines(), promised.rstrip().splitlines()
    for number, (line, other) in enumerate(zip(ours, theirs, strict=False), start=1):
        if not same(line, other):
            return f"line {number} of the output is `{line}`, and the fence says `{other}`"
    if len(ours) != len(theirs):
        return f"the block prints {len(ours)} lines, and the fence holds {len(theirs)}"
    return ""


def same(line: str, other: str) -> bool:
    """Whether two lines agree: words exactly, blanks loosely, numbers to 3 significant digits."""
    ours, theirs = _TOKEN.findall(line), _TOKEN.findall(other)
    return len(ours) == len(theirs) and all(map(_same_token, ours, theirs))


def _same_token(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        a, b = (float(text.replace(",", "").replace("_", "")) for text in (one, other))
    except ValueError:
        return False
    whole_and_small = "." not in one + other and max(abs(a), abs(b)) < 10_000  # counts, years
    return not whole_and_small and abs(a - b) <= 0.005 * max(abs(a), abs(b))
