"""What pages say of deadlines, at each boundary."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from course.deadline_words import Notice, credit_words, notice_of
from course.deadlines import NO_RULES, Rules
from course.models import AttemptsPolicy

DUE = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)  # Sunday, 23:59 in Berlin
GRACE = DUE + timedelta(minutes=15)
CLOSES = DUE + timedelta(days=7)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules(due_at=DUE, grace_until=GRACE, late_percent=50, closes_at=CLOSES)
AT = "Sun 8 Mar, 23:59 CET"
PRACTICE = "What you submit now is for practice: it is checked, and does not count."
FOR_EVER = Rules(due_at=DUE, grace_until=GRACE, late_percent=30)


@pytest.fixture(autouse=True)
def in_berlin():
    with timezone.override("Europe/Berlin"):
        yield


def plain(html: str) -> str:
    return re.sub("<[^>]+>", "", html)


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (-3 * DAY, f"Due {AT} — in 3 days; until then full credit, half until Sun 15 Mar, 23:59 CET"),
        (-MINUTE, "Due Sun 8 Mar, 23:59 CET — in 1 minute; until then"),
        (timedelta(seconds=59), "Due Sun 8 Mar, 23:59 CET — now; until then"),
        (MINUTE, "Was due Sun 8 Mar, 23:59 CET — still full credit until Mon 9 Mar, 00:14 CET"),
        (16 * MINUTE - timedelta(seconds=1), "still full credit until Mon 9 Mar, 00:14 CET"),
        (16 * MINUTE, "Was due Sun 8 Mar, 23:59 CET — half credit until Sun 15 Mar, 23:59 CET"),
        (7 * DAY + timedelta(seconds=59), "half credit until Sun 15 Mar, 23:59 CET"),
        (7 * DAY + MINUTE, "Was due Sun 8 Mar, 23:59 CET — closed, open for practice"),
    ],
)
def test_the_due_line_at_each_boundary(after, says):
    assert says in plain(notice_of(RULES, DUE + after).due)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (FOR_EVER, "until then full credit, 30 % after it"),
        (Rules(due_at=DUE, grace_until=GRACE, late_percent=0), "until then full credit, none after it"),
    ],
)
def test_what_comes_after_it_is_said_before(rules, says):
    assert plain(notice_of(rules, DUE - DAY).due).endswith(says)


def test_late_for_ever_and_closed_without_a_date():
    assert plain(notice_of(FOR_EVER, DUE + DAY).due) == "Was due Sun 8 Mar, 23:59 CET — 30 % credit"
    nothing = Rules(due_at=DUE, grace_until=GRACE, late_percent=0, closes_at=CLOSES)
    said = plain(notice_of(nothing, DUE + DAY).before_sending)
    assert said.startswith("This closed Mon 9 Mar, 00:14 CET."), "it closed when nothing counted any more"


def test_a_time_is_written_for_machines_with_its_offset():
    written = f'<time datetime="2026-03-08T23:59:00+01:00">{AT}</time>'
    assert written in notice_of(RULES, DUE - DAY).due


def test_the_same_moment_in_another_readers_words():
    with timezone.override("America/New_York"):
        assert "Sun 8 Mar, 18:59 EDT" in notice_of(RULES, DUE - DAY).due


@pytest.mark.parametrize(
    ("after", "level", "says"),
    [
        (-DAY, "info", ""),
        (-DAY + MINUTE, "info", "This is due in 23 hours: Sun 8 Mar, 23:59 CET."),
        (MINUTE, "info", f"This was due {AT}. Until Mon 9 Mar, 00:14 CET it still has full credit."),
        (16 * MINUTE, "warning", "This was due Sun 8 Mar, 23:59 CET. What you submit now has half credit."),
        (8 * DAY, "warning", f"This closed Sun 15 Mar, 23:59 CET. {PRACTICE}"),
    ],
)
def test_what_is_said_before_something_is_sent(after, level, says):
    notice = notice_of(RULES, DUE + after)
    assert plain(notice.before_sending) == says
    assert notice.level == level


def test_who_has_passed_with_full_credit_is_not_urged_but_told_what_would_not_count():
    for after in (-HOUR, MINUTE, HOUR):
        assert notice_of(RULES, DUE + after, settled=True).before_sending == ""
    assert "for practice" in notice_of(RULES, DUE + 8 * DAY, settled=True).before_sending


@pytest.mark.parametrize(
    ("allowed", "used", "policy", "counted", "before"),
    [
        (None, 9, "best", "", ""),
        (None, 9, "last", "The last attempt counts", ""),
        (5, 3, "best", "2 of 5 attempts left", ""),
        (5, 3, "last", "2 of 5 attempts left; the last one counts", ""),
        (5, 4, "best", "1 of 5 attempts left", "This is your last attempt."),
        (1, 0, "best", "1 of 1 attempt left", "This is your last attempt."),
        (5, 5, "best", "0 of 5 attempts left", f"You have no attempts left. {PRACTICE}"),
        (5, 7, "best", "0 of 5 attempts left", "You have no attempts left."),
    ],
)
def test_attempts_are_counted_down(allowed, used, policy, counted, before):
    rules = Rules(attempts_allowed=allowed, policy=AttemptsPolicy(policy))
    notice = notice_of(rules, DUE, used=used)
    assert notice.attempts == counted
    assert notice.before_sending.startswith(before)
    assert bool(notice.before_sending) == bool(before)


def test_nothing_is_said_of_attempts_where_nobody_has_counted_them():
    notice = notice_of(Rules(attempts_allowed=1), DUE)
    assert (notice.attempts, notice.before_sending) == ("", "")


def test_a_last_attempt_on_the_last_day_says_both():
    rules = Rules(due_at=DUE, grace_until=GRACE, attempts_allowed=3)
    said = plain(notice_of(rules, DUE - 5 * HOUR, used=2).before_sending)
    assert said == "This is due in 5 hours: Sun 8 Mar, 23:59 CET. This is your last attempt."


def test_a_badge_for_the_last_day_only():
    assert notice_of(RULES, DUE - DAY).soon == ""
    assert notice_of(RULES, DUE - 5 * HOUR).soon == "due in 5 hours"
    assert notice_of(RULES, DUE + MINUTE).soon == ""


@pytest.mark.parametrize(
    ("after", "ms"),
    [
        (-3 * DAY, None),
        (-DAY - HOUR, 3_601_000),  # until the last day begins
        (-HOUR, 3_661_000),  # until the due minute is over
        (MINUTE, 901_000),  # until the grace is over
        (HOUR, None),  # it closes in a week
        (8 * DAY, None),
    ],
)
def test_a_page_knows_how_long_its_words_stay_true(after, ms):
    assert notice_of(RULES, DUE + after).changes_in_ms == ms


def test_nothing_to_say_is_nothing():
    assert not notice_of(NO_RULES, DUE)
    assert notice_of(NO_RULES, DUE) == Notice()


def test_credit_in_words():
    assert [credit_words(n) for n in (100, 50, 30)] == ["full credit", "half credit", "30 % credit"]
