"""What counts until when, for one person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from course.deadline_plan import NoTimeZone, plan_deadlines
from course.deadlines import (
    NO_RULES,
    Phase,
    Rules,
    attempts_policies,
    rules_for,
    rules_for_each,
    rules_for_week,
    with_deadline,
)
from course.models import AttemptLimit, AttemptsPolicy, Cohort, Deadline, Enrolment, Exercise, Extension, Week
from course.wall_clock import on_the_wall
from tests.course.queries import statements

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)  # Sunday, 23:59 in Berlin
CLOSES = DUE + timedelta(days=7)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def berlin(tiny, cohort):
    cohort.time_zone = "Europe/Berlin"
    cohort.save()
    return cohort


@pytest.fixture
def exercise(tiny):
    return Exercise.objects.select_related("lesson__week").get(slug="count-errors")


@pytest.fixture
def deadline(berlin, exercise):
    return Deadline.objects.create(
        cohort=berlin,
        week=exercise.lesson.week,
        due_at=DUE,
        grace_minutes=15,
        late_percent=50,
        closes_at=CLOSES,
    )


@pytest.fixture
def extend(learner, berlin, instructor):
    def extend(user=learner, **given):
        return Extension.objects.create(
            user=user, cohort=berlin, reason="ill", granted_by=instructor, **given
        )

    return extend


# --- Which rules hold -------------------------------------------------------------------------


def test_without_a_deadline_everything_counts_for_ever(learner, exercise):
    rules = rules_for(learner, exercise)
    assert (rules.due_at, rules.attempts_allowed) == (None, None)
    assert rules.credit_at(datetime(2099, 1, 1, tzinfo=UTC)) == 100


def test_who_is_in_no_cohort_has_no_rules(instructor, exercise, deadline):
    assert rules_for(instructor, exercise) == NO_RULES


@pytest.mark.parametrize(
    ("after", "phase", "credit"),
    [
        (-DAY, Phase.OPEN, 100),
        (timedelta(seconds=59), Phase.OPEN, 100),
        (MINUTE, Phase.GRACE, 100),
        (timedelta(minutes=15, seconds=59), Phase.GRACE, 100),
        (16 * MINUTE, Phase.LATE, 50),
        (7 * DAY + timedelta(seconds=59), Phase.LATE, 50),
        (7 * DAY + MINUTE, Phase.CLOSED, 0),
        (400 * DAY, Phase.CLOSED, 0),
    ],
)
def test_credit_falls_at_each_boundary_and_a_minute_belongs_to_the_learner(
    learner, exercise, deadline, after, phase, credit
):
    rules = rules_for(learner, exercise)
    assert rules.phase_at(DUE + after) is phase
    assert rules.credit_at(DUE + after) == credit


def test_an_exercise_may_have_its_own_deadline_in_place_of_its_weeks(learner, exercise, deadline, berlin):
    Deadline.objects.create(cohort=berlin, exercise=exercise, due_at=DUE + DAY, grace_minutes=0)
    rules = rules_for(learner, exercise)
    assert (rules.due_at, rules.closes_at) == (DUE + DAY, None)
    assert rules_for_week(learner, exercise.lesson.week).due_at == DUE


def test_another_cohorts_deadline_is_none_of_mine(learner, exercise, course, deadline):
    other = Cohort.objects.create(course=course, name="Autumn", starts_on=date(2026, 9, 7))
    Deadline.objects.update(cohort=other)
    assert rules_for(learner, exercise).due_at is None
    later = timezone.now() + DAY
    Enrolment.objects.create(cohort=other, user=learner, joined_at=later)
    assert rules_for(learner, exercise).due_at == DUE, "the latest place counts"


def test_late_credit_of_nothing_is_closed(learner, exercise, deadline):
    Deadline.objects.update(late_percent=0, closes_at=None)
    rules = rules_for(learner, exercise)
    assert rules.phase_at(DUE + 16 * MINUTE) is Phase.CLOSED


# --- Extensions ---------------------------------------------------------------------------------


def test_days_move_the_due_moment_the_grace_and_the_closing(
    learner, other_learner, exercise, deadline, extend
):
    extend(extra_days=3)
    rules = rules_for(learner, exercise)
    assert rules.due_at == DUE + 3 * DAY
    assert rules.grace_until == DUE + 3 * DAY + 15 * MINUTE
    assert rules.closes_at == CLOSES + 3 * DAY
    assert rules.why == ("Extended by 3 days for you",)
    assert rules_for(other_learner, exercise).due_at == DUE


def test_days_are_days_on_the_wall_across_the_change_of_clocks(learner, exercise, deadline, extend):
    extend(extra_days=21)  # 29 March, the day on which the clocks change
    rules = rules_for(learner, exercise)
    assert on_the_wall(rules.due_at, BERLIN) == datetime(2026, 3, 29, 23, 59)  # noqa: DTZ001
    assert on_the_wall(rules.closes_at, BERLIN) == datetime(2026, 4, 5, 23, 59)  # noqa: DTZ001


def test_a_new_date_counts_where_it_is_later(learner, exercise, deadline, extend):
    extend(due_at=DUE - DAY)
    assert rules_for(learner, exercise).due_at == DUE
    extend(due_at=DUE + 2 * DAY)
    assert rules_for(learner, exercise).due_at == DUE + 2 * DAY


def test_days_do_not_add_up_and_attempts_do(learner, exercise, deadline, extend, berlin):
    Cohort.objects.update(attempts_allowed=3)
    extend(extra_days=2, extra_attempts=1)
    extend(extra_days=3, extra_attempts=2, exercise=exercise)
    rules = rules_for(learner, exercise)
    assert rules.due_at == DUE + 3 * DAY
    assert (rules.attempts_allowed, rules.extra_attempts) == (6, 3)
    assert rules.why == ("Extended by 3 days for you", "3 more attempts for you")


def test_an_extension_is_for_its_exercise_its_week_or_everything(learner, exercise, deadline, extend, berlin):
    second = Exercise.objects.listed().select_related("lesson__week").exclude(pk=exercise.pk).get()
    Deadline.objects.create(cohort=berlin, week=second.lesson.week, due_at=DUE)
    in_one = extend(exercise=exercise, extra_days=1)
    assert rules_for(learner, exercise).due_at == DUE + DAY
    assert rules_for(learner, second).due_at == DUE
    assert rules_for_week(learner, exercise.lesson.week).due_at == DUE, "the week's others are due as before"
    in_one.delete()
    in_a_week = extend(week=second.lesson.week, extra_days=1)
    assert rules_for(learner, exercise).due_at == DUE
    assert rules_for(learner, second).due_at == DUE + DAY
    in_a_week.delete()
    extend(extra_days=1)
    assert rules_for(learner, exercise).due_at == rules_for(learner, second).due_at == DUE + DAY


def test_what_was_withdrawn_gives_nothing(learner, exercise, deadline, extend, instructor):
    extension = extend(extra_days=3)
    extension.withdrawn_at, extension.withdrawn_by = timezone.now(), instructor
    extension.save()
    assert rules_for(learner, exercise).due_at == DUE


def test_an_extension_stays_behind_in_the_cohort_it_was_given_in(learner, exercise, course, deadline, extend):
    extend(extra_days=3)
    other = Cohort.objects.create(course=course, name="Autumn", starts_on=date(2026, 9, 7))
    Enrolment.objects.create(cohort=other, user=learner, joined_at=timezone.now() + DAY)
    Deadline.objects.update(cohort=other)
    assert rules_for(learner, exercise).due_at == DUE


# --- Attempts -----------------------------------------------------------------------------------


def test_attempts_are_the_cohorts_or_the_exercises_own(learner, exercise, berlin):
    assert rules_for(learner, exercise).attempts_allowed is None
    Cohort.objects.update(attempts_allowed=5, attempts_policy="last")
    rules = rules_for(learner, exercise)
    assert (rules.attempts_allowed, rules.policy) == (5, AttemptsPolicy.LAST)
    limit = AttemptLimit.objects.create(cohort=berlin, exercise=exercise, attempts_allowed=2)
    assert rules_for(learner, exercise).attempts_allowed == 2
    limit.attempts_allowed = None
    limit.save()
    assert rules_for(learner, exercise).attempts_allowed is None, "empty: as many as one likes"


def test_which_attempt_counts_for_many_people_costs_one_query(
    learner, other_learner, instructor, course, cohort
):
    other = Cohort.objects.create(
        course=course, name="Autumn", starts_on=date(2026, 9, 7), attempts_policy=AttemptsPolicy.LAST
    )
    Enrolment.objects.create(cohort=other, user=learner, joined_at=timezone.now() + DAY)
    people = [learner.pk, other_learner.pk, instructor.pk]
    with statements() as said:
        policies = attempts_policies(people)
    assert [policies[person] for person in people] == ["last", "best", "best"]
    assert len(said) == 1


# --- What must hold always ----------------------------------------------------------------------

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=60))
zones = st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
deadlines = st.builds(
    lambda due, grace, percent, closes: Deadline(
        due_at=due,
        grace_minutes=grace,
        late_percent=percent,
        closes_at=None if closes is None else due + MINUTE * (grace + 1) + closes,
    ),
    moments,
    st.integers(0, 3000),
    st.integers(0, 100),
    st.none() | spans,
)
extensions = st.builds(Extension, extra_days=st.integers(0, 200)) | st.builds(Extension, due_at=moments)


def computed(deadline: Deadline, given_: list[Extension], zone: str) -> Rules:
    return with_deadline(NO_RULES, deadline, given_, ZoneInfo(zone))


@given(deadlines, st.lists(extensions, max_size=3), zones, moments, spans)
def test_credit_never_rises_with_time(deadline, given_, zone, moment, later):
    rules = computed(deadline, given_, zone)
    assert rules.credit_at(moment) >= rules.credit_at(moment + later)


@given(deadlines, st.lists(extensions, max_size=2), extensions, zones, moments)
def test_an_extension_never_makes_anyone_worse_off(deadline, before, one_more, zone, moment):
    without, with_it = computed(deadline, before, zone), computed(deadline, [*before, one_more], zone)
    assert with_it.credit_at(moment) >= without.credit_at(moment)
    assert with_it.due_at >= without.due_at


@given(deadlines, st.lists(extensions, max_size=2), moments, zones)
def test_the_readers_zone_never_changes_the_moment_or_the_credit(deadline, given_, moment, readers):
    there = computed(deadline, given_, "Europe/Berlin")
    with timezone.override(readers):
        here = computed(deadline, given_, "Europe/Berlin")
        assert here == there
        assert here.credit_at(timezone.localtime(moment)) == there.credit_at(moment)


# --- What it costs ------------------------------------------------------------------------------


def test_many_exercises_cost_four_queries_like_one(learner, deadline, extend, exercise):
    extend(extra_days=1)
    with statements() as one:
        rules_for(learner, exercise)
    every = list(Exercise.objects.select_related("lesson"))
    with statements() as many:
        assert len(rules_for_each(learner, every)) == len(every) > 1
    assert len(one) == len(many) == 4


# --- What the database refuses ------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"week": None},
        {"closes_at": DUE},
        {"closes_at": DUE - DAY},
    ],
    ids=["for nothing", "closing when due", "closing before"],
)
def test_a_row_that_makes_no_sense_is_refused(deadline, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(**changes)


def test_an_extension_that_gives_nothing_or_too_much_is_refused(extend, exercise):
    for given_ in (
        {},
        {"extra_days": 1, "due_at": DUE},
        {"extra_days": 1, "exercise": exercise, "week": exercise.lesson.week},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            extend(**given_)


# --- The plan -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "first"),
    [
        (date(2026, 3, 2), date(2026, 3, 8)),  # a Monday
        (date(2026, 3, 4), date(2026, 3, 15)),  # a Wednesday: the week ends on Tuesday the 10th
        (date(2026, 3, 8), date(2026, 3, 15)),  # a Sunday
    ],
)
def test_the_plan_gives_each_week_the_sunday_after_it(berlin, starts_on, first):
    berlin.starts_on = starts_on
    assert plan_deadlines(berlin) == Week.objects.current().count() == 3
    planned = {
        row.week.number: on_the_wall(row.due_at, BERLIN) for row in Deadline.objects.select_related("week")
    }
    assert planned[1] == datetime.combine(first, datetime.min.time()).replace(hour=23, minute=59)
    assert planned[2] == planned[1] + timedelta(days=7)
    assert planned[3] == planned[1] + timedelta(days=21), "two weeks in one end with the second"


def test_the_plan_keeps_what_is_there(berlin, deadline):
    assert plan_deadlines(berlin) == 2
    assert plan_deadlines(berlin) == 0
    deadline.refresh_from_db()
    assert deadline.closes_at == CLOSES


def test_the_plan_needs_to_know_where_the_clock_hangs(tiny, cohort):
    with pytest.raises(NoTimeZone, match="“Spring” has no time zone yet"):
        plan_deadlines(cohort)
    assert not Deadline.objects.exists()
