"""The account finds what it is there to find, and a seed gives one plan: else a round proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.account import wrong_with, wrong_with_progress
from tests.chaos.learners import Sent
from tests.chaos.scenes import EXERCISES
from tests.chaos.strikes import KINDS, KINDS_OF, plan

EXERCISE = EXERCISES[1]
RIGHT = EXERCISE.scenes[0]
NAMES = ["test_the_most_frequent_first", "test_ties_by_name"]


def sent(posts: int = 1, promised_at: float | None = 1.0) -> Sent:
    return Sent("learner0-1", "learner0@example.org", EXERCISE, RIGHT, posts, promised_at)


def row(**other: Any) -> dict[str, Any]:
    usual = {
        "learner": "learner0@example.org",
        "exercise": EXERCISE.slug,
        "state": "done",
        "verdict": "passed",
        "failures": 0,
        "checks_total": 2,
        "checks_passed": 2,
        "expected": NAMES,
        "checks": [[name, "passed"] for name in NAMES],
    }
    return usual | other


def test_nothing_is_wrong_with_one_right_verdict_for_each_promise():
    assert list(wrong_with(sent(), [row()])) == []
    assert list(wrong_with(sent(posts=2), [row(), row()])) == []  # sent again, as nobody had answered
    assert list(wrong_with(sent(promised_at=None), [])) == []
    gave_way = row(state="superseded", verdict="", checks=[], checks_total=0, checks_passed=0)
    assert list(wrong_with(sent(posts=2), [gave_way, row()])) == []
    # It has its verdict, and another text came.
    assert list(wrong_with(sent(posts=2), [row(), gave_way])) == []
    ours = row(verdict="platform-error", failures=3, checks=[], checks_total=0, checks_passed=0)
    assert list(wrong_with(sent(), [ours])) == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "is lost"),
        ([row(), row()], "was sent 1 times, and there are 2 rows"),
        ([row(learner="learner1@example.org")], "became somebody else's"),
        ([row(verdict="crashed", checks=[], checks_total=0, checks_passed=0)], "must be passed"),
        ([row(state="queued", verdict="", checks=[], checks_total=0, checks_passed=0)], "must be passed"),
        ([row(verdict="platform-error", failures=2)], "must be passed"),
        ([row(state="superseded", verdict="", checks=[], checks_total=0, checks_passed=0)], "must be passed"),
        ([row(checks=[[NAMES[0], "passed"], [NAMES[0], "passed"]])], "two results"),
        ([row(checks_passed=1)], "its counts say 1 of 2"),
        ([row(checks=[[NAMES[0], "passed"]], checks_total=1, checks_passed=1)], "without all of its checks"),
    ],
)
def test_what_is_lost_doubled_or_wrong_is_found(rows, says):
    wrong = list(wrong_with(sent(), rows))
    assert len(wrong) == 1
    assert says in wrong[0]


def test_a_pass_that_is_not_noted_and_a_counter_that_drifted_are_found():
    counters = {"WeekProgress": [[1, 1, 0, 0, 1]]}
    facts = {"rows": [row()], "passes": [], "counters": counters, "recounted": {"WeekProgress": []}}
    assert len(list(wrong_with_progress(facts))) == 2
    facts |= {"passes": [["learner0@example.org", EXERCISE.slug]], "recounted": counters}
    assert list(wrong_with_progress(facts)) == []


@pytest.mark.parametrize("world", KINDS_OF)
def test_a_seed_gives_one_plan_in_which_each_kind_strikes_once(world):
    kinds = KINDS_OF[world]
    strikes = plan(kinds, 30, "7")
    assert strikes == plan(kinds, 30, "7") != plan(kinds, 30, "8")
    assert sorted(strike.kind for strike in strikes) == sorted(kinds)
    assert [strike.at for strike in strikes] == sorted(strike.at for strike in strikes)


def test_every_kind_strikes_in_some_world():
    assert set(KINDS) == {kind for kinds in KINDS_OF.values() for kind in kinds}
