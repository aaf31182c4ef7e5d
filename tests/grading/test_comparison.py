"""What came back beside what was asked for, read out of pytest's explanation."""

from __future__ import annotations

import pytest

from grading.comparison import Comparison, comparison_of, in_lines

SIDES = [
    ("assert 1 == 0", "1", "0"),
    ("assert (None == 0)", "None", "0"),
    ("assert 0 == (9 + 2)\n +  where 9 = len({})", "0", "(9 + 2)"),
    ("assert 450285 < 50000", "450285", "< 50000"),
    ("assert None is not None", "None", "is not None"),
    ("assert [1] is None", "[1]", "None"),
    ("assert Hit(a=1, b='x == y') == 3", "Hit(a=1, b='x == y')", "3"),
    ("assert 'it\\'s == it' == \"a == b\"", "'it\\'s == it'", '"a == b"'),
    (
        "assert 15.0 == 0.25 ± 2e-07\n\ncomparison failed\nObtained: 15.0\nExpected: 0.25 ± 2e-07",
        "15.0",
        "0.25 ± 2e-07",
    ),
    (
        "\nArrays are not equal\n ACTUAL: array([1, 2])\n DESIRED: array([1, 3])",
        "array([1, 2])",
        "array([1, 3])",
    ),
]


@pytest.mark.parametrize(("explanation", "got", "wanted"), SIDES)
def test_both_sides_are_found(explanation, got, wanted):
    found = comparison_of(explanation)
    assert found is not None
    assert (found.got, found.wanted) == (got, wanted)


@pytest.mark.parametrize(
    "explanation",
    ["", "assert False", "assert 9 in [1, 2]", "assert (1 == 1 and 2 == 3)", "assert 1 == 2 == 3", "words"],
)
def test_what_is_no_comparison_of_two_values_is_left_alone(explanation):
    assert comparison_of(explanation) is None


def test_shortened_values_are_shown_and_not_compared():
    """The dots stand for something, and that may be where they differ."""
    found = comparison_of("assert [('/a', 1), ...] == [('/a', 1), ...]")
    assert found is not None
    assert found.shortened
    (hunk,) = found.hunks
    assert not any(part.marked for part in hunk.rows[0].before.parts)


def test_a_long_value_has_one_element_to_a_line():
    value = "Hit(client='192.0.2.7', path='/a, b', sizes=[1, 2, 3], status=201, method='GET')"
    assert in_lines(value).split("\n") == [
        "Hit(",
        "  client='192.0.2.7',",
        "  path='/a, b',",
        "  sizes=[1, 2, 3],",
        "  status=201,",
        "  method='GET'",
        ")",
    ]


def test_a_text_is_broken_where_its_lines_end():
    assert in_lines(r"'one\ntwo\n'").split("\n") == [r"'one\n", r"two\n'"]


def test_the_lines_that_differ_are_told_from_those_that_do_not():
    found = comparison_of(r"assert 'one\n2\nthree\n' == 'one\ntwo\nthree\n'")
    assert found is not None
    assert [hunk.changed for hunk in found.hunks] == [False, True, False]


@pytest.mark.parametrize("piece", ["(", "'", "-", "[,", "a == ", "\\'", "{'"])
def test_hostile_values_are_cut_up_like_others(piece):
    """4,000 characters is what an explanation may hold; nothing here recurses or runs away."""
    text = (piece * 4000)[:2000]
    assert isinstance(comparison_of(f"assert {text} == {text}"), Comparison | None)
