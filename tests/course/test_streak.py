"""The run of learning days: what lengthens it, what it forgives, and whose clock says which day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from course.activity import learning_streak, note_learning
from course.models import LearningDay
from course.streak import FREE_DAYS, monday_of, streak_of

MONDAY = date(2026, 3, 2)
BERLIN, TOKYO, LOS_ANGELES = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles")
)


def days(pattern: str, first: date = MONDAY) -> list[date]:
    """The days of a pattern that begins on a Monday: x for learning, a dot for none."""
    marks = pattern.replace(" ", "")
    return [first + timedelta(days=number) for number, mark in enumerate(marks) if mark == "x"]


def length(pattern: str) -> int:
    """The run as of the pattern's last day."""
    last = MONDAY + timedelta(days=len(pattern.replace(" ", "")) - 1)
    return streak_of(days(pattern), last).days


@pytest.mark.parametrize(
    ("pattern", "run"),
    [
        ("", 0),
        (".", 0),
        ("x", 1),
        ("xx", 2),
        ("xxxxx.. xxxxx.. x", 11),  # weekends off
        ("x.x.x.x", 3),  # three days off in one week: the first of them ends it ...
        ("xx.x.xx", 5),  # ... and two do not
        ("xxx.... xxx", 3),  # four days off in a week end it
        ("....xxx xxx", 6),  # what was before it began counts for nothing
        ("xxxxx.. ..xxxxx", 10),  # four days in a row, two of either week
        ("xxxxx.. ...", 5),  # the third is today, and not over
        ("xxxxx.. ....", 0),
        ("xxxxx.. ...x", 1),
        ("...x..x", 2),
        ("xxxxxxx xxxxxxx", 14),
    ],
)
def test_two_days_of_each_week_are_free_and_the_third_ends_the_run(pattern, run):
    assert length(pattern) == run


def test_a_day_counts_once_however_often_it_is_there_and_in_any_order():
    assert streak_of([MONDAY, MONDAY + timedelta(days=1), MONDAY], MONDAY + timedelta(days=1)).days == 2


def test_the_run_goes_on_over_the_end_of_the_year_and_a_leap_day():
    christmas = date(2026, 12, 24)
    assert (
        streak_of([christmas + timedelta(days=n) for n in range(14)], christmas + timedelta(days=13)).days
        == 14
    )
    february = date(2028, 2, 27)
    assert streak_of([february + timedelta(days=n) for n in range(4)], date(2028, 3, 1)).days == 4


def test_the_week_of_the_new_year_has_two_free_days_and_not_four():
    thursday = date(2026, 12, 31)
    assert monday_of(date(2027, 1, 1)) == monday_of(thursday) == date(2026, 12, 28)
    learned = [thursday - timedelta(days=2), thursday + timedelta(days=2)]  # Tuesday and Saturday
    # Wednesday, Thursday and Friday were off: two years, but one week.
    assert streak_of(learned, date(2027, 1, 2)).days == 1


def test_a_day_that_lies_ahead_counts_once_it_has_come():
    tomorrow = MONDAY + timedelta(days=1)
    assert streak_of([MONDAY, tomorrow], MONDAY).days == 1
    assert streak_of([tomorrow], MONDAY).days == 0
    assert streak_of([MONDAY, tomorrow], tomorrow).days == 2


def test_this_week_is_shown_day_by_day_with_what_is_still_free():
    streak = streak_of(days("x.x"), MONDAY + timedelta(days=3))
    assert [mark.state for mark in streak.week] == [
        "learned",
        "off",
        "learned",
        "open",
        "ahead",
        "ahead",
        "ahead",
    ]
    assert streak.free_left == FREE_DAYS - 1
    assert "One free day" in streak.sentence
    assert "begins with the next thing" in streak_of([], MONDAY).sentence
    assert streak_of(days("...."), MONDAY + timedelta(days=6)).free_left == 0


# --- Whose day it is ----------------------------------------------------------------------------


def noted(learner, moment: datetime, zone: ZoneInfo) -> date:
    """The day that is stored where something is done at the moment, by that clock."""
    LearningDay.objects.all().delete()
    with time_machine.travel(moment, tick=False), timezone.override(zone):
        note_learning(learner)
    return LearningDay.objects.get().day


def test_the_day_is_the_learners_own(learner):
    moment = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    assert noted(learner, moment, TOKYO) == date(2026, 3, 3)
    assert noted(learner, moment, BERLIN) == date(2026, 3, 2)
    assert noted(learner, datetime(2027, 1, 1, 7, 59, tzinfo=UTC), LOS_ANGELES) == date(2026, 12, 31)


def test_a_night_on_which_clocks_change_has_one_midnight(learner):
    # Clocks are put forward on 29 March 2026 and back on 25 October: midnight is at 23:00 or 22:00 in UTC.
    assert noted(learner, datetime(2026, 3, 28, 22, 59, tzinfo=UTC), BERLIN) == date(2026, 3, 28)
    assert noted(learner, datetime(2026, 3, 28, 23, 0, tzinfo=UTC), BERLIN) == date(2026, 3, 29)
    assert noted(learner, datetime(2026, 3, 29, 21, 59, tzinfo=UTC), BERLIN) == date(2026, 3, 29)
    assert noted(learner, datetime(2026, 3, 29, 22, 0, tzinfo=UTC), BERLIN) == date(2026, 3, 30)
    assert noted(learner, datetime(2026, 10, 25, 22, 59, tzinfo=UTC), BERLIN) == date(2026, 10, 25)
    assert noted(learner, datetime(2026, 10, 25, 23, 0, tzinfo=UTC), BERLIN) == date(2026, 10, 26)


def test_a_day_is_one_row_and_only_its_learners(learner, other_learner):
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):
        note_learning(learner)
        note_learning(learner)
        assert LearningDay.objects.count() == 1
        assert learning_streak(learner).days == 1
        assert learning_streak(other_learner).days == 0


def test_who_travels_west_has_the_day_again_and_loses_none(learner):
    moment = datetime(2026, 3, 2, 20, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        with timezone.override(TOKYO):
            note_learning(learner)  # it is Tuesday there
        with timezone.override(LOS_ANGELES):
            assert learning_streak(learner).days == 0
            note_learning(learner)
            assert learning_streak(learner).days == 1
    with time_machine.travel(moment + timedelta(days=1), tick=False), timezone.override(LOS_ANGELES):
        assert learning_streak(learner).days == 2
