"""Days and time: what counts as learning, and that no page can count more time than there was."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test import Client

from course.activity import LONGEST_BEAT_S, TIME_RULE, in_hours, record_beat, time_so_far
from course.counted import PAGE
from course.models import LearningDay, Lesson, Question, TimeSpent
from course.progress import mark_read, record_answer
from course.streak import FREE_DAYS, STREAK_RULE
from tests.course.conftest import FIRST
from tests.course.queries import statements

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
BEAT = f"{FIRST}beat/"


@pytest.fixture
def clock():
    """A clock that moves when it is told to."""
    with time_machine.travel(NOON, tick=False) as travel:
        yield travel


@pytest.fixture
def lessons(tiny):
    first, second = (Lesson.objects.get(slug=slug) for slug in ("counting-lines", "top-paths"))
    return SimpleNamespace(first=first, second=second)


@pytest.fixture
def learner(learner):
    """Joined long before any scene here."""
    learner.date_joined = NOON - timedelta(days=30)
    learner.save()
    return learner


def seconds_of(user) -> int:
    return time_so_far(user).total


# --- The server's side of a beat ----------------------------------------------------------------


def test_beats_add_up_in_one_row_for_a_lesson_and_a_day(clock, learner, lessons):
    for _ in range(5):
        clock.shift(60)
        record_beat(learner, lessons.first, 60)
    row = TimeSpent.objects.get()
    assert (row.user, row.lesson, row.day, row.seconds) == (learner, lessons.first, date(2026, 3, 3), 300)


def test_the_next_day_and_another_lesson_have_rows_of_their_own(clock, learner, lessons):
    record_beat(learner, lessons.first, 30)
    clock.shift(60)
    record_beat(learner, lessons.second, 40)
    clock.shift(timedelta(days=1))
    record_beat(learner, lessons.first, 50)
    assert [row.seconds for row in TimeSpent.objects.order_by("pk")] == [30, 40, 50]


def test_two_pages_at_once_do_not_count_double(clock, learner, lessons):
    record_beat(learner, lessons.first, 0)
    for _ in range(10):
        clock.shift(60)
        record_beat(learner, lessons.first, 60)
        record_beat(learner, lessons.second, 60)
    assert seconds_of(learner) == 600


def test_beats_that_are_made_up_do_not_outrun_the_clock(clock, learner, lessons):
    record_beat(learner, lessons.first, 0)
    for _ in range(50):
        clock.shift(1)
        record_beat(learner, lessons.first, 1_000_000)
    assert seconds_of(learner) == 50


def test_one_beat_counts_no_more_than_a_page_can_have_meant(clock, learner, lessons):
    record_beat(learner, lessons.first, 1_000_000)
    assert seconds_of(learner) == LONGEST_BEAT_S
    clock.shift(timedelta(hours=8))
    record_beat(learner, lessons.first, 8 * 3600)
    assert seconds_of(learner) == 2 * LONGEST_BEAT_S


def test_the_first_beat_does_not_reach_back_beyond_joining(clock, other_learner, lessons):
    other_learner.date_joined = NOON - timedelta(seconds=10)
    record_beat(other_learner, lessons.first, 60)
    assert seconds_of(other_learner) == 10


def test_a_clock_that_jumps_back_takes_nothing_away(clock, learner, lessons):
    record_beat(learner, lessons.first, 60)
    clock.shift(-3600)
    record_beat(learner, lessons.first, 60)
    assert seconds_of(learner) == 60


def test_everybody_has_a_clock_of_their_own(clock, learner, other_learner, lessons):
    other_learner.date_joined = learner.date_joined
    record_beat(learner, lessons.first, 60)
    record_beat(other_learner, lessons.first, 60)
    assert (seconds_of(learner), seconds_of(other_learner)) == (60, 60)


def test_a_beat_takes_two_queries_once_its_row_is_there(clock, learner, lessons):
    record_beat(learner, lessons.first, 30)
    clock.shift(60)
    with statements() as sent:
        record_beat(learner, lessons.first, 30)
    assert len(sent) == 2, sent


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_beats_that_come_at_the_same_moment_count_once(clock, learner, lessons):
    record_beat(learner, lessons.first, 0)
    together = Barrier(8)

    def beat(lesson: Lesson) -> None:
        try:
            together.wait()
            record_beat(learner, lesson, 60)
        finally:
            connection.close()

    clock.shift(60)  # for all threads, and then it stands still
    threads = [Thread(target=beat, args=[lesson]) for lesson in [lessons.first, lessons.second] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seconds_of(learner) == 60


# --- The page's side ----------------------------------------------------------------------------


def test_a_lesson_and_an_exercise_count_time_and_a_planned_lesson_does_not(browser_of, learner, lessons):
    browser = browser_of(learner)
    for page in (FIRST, f"{FIRST}count-errors/"):
        assert f'data-beat="{BEAT}"' in browser.get(page).content.decode()
    planned = Lesson.objects.filter(planned=True).select_related("week__module").first()
    assert "data-beat" not in browser.get(planned.get_absolute_url()).content.decode()
    assert browser.post(f"{planned.get_absolute_url()}beat/", {"seconds": 5}).status_code == 404
    assert "data-beat" not in browser.get("/syllabus/").content.decode()


def test_a_beat_is_counted_for_who_sent_it(browser_of, learner, other_learner, lessons):
    answer = browser_of(learner).post(BEAT, {"seconds": "45"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (seconds_of(learner), seconds_of(other_learner)) == (45, 0)


def test_strangers_and_people_without_a_place_have_no_time(stranger, browser_of, lessons):
    from accounts.models import User

    alone = User.objects.create_user("alone@example.org")
    assert stranger.post(BEAT, {"seconds": 5}).status_code == 302
    assert browser_of(alone).post(BEAT, {"seconds": 5}).status_code == 403
    assert not TimeSpent.objects.exists()


def test_a_beat_from_another_site_is_refused(learner, lessons):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(learner)
    assert browser.post(BEAT, {"seconds": 5}).status_code == 403
    assert browser.get(BEAT).status_code == 405
    assert not TimeSpent.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ({}, "Say for how many seconds"),
        ({"seconds": "soon"}, "as a whole number"),
        ({"seconds": "1.5"}, "as a whole number"),
        ({"seconds": "-5"}, "less than 0"),
    ],
)
def test_a_beat_that_is_none_gets_a_sentence(browser_of, learner, lessons, seconds, said):
    answer = browser_of(learner).post(BEAT, seconds)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not TimeSpent.objects.exists()


def test_a_number_of_any_size_breaks_nothing(browser_of, learner, lessons):
    assert browser_of(learner).post(BEAT, {"seconds": "9" * 40}).status_code == 204
    assert seconds_of(learner) <= LONGEST_BEAT_S


def test_time_is_summed_by_week_and_since_monday(clock, learner, lessons):
    for lesson, day, seconds in (
        (lessons.first, date(2026, 3, 1), 100),  # the Sunday before
        (lessons.first, date(2026, 3, 2), 20),
        (lessons.second, date(2026, 3, 3), 3),
    ):
        TimeSpent.objects.create(user=learner, lesson=lesson, day=day, seconds=seconds)
    so_far = time_so_far(learner)
    assert so_far.by_week == {lessons.first.week_id: 120, lessons.second.week_id: 3}
    assert (so_far.since_monday, so_far.total) == (23, 123)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (59, "under a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7 * 3600 + 10 * 60 + 59, "7 h 10 min"),
    ],
)
def test_time_is_said_in_hours_and_minutes(seconds, words):
    assert in_hours(seconds) == words


# --- Days ---------------------------------------------------------------------------------------


def test_reading_counts_as_a_day_once_and_opening_does_not(clock, browser_of, learner, lessons):
    browser_of(learner).get(FIRST)
    assert not LearningDay.objects.exists()
    mark_read(learner, lessons.first)
    clock.shift(timedelta(days=1))
    mark_read(learner, lessons.first)  # is read already
    assert [row.day for row in LearningDay.objects.all()] == [date(2026, 3, 3)]


def test_an_answer_counts_as_a_day_also_the_second_time(clock, learner, lessons):
    question = Question.objects.select_related("lesson__week").filter(kind="single").first()
    record_answer(learner, question, "x", False)
    clock.shift(timedelta(days=1))
    record_answer(learner, question, "x", True)
    assert [row.day for row in LearningDay.objects.all()] == [date(2026, 3, 3), date(2026, 3, 4)]


def test_the_clock_is_the_one_of_the_learners_zone(browser_of, learner, lessons):
    learner.time_zone = "Pacific/Auckland"
    learner.save()
    with time_machine.travel(NOON, tick=False):
        browser_of(learner).post(BEAT, {"seconds": "5"})
        browser_of(learner).post(f"{FIRST}read/")
    assert TimeSpent.objects.get().day == LearningDay.objects.get().day == date(2026, 3, 4)


# --- The page that says so ----------------------------------------------------------------------


def test_what_is_said_in_several_places_agrees(settings):
    script = (settings.ROOT / "static/js/activity.js").read_text()
    words = (settings.ROOT / PAGE).read_text()
    (idle,) = re.findall(r"IDLE_AFTER_MS = ([\d_]+)", script)
    (every,) = re.findall(r"EVERY_MS = ([\d_]+)", script)
    assert f"the last {int(idle) // 1000} seconds" in str(TIME_RULE)
    assert f"the last {int(idle) // 1000} seconds" in words
    assert int(every) < LONGEST_BEAT_S * 1000
    assert FREE_DAYS == 2
    assert "has two free days" in words
    assert "has two free days" in str(STREAK_RULE)
    assert f"!{PAGE}" in (settings.ROOT / ".dockerignore").read_text().splitlines(), "the image serves it"


def test_everybody_may_read_what_is_counted(stranger, db):
    html = stranger.get("/what-is-counted/").content.decode()
    assert html.count("<h1") == 1
    assert "within the last 60 seconds" in html
    assert "two free days" in html
    assert "<table>" in html


def test_an_instructor_finds_no_time_of_a_learner_anywhere(browser_of, instructor, learner, lessons):
    record_beat(learner, lessons.first, 60)
    browser = browser_of(instructor)
    assert "timespent" not in browser.get("/admin/").content.decode().lower()
    assert browser.get("/admin/course/timespent/").status_code == 404
