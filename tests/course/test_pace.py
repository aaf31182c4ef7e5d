"""What the plan asks for by now, day by day, and how that is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from course.models import Week
from course.pace import plan_of
from course.progress import EXERCISE_RULE, LESSON_RULE, READ_RULE, Measure, WeekStanding

START = date(2026, 3, 2)


def standing(number: int, total: int, done: int = 0, last: int | None = None) -> WeekStanding:
    week = Week(number=number, last_number=last or number, lesson_total=total)
    return WeekStanding(
        week=week,
        lessons=Measure("Lessons done", done, total, LESSON_RULE),
        exercises=Measure("Exercises passed", 0, 0, EXERCISE_RULE),
        read=Measure("Lessons read", 0, total, READ_RULE),
    )


def on_day(day: int, *weeks: WeekStanding):
    """The plan on the n-th day of the cohort, the first is 1."""
    return plan_of(weeks, START, START + timedelta(days=day - 1))


@pytest.mark.parametrize(
    ("day", "asked"), [(-30, 0), (1, 0), (2, 0), (3, 1), (5, 2), (7, 3), (8, 4), (14, 8), (15, 9), (400, 9)]
)
def test_a_weeks_lessons_are_asked_for_day_by_day_once_the_day_is_over(day, asked):
    assert on_day(day, standing(1, 4), standing(2, 5)).asked == asked


def test_the_capstone_has_two_weeks_for_its_lessons():
    capstone = standing(1, 2, last=2)
    assert [on_day(day, capstone).asked for day in (7, 8, 14, 15)] == [0, 1, 1, 2]
    assert on_day(1, capstone).asked_at_end == 2


def test_a_week_of_which_nothing_is_written_asks_for_nothing():
    assert on_day(12, standing(1, 0), standing(2, 0)).asked_at_end == 0


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (0, "The plan is 4 lessons ahead of you."),
        (3, "The plan is 1 lesson ahead of you."),
        (4, "You are where the plan is."),
        (5, "You are 1 lesson ahead of the plan."),
        (6, "You are 2 lessons ahead of the plan."),
    ],
)
def test_ahead_and_behind_are_said_in_whole_lessons(done, said):
    assert on_day(8, standing(1, 6, done), standing(2, 4)).asked == 6
    assert on_day(8, standing(1, 4, min(done, 4)), standing(2, 4, max(done - 4, 0))).sentence == said


def test_the_bar_ends_where_the_week_ends_or_where_the_learner_is():
    plan = on_day(8, standing(1, 4, 2), standing(2, 4))
    assert (plan.done_percent, plan.asked_percent) == ("25.0%", "50.0%")
    beyond = on_day(8, standing(1, 4, 4), standing(2, 4, 4), standing(3, 2, 2))
    assert (beyond.done_percent, beyond.asked_percent) == ("100.0%", "40.0%")
    nothing = on_day(8, standing(1, 0))
    assert (nothing.done_percent, nothing.asked_percent) == ("0.0%", "0.0%")
