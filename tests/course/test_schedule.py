"""When something comes back: in whole days on the learner's calendar, and never in the past."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from course.schedule import LONGEST_DAYS, Pace, Scheduled, beginning_of, schedule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/Santiago", "Pacific/Apia")]
RATINGS = st.sampled_from([Rating.Again, Rating.Hard, Rating.Good])
MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def days_until(scheduled: Scheduled, moment: datetime, zone: ZoneInfo) -> int:
    return (scheduled.due_at.astimezone(zone).date() - moment.astimezone(zone).date()).days


def intervals(ratings: list[Rating], *, pace: Pace = Pace.QUESTION) -> list[int]:
    """Days to the next review, each one done at eight in the evening of the day on which it is due."""
    moment, state, found = datetime(2026, 3, 20, 19, tzinfo=UTC), {}, []
    for rating in ratings:
        scheduled = schedule(state, rating, moment, BERLIN, pace=pace)
        found.append(days_until(scheduled, moment, BERLIN))
        state, moment = scheduled.state, scheduled.due_at + timedelta(hours=20)
    return found


def test_the_days_are_those_that_the_rules_beside_the_numbers_say():
    assert intervals([Rating.Good] * 5) == [2, 11, 46, 163, LONGEST_DAYS]
    assert intervals([Rating.Again, Rating.Hard, Rating.Good]) == [1, 1, 3]
    assert intervals([Rating.Good], pace=Pace.EXERCISE) == [21]
    assert intervals([Rating.Hard], pace=Pace.EXERCISE) == [12]


@given(
    history=st.lists(st.tuples(RATINGS, st.integers(0, 200 * 24 * 60)), min_size=1, max_size=12),
    start=MOMENTS,
    zone=st.sampled_from(ZONES),
    pace=st.sampled_from(Pace),
)
def test_after_an_answer_nothing_is_due_before_tomorrow_and_nothing_later_than_half_a_year(
    history, start, zone, pace
):
    state, moment = {}, start
    for rating, minutes in history:
        moment += timedelta(minutes=minutes)
        scheduled = schedule(state, rating, moment, zone, pace=pace)
        state = scheduled.state
        assert scheduled.due_at > moment
        assert 1 <= days_until(scheduled, moment, zone) <= LONGEST_DAYS
        if rating is Rating.Again:
            assert days_until(scheduled, moment, zone) == 1


@given(
    history=st.lists(st.tuples(RATINGS, st.integers(1, 200)), max_size=8),
    start=MOMENTS,
    zone=st.sampled_from(ZONES),
)
def test_better_is_never_sooner(history, start, zone):
    state, moment = {}, start
    for rating, days in history:
        state = schedule(state, rating, moment, zone).state
        moment += timedelta(days=days)
    again, hard, good = (
        schedule(state, rating, moment, zone).due_at for rating in (Rating.Again, Rating.Hard, Rating.Good)
    )
    assert again <= hard <= good


@given(misses=st.integers(0, 5), rights=st.integers(2, 8))
def test_who_goes_on_knowing_it_waits_ever_longer(misses, rights):
    waits = intervals([Rating.Again] * misses + [Rating.Good] * rights)[misses:]
    assert waits == sorted(waits)


@given(rating=RATINGS, moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_the_same_answer_at_the_same_moment_gives_the_same_day(rating, moment, zone):
    assert schedule({}, rating, moment, zone) == schedule({}, rating, moment, zone)


@pytest.mark.parametrize(
    "day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)]
)
@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_tomorrow_is_tomorrow_also_where_the_clocks_change(day, hour):
    moment = datetime.combine(day, time(hour, 30), tzinfo=BERLIN).astimezone(UTC)
    scheduled = schedule({}, Rating.Again, moment, BERLIN)
    due = scheduled.due_at.astimezone(BERLIN)
    assert due.date() == day + timedelta(days=1)
    assert due.time() == time(0)


def test_a_review_late_in_the_evening_and_the_next_early_in_the_morning_are_a_day_apart():
    late = datetime(2026, 5, 4, 21, 50, tzinfo=UTC)  # 23:50 in Berlin
    early = datetime(2026, 5, 6, 6, 0, tzinfo=UTC)
    state = schedule({}, Rating.Good, late, BERLIN).state
    noon = schedule({}, Rating.Good, datetime(2026, 5, 4, 10, tzinfo=UTC), BERLIN).state
    assert state == noon
    assert days_until(schedule(state, Rating.Good, early, BERLIN), early, BERLIN) == 11


def test_a_day_begins_also_where_its_midnight_is_left_out():
    santiago = ZoneInfo("America/Santiago")  # 24:00 on 5 September 2026 is 01:00 on the 6th
    begins = beginning_of(date(2026, 9, 6), santiago).astimezone(santiago)
    assert (begins.date(), begins.time()) == (date(2026, 9, 6), time(1))
