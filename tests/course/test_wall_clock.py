"""Wall clocks: gaps, overlaps, leap days and the date line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from course.wall_clock import (
    NoSuchMoment,
    in_words,
    later_moment_at,
    moment_at,
    moved,
    on_the_wall,
    until_in_words,
)

BERLIN, APIA, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("Africa/Cairo")
ZONES = [*map(ZoneInfo, ("UTC", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"))]
ZONES += [ZoneInfo("America/Santiago"), BERLIN, APIA, CAIRO]
walls = st.datetimes(datetime(2008, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001 (a wall's clock)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_wall_in_berlin_names_a_moment():
    assert moment_at(wall(2026, 3, 8, 23, 59), BERLIN) == utc(2026, 3, 8, 22, 59)


@pytest.mark.parametrize(
    ("shown", "zone", "says"),
    [
        (wall(2026, 3, 29, 2, 30), BERLIN, "02:30 on 29 March 2026 does not exist in Europe/Berlin"),
        (wall(2026, 10, 25, 2, 30), BERLIN, "02:30 on 25 October 2026 comes twice in Europe/Berlin"),
        (wall(2011, 12, 30, 12, 0), APIA, "12:00 on 30 December 2011 does not exist in Pacific/Apia"),
        (wall(2026, 10, 29, 23, 59), CAIRO, "23:59 on 29 October 2026 comes twice in Africa/Cairo"),
    ],
    ids=["spring gap", "autumn overlap", "the day Samoa left out", "an overlap before midnight"],
)
def test_what_names_no_moment_or_two_is_refused_with_a_sentence(shown, zone, says):
    with pytest.raises(NoSuchMoment, match=f"^{says}.*Choose another time."):
        moment_at(shown, zone)


@pytest.mark.parametrize(
    ("shown", "zone", "moment"),
    [
        (wall(2026, 3, 29, 2, 30), BERLIN, utc(2026, 3, 29, 1, 30)),
        (wall(2026, 10, 25, 2, 30), BERLIN, utc(2026, 10, 25, 1, 30)),
        (wall(2011, 12, 30, 23, 59), APIA, utc(2011, 12, 31, 9, 59)),
    ],
)
def test_what_is_computed_takes_the_later_reading(shown, zone, moment):
    assert later_moment_at(shown, zone) == moment


def test_a_minute_before_midnight_stays_one_across_the_change_of_clocks():
    due = moment_at(wall(2026, 3, 22, 23, 59), BERLIN)
    later = moved(due, timedelta(days=7), BERLIN)
    assert on_the_wall(later, BERLIN) == wall(2026, 3, 29, 23, 59)
    assert later - due == timedelta(days=7) - timedelta(hours=1)


def test_a_day_after_28_february_is_the_29th_in_a_leap_year():
    due = moment_at(wall(2028, 2, 28, 23, 59), BERLIN)
    assert on_the_wall(moved(due, timedelta(days=1), BERLIN), BERLIN) == wall(2028, 2, 29, 23, 59)
    assert on_the_wall(moved(due, timedelta(days=2), BERLIN), BERLIN) == wall(2028, 3, 1, 23, 59)


@given(walls, st.sampled_from(ZONES), st.integers(0, 400))
def test_moving_by_days_never_goes_back(shown, zone, days):
    moment = later_moment_at(shown, zone)
    assert moved(moment, timedelta(days=days), zone) >= moment


@given(walls, st.sampled_from(ZONES))
def test_a_moment_is_exact_or_refused(shown, zone):
    try:
        moment = moment_at(shown, zone)
    except NoSuchMoment:
        return
    assert on_the_wall(moment, zone) == shown
    assert moment == later_moment_at(shown, zone)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "Sun 8 Mar, 23:59 CET"),
        ("America/New_York", "Sun 8 Mar, 18:59 EDT"),
        ("Asia/Kolkata", "Mon 9 Mar, 04:29 IST"),
        ("Asia/Dubai", "Mon 9 Mar, 02:59 UTC+04"),
    ],
)
def test_a_moment_is_written_in_the_readers_zone_with_its_name(zone, said):
    with timezone.override(zone):
        assert in_words(utc(2026, 3, 8, 22, 59), utc(2026, 3, 1)) == said


def test_another_year_is_said():
    with timezone.override("UTC"):
        assert in_words(utc(2027, 1, 3, 23, 59), utc(2026, 12, 30)) == "Sun 3 Jan 2027, 23:59 UTC"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=2, hours=14), "in 2 days"),
        (timedelta(days=1), "tomorrow"),
        (timedelta(hours=23, minutes=59), "in 23 hours"),
        (timedelta(hours=1), "in 1 hour"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=59), "now"),
    ],
)
def test_how_long_it_is_in_words(left, said):
    due = utc(2026, 3, 8, 23, 59)
    with timezone.override("UTC"):
        assert until_in_words(due, due - left) == said


def test_days_are_the_readers_days():
    due, now = utc(2026, 3, 8, 22, 59), utc(2026, 3, 6, 12, 0)
    with timezone.override("Europe/Berlin"):
        assert until_in_words(due, now) == "in 2 days"
    with timezone.override("Pacific/Auckland"):  # there it is due on Monday, and today is Saturday
        assert until_in_words(due, now) == "in 2 days"
    with timezone.override("Asia/Kolkata"):  # Monday too, but today is Friday
        assert until_in_words(due, now) == "in 3 days"
