"""No page asks the database more often when learners, weeks or answers grow."""

from __future__ import annotations

import pytest

from accounts.models import User
from course.models import (
    Enrolment,
    Exercise,
    ExercisePass,
    Lesson,
    LessonProgress,
    Module,
    Question,
    QuizAnswer,
    Week,
    WeekProgress,
)
from course.progress import record_pass, week_progress
from tests.course.conftest import FIRST
from tests.course.queries import queries_of, statements

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGES = ["/syllabus/", "/docs/basics/", "/docs/basics/week1/", FIRST]


@pytest.fixture
def grow(tiny, cohort):
    """Make it a course of 26 weeks with 1,000 learners, the given one of whom has done all of it."""

    def grow(learner: User) -> None:
        weeks, lessons, exercises = _more_course()
        people = User.objects.bulk_create(User(email=f"l{n}@example.org") for n in range(999))
        Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=user) for user in people)
        WeekProgress.objects.bulk_create(
            WeekProgress(user=user, week=week, lessons_done=4, exercises_passed=4)
            for user in [*people, learner]
            for week in weeks
        )
        LessonProgress.objects.bulk_create(LessonProgress(user=learner, lesson=lesson) for lesson in lessons)
        ExercisePass.objects.bulk_create(
            ExercisePass(user=learner, exercise=exercise) for exercise in exercises
        )
        QuizAnswer.objects.bulk_create(
            QuizAnswer(user=user, question=question, answer="x", correct=False)
            for question in Question.objects.filter(kind="single")
            for user in [learner, *people[:50]]
        )

    return grow


def _more_course() -> tuple[list[Week], list[Lesson], list[Exercise]]:
    """24 weeks more, of four lessons with an exercise and a question; and seven exercises in the first."""
    basics = Module.objects.get(slug="basics")
    weeks = Week.objects.bulk_create(
        Week(
            module=basics,
            slug=f"w{n}",
            number=n,
            last_number=n,
            title=f"W{n}",
            lesson_total=4,
            exercise_total=4,
        )
        for n in range(5, 29)
    )
    lessons = Lesson.objects.bulk_create(
        Lesson(week=week, slug=f"{week.slug}-l{n}", number=n, title=f"L{n}")
        for week in weeks
        for n in range(1, 5)
    )
    first = Lesson.objects.get(slug="counting-lines")
    places = [(lesson, 1) for lesson in lessons] + [(first, number) for number in range(2, 9)]
    exercises = Exercise.objects.bulk_create(
        Exercise(
            lesson=lesson,
            slug=f"{lesson.slug}-e{number}",
            number=number,
            title="E",
            starter={},
            content_hash="x",
        )
        for lesson, number in places
    )
    Question.objects.bulk_create(
        Question(lesson=lesson, slug=f"{lesson.slug}-q", number=1, kind="single", content_hash="x")
        for lesson in lessons
    )
    return weeks, lessons, exercises


def test_pages_cost_the_same_at_26_weeks_and_1000_learners(tiny, learner, browser_of, grow):
    browser = browser_of(learner)
    browser.get(FIRST)  # opens the lesson, once
    before = {page: queries_of(browser, page) for page in PAGES}
    grow(learner)
    assert {page: queries_of(browser, page) for page in PAGES} == before
    assert max(before.values()) <= 15


def test_keeping_the_place_in_a_lesson_costs_the_same(tiny, learner, browser_of, grow):
    browser = browser_of(learner)
    browser.get(FIRST)

    def cost() -> int:
        with statements() as said:
            assert browser.post(f"{FIRST}place/", {"place": "what-counts"}).status_code == 204
        return len(said)

    before = cost()
    grow(learner)
    assert cost() == before <= 8


def test_a_stranger_costs_the_same_too(tiny, learner, stranger, grow):
    before = [queries_of(stranger, page) for page in ("/", "/syllabus/")]
    grow(learner)
    assert [queries_of(stranger, page) for page in ("/", "/syllabus/")] == before


def test_reading_and_recording_progress_cost_the_same(tiny, learner, other_learner, grow):
    grow(learner)
    with statements() as reading:
        week_progress(learner)
    assert len(reading) == 2
    exercise = Exercise.objects.select_related("lesson__week").get(slug="count-errors")
    with statements() as recording:
        record_pass(other_learner, exercise)
    assert len(recording) <= 17, recording
