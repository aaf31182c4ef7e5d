"""Two texts line by line."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grading.difference import MOST_LINES, Hunk, difference, differs

LINES = st.lists(st.sampled_from(["a", "b", "c", "x = 1", "x = 2", ""]), max_size=30)


def side(hunks: list[Hunk], name: str) -> list[str]:
    lines = [getattr(row, name) for hunk in hunks for row in hunk.rows]
    return ["".join(part.text for part in line.parts) for line in lines if line is not None]


@given(LINES, LINES)
def test_each_side_can_be_read_back_from_it(old, new):
    before, after = "".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new)
    hunks = difference(before, after, around=None)
    assert side(hunks, "before") == old
    assert side(hunks, "after") == new
    assert differs(hunks) == (old != new)


@given(LINES, LINES)
def test_what_is_left_out_is_counted(old, new):
    before, after = "\n".join(old), "\n".join(new)
    folded, whole = difference(before, after), difference(before, after, around=None)
    assert sum(len(hunk.rows) + hunk.skipped for hunk in folded) == sum(len(hunk.rows) for hunk in whole)


def test_lines_are_numbered_on_their_own_side():
    hunks = difference("a\nb\nc\n", "a\nnew\nb\nc\n", around=None)
    last = hunks[-1].rows[-1]
    assert (last.before.number, last.after.number) == (3, 4)


def test_the_part_of_a_line_that_differs_is_marked():
    (hunk,) = difference("errors = 1\n", "errors = 2\n")
    assert [part.text for part in hunk.rows[0].after.parts if part.marked] == ["2"]


def test_lines_that_have_little_in_common_are_not_marked_in_pieces():
    (hunk,) = difference("import re\n", "x = sum(range(10))\n")
    assert not any(part.marked for part in hunk.rows[0].before.parts)


def test_long_unchanged_stretches_are_left_out_and_two_lines_are_not():
    long = "\n".join(str(n) for n in range(40))
    assert [hunk.skipped for hunk in difference(f"{long}\nx", f"{long}\ny") if hunk.skipped] == [37]
    assert not any(hunk.skipped for hunk in difference("1\n2\nx", "1\n2\ny"))


def test_texts_too_long_to_compare_are_shown_as_replaced():
    before = "\n".join(f"a{n}" for n in range(MOST_LINES + 10))
    hunks = difference(f"same\n{before}", f"same\n{before.replace('a', 'b')}", around=None)
    assert [hunk.changed for hunk in hunks] == [False, True]


def test_hunks_of_a_kind_do_not_follow_each_other():
    hunks = difference("a\nb\nc\nd\n", "a\nB\nc\nD\n", around=None)
    assert all(left.changed != right.changed for left, right in pairwise(hunks))
