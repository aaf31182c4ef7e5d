"""Deadlines and attempts on the pages of a learner: shown before they bite, in the learner's own time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from course.models import Cohort, Deadline, Extension
from course.progress import record_pass
from grading.grade import grade_next
from grading.models import Submission
from tests.grading.conftest import HALF_RIGHT, RIGHT, make_exercise
from tests.grading.queries import queries_of

DUE = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)  # Sunday, 23:59 in Berlin
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    """Five days before it is due; a test moves it: `clock(HOUR)` is an hour after."""
    with time_machine.travel(DUE - 5 * DAY, tick=False) as traveller:
        yield lambda after: traveller.move_to(DUE + after)


@pytest.fixture
def deadline(cohort, exercise):
    cohort.time_zone = "Europe/Berlin"
    cohort.save()
    return Deadline.objects.create(
        cohort=cohort, week=exercise.lesson.week, due_at=DUE, closes_at=DUE + 7 * DAY
    )


@pytest.fixture
def extension(learner, cohort, instructor, deadline):
    return Extension.objects.create(
        user=learner, cohort=cohort, extra_days=3, reason="has been ill", granted_by=instructor
    )


@pytest.fixture
def read(browser_of, learner):
    """The text of a page, without its tags."""

    def read(address, user=learner, **headers):
        browser = browser_of(user)  # a session of today
        html = browser.get(address, headers=headers).content.decode()
        return " ".join(re.sub("<[^>]+>", " ", html).split())

    return read


@pytest.fixture
def send(browser_of, learner, exercise):
    def send(code, **headers):
        browser = browser_of(learner)
        return browser.post(exercise.get_absolute_url(), {"code": code}, headers=headers).content.decode()

    return send


# --- The exercise -------------------------------------------------------------------------------


def test_without_rules_the_page_says_nothing_of_them(read, browser_of, learner, exercise):
    text = read(exercise.get_absolute_url())
    assert "Due" not in text
    assert "attempts left" not in text
    assert '<div id="rules" hidden>' in browser_of(learner).get(exercise.get_absolute_url()).content.decode()


def test_it_says_when_it_is_due_and_what_counts_until_when(read, exercise, deadline, clock):
    text = read(exercise.get_absolute_url())
    assert (
        "Due Sun 8 Mar, 23:59 CET — in 5 days; until then full credit, half until Sun 15 Mar, 23:59 CET"
        in text
    )
    assert "What you submit now" not in text
    clock(-5 * HOUR)
    assert "This is due in 5 hours: Sun 8 Mar, 23:59 CET ." in read(exercise.get_absolute_url())
    clock(HOUR)
    assert "What you submit now has half credit." in read(exercise.get_absolute_url())
    clock(8 * DAY)
    assert "What you submit now is for practice" in read(exercise.get_absolute_url())


def test_it_says_so_in_the_learners_own_time(read, exercise, deadline, learner):
    User.objects.filter(pk=learner.pk).update(time_zone="America/New_York")
    assert "Due Sun 8 Mar, 18:59 EDT" in read(exercise.get_absolute_url())


def test_an_extension_is_shown_to_who_has_it_without_its_reason(read, exercise, extension, other_learner):
    text = read(exercise.get_absolute_url())
    assert "Due Wed 11 Mar, 23:59 CET" in text
    assert "Extended by 3 days for you" in text
    assert "ill" not in text.split()
    assert "Extended" not in read(exercise.get_absolute_url(), other_learner)


def test_attempts_are_counted_down_and_beyond_them_is_practice(read, send, exercise, cohort):
    Cohort.objects.update(attempts_allowed=2)
    assert "2 of 2 attempts left" in read(exercise.get_absolute_url())
    send(HALF_RIGHT)
    grade_next("interactive")
    text = read(exercise.get_absolute_url())
    assert "1 of 2 attempts left" in text
    assert "This is your last attempt." in text
    send(RIGHT)
    grade_next("interactive")
    assert "You have no attempts left. What you submit now is for practice" in read(
        exercise.get_absolute_url()
    )
    send(HALF_RIGHT + "# again\n")
    while grade_next("interactive"):
        pass
    text = read(exercise.get_absolute_url())
    assert "practice: no attempts left" in text
    assert "Partly passed" in text, "practice is checked like anything else"


def test_who_has_passed_in_time_is_left_in_peace(read, send, exercise, deadline, clock):
    send(RIGHT)
    grade_next("interactive")
    clock(-HOUR)
    assert "This is due" not in read(exercise.get_absolute_url())


def test_what_was_late_says_so_beside_its_verdict(read, send, exercise, deadline, clock):
    clock(HOUR)
    send(RIGHT)
    grade_next("interactive")
    assert "half credit: late" in read(exercise.get_absolute_url())
    assert "half credit: late" in read(Submission.objects.get().get_absolute_url())


def test_with_htmx_the_rules_change_with_the_answer(send, exercise, deadline, cohort):
    Cohort.objects.update(attempts_allowed=2)
    html = send(RIGHT, **HTMX)
    assert re.search(r'<div id="rules"[^>]* hx-swap-oob="true"', html)
    assert re.search(r'<p class="message" id="before-sending"[^>]* hx-swap-oob="true"', html)
    assert "1 of 2 attempts left" in html


def test_to_ask_for_the_verdict_is_not_to_ask_for_the_rules(send, browser_of, learner, exercise, deadline):
    send(RIGHT, **HTMX)
    browser = browser_of(learner)
    assert 'id="rules"' not in browser.get(exercise.get_absolute_url(), headers=HTMX).content.decode()
    grade_next("interactive")
    assert 'id="rules"' in browser.get(exercise.get_absolute_url(), headers=HTMX).content.decode()


def test_the_page_asks_again_when_its_words_stop_being_true(browser_of, learner, exercise, deadline, clock):
    address = exercise.get_absolute_url()
    assert "?rules" not in browser_of(learner).get(address).content.decode(), "not for days"
    clock(-HOUR)
    html = browser_of(learner).get(address).content.decode()
    assert f'hx-get="{address}?rules" hx-trigger="load delay:3661000ms"' in html
    clock(timedelta(milliseconds=61_000))
    html = browser_of(learner).get(f"{address}?rules", headers=HTMX).content.decode()
    assert "This was due" in html
    assert "<html" not in html
    assert "verdict" not in html, "what is being read stays as it is"


def test_with_rules_the_page_costs_the_same_for_many_attempts(
    browser_of, learner, exercise, extension, cohort
):
    Cohort.objects.update(attempts_allowed=50)
    browser = browser_of(learner)
    Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
    few = queries_of(browser, exercise.get_absolute_url())
    for _ in range(20):
        Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
    assert queries_of(browser, exercise.get_absolute_url()) == few <= 17


# --- Lesson, week, dashboard --------------------------------------------------------------------


def test_the_week_and_the_lesson_say_it_too(read, exercise, deadline):
    assert "Due Sun 8 Mar, 23:59 CET — in 5 days; until then" in read(exercise.lesson.week.get_absolute_url())
    assert "Due Sun 8 Mar, 23:59 CET" in read(exercise.lesson.get_absolute_url())


def test_the_lesson_says_no_more_of_what_has_passed(read, exercise, deadline, learner):
    record_pass(learner, exercise)
    assert "Due Sun" not in read(exercise.lesson.get_absolute_url())


def test_the_dashboard_lists_what_is_due_within_a_week_and_open(read, exercise, deadline, learner, clock):
    second = make_exercise(exercise.lesson, "halve-it", 2, title="Halve it")
    text = read("/dashboard/")
    assert "Week 1: Python for ML 2 exercises open Due Sun 8 Mar, 23:59 CET" in text
    assert "The pace is advice" not in text
    record_pass(learner, exercise)
    assert "Halve it Due Sun 8 Mar" in read("/dashboard/")
    clock(-HOUR)
    assert "Halve it due in 1 hour" in read("/dashboard/")
    record_pass(learner, second)
    assert "Due soon" not in read("/dashboard/")


@pytest.mark.parametrize(
    ("after", "listed"),
    [
        (-7 * DAY - MINUTE, False),
        (-7 * DAY, True),
        (HOUR, True),
        (7 * DAY, True),
        (7 * DAY + MINUTE, False),
    ],
)
def test_the_dashboard_lists_it_from_a_week_before_until_it_closes(read, deadline, clock, after, listed):
    clock(after)
    assert ("Due soon" in read("/dashboard/")) is listed


def test_what_holds_for_one_exercise_alone_has_its_own_line(read, exercise, deadline, cohort):
    make_exercise(exercise.lesson, "halve-it", 2, title="Halve it")
    Deadline.objects.create(cohort=cohort, exercise=exercise, due_at=DUE - DAY)
    text = read("/dashboard/")
    assert "Due soon Double it Due Sat 7 Mar" in text
    assert "Halve it Due Sun 8 Mar" in text


def test_the_dashboard_costs_the_same_for_many_deadlines(browser_of, learner, exercise, extension, cohort):
    browser = browser_of(learner)
    few = queries_of(browser, "/dashboard/")
    for number in range(2, 12):
        another = make_exercise(exercise.lesson, f"more-{number}", number)
        Deadline.objects.create(cohort=cohort, exercise=another, due_at=DUE + number * HOUR)
    assert queries_of(browser, "/dashboard/") == few


# --- Whose clock --------------------------------------------------------------------------------


def test_every_time_is_by_the_cohorts_clock_or_the_learners_own(read, send, exercise, deadline, learner):
    send(RIGHT)
    address = Submission.objects.get().get_absolute_url()
    assert "3 Mar 2026, 23:59:00" in read(address)
    User.objects.filter(pk=learner.pk).update(time_zone="Asia/Tokyo")
    assert "4 Mar 2026, 07:59:00" in read(address)


def test_the_instructors_clock_is_their_own(read, deadline, instructor, learner, exercise, send):
    send(RIGHT)
    User.objects.filter(pk=instructor.pk).update(time_zone="Asia/Tokyo")
    address = f"/admin/grading/submission/{Submission.objects.get().pk}/change/"
    text = read(address, instructor)
    assert "Due Mon 9 Mar, 07:59 JST" in text
    assert "4 Mar 2026, 07:59:00" in text
