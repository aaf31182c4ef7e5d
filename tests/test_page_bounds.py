"""What `./lms bench --pages` refuses, and how it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bench.pages import Visit, broken, table

GOOD = Visit(requests=12, kilobytes=120.0, again_kilobytes=9.0, lcp=400.0, shift=0.001, inp=8.0)


def test_pages_within_their_bounds_are_said_to_be_so():
    assert broken({"lesson": [GOOD], "exercise": [replace(GOOD, kilobytes=280.0)]}) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (replace(GOOD, kilobytes=151.0), "lesson: 151 kB come over the line"),
        (replace(GOOD, lcp=1001.0), "lesson: it stands after 1001 ms"),
        (replace(GOOD, shift=0.03), "lesson: 0.030 of it moves"),
    ],
)
def test_a_lesson_that_is_heavy_late_or_restless_is_refused(seen, said):
    (problem,) = broken({"lesson": [seen]})
    assert problem.startswith(said)


def test_one_slow_visit_of_three_decides_nothing():
    assert broken({"lesson": [GOOD, GOOD, replace(GOOD, lcp=5000.0)]}) == []


def test_what_is_too_quick_to_be_told_is_not_said_to_take_no_time():
    assert "| < 16 ms |" in table({"lesson": [GOOD]})[-1]
