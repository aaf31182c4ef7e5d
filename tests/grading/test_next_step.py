"""What comes next, and why: the order of the steps, and one to take instead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from course.models import Lesson, LessonProgress, Week
from course.progress import mark_read, open_lesson, record_pass
from grading.models import Submission
from grading.next_step import next_steps
from tests.course.queries import statements
from tests.grading.conftest import make_exercise


def attempt(user, exercise, verdict="failed", **values) -> Submission:
    values |= {"verdict": verdict, "state": "done"}
    return Submission.objects.create(user=user, exercise=exercise, files={}, **values)


def actions(learner, **how) -> list[tuple[str, str]]:
    return [(step.action, step.title) for step in next_steps(learner, **how)]


@pytest.fixture
def later_lesson(lesson):
    return Lesson.objects.create(week=lesson.week, slug="numpy", number=2, title="NumPy", minutes_read=20)


def test_it_is_to_read_then_to_solve_then_nothing(learner, lesson, exercise):
    assert actions(learner) == [("Read the lesson", "Python Basics")]
    mark_read(learner, lesson)
    assert actions(learner) == [("Do the exercise", "Double it")]
    assert next_steps(learner)[0].url == exercise.get_absolute_url()
    record_pass(learner, exercise)
    assert next_steps(learner) == []


def test_an_exercise_that_was_begun_comes_first_until_it_passes(learner, lesson, exercise, later_lesson):
    mark_read(learner, lesson)
    attempt(learner, exercise, "partly-passed", checks_passed=1, checks_total=2)
    (step,) = next_steps(learner)
    assert (step.action, step.title) == ("Try it again", "Double it")
    assert step.why == "You have begun it: 1 of 2 checks passed last time."
    record_pass(learner, exercise)
    assert actions(learner) == [("Read the lesson", "NumPy")]


def test_of_several_that_were_begun_it_is_the_latest(learner, lesson, exercise):
    other = make_exercise(lesson, "halve-it", 2, title="Halve it")
    attempt(learner, exercise, created_at=timezone.now() - timedelta(hours=1))
    attempt(learner, other, created_at=timezone.now() - timedelta(hours=2))
    assert actions(learner)[0] == ("Try it again", "Double it")


@pytest.mark.parametrize(
    "what",
    [
        {"verdict": "platform-error"},  # we failed, not they
        {"purpose": "run"},
        {"verdict": "", "state": "running"},
    ],
)
def test_what_is_no_failed_attempt_of_theirs_is_not_begun(learner, lesson, exercise, what):
    Submission.objects.create(
        user=learner, exercise=exercise, files={}, **{"verdict": "failed", "state": "done", **what}
    )
    assert actions(learner) == [("Read the lesson", "Python Basics")]


def test_an_optional_or_a_retired_exercise_or_somebody_elses_is_not_next(
    learner, other_learner, lesson, exercise
):
    optional = make_exercise(lesson, "stretch", 2, optional=True)
    retired = make_exercise(lesson, "old", 3, retired_at=timezone.now())
    attempt(learner, optional)
    attempt(learner, retired)
    attempt(other_learner, exercise)
    assert actions(learner) == [("Read the lesson", "Python Basics")]


def test_a_lesson_half_read_comes_before_the_next_one_and_the_next_is_offered_too(
    learner, lesson, exercise, later_lesson
):
    open_lesson(learner, later_lesson)
    assert actions(learner) == [("Read on", "NumPy"), ("Read the lesson", "Python Basics")]
    step = next_steps(learner)[0]
    assert "You opened it on" in step.why
    assert step.minutes == 20
    LessonProgress.objects.update(read_at=timezone.now())
    assert actions(learner)[0] == ("Read the lesson", "Python Basics")


def test_one_address_is_named_once(learner, lesson, exercise):
    open_lesson(learner, lesson)
    assert actions(learner) == [("Read on", "Python Basics")]


def test_reviews_that_are_due_come_before_all_else(learner, lesson, exercise):
    attempt(learner, exercise)
    assert actions(learner, due_reviews=1) == [
        ("Start the review", "1 question to review"),
        ("Try it again", "Double it"),
    ]


def test_why_a_lesson_is_next_depends_on_where_the_cohort_is(learner, lesson):
    def why(week: int) -> str:
        return next_steps(learner, cohort_week=week)[0].why

    assert why(0) == "It comes next in the course."
    assert why(1) == "It comes next, and belongs to the week that your cohort is in."
    assert why(3) == "It comes next: later lessons build on it. Your cohort is in week 3."


def test_the_last_question_of_a_lesson_leads_to_its_quiz(learner, lesson):
    mark_read(learner, lesson)
    (step,) = next_steps(learner)
    assert step.url.endswith("#lesson-quiz")


def test_it_takes_the_same_few_queries(learner, lesson, exercise, course):
    mark_read(learner, lesson)
    attempt(learner, exercise)
    with statements() as few:
        next_steps(learner)
    week = Week.objects.create(module=lesson.week.module, slug="w2", number=2, last_number=2, title="W2")
    for number in range(30):
        more = Lesson.objects.create(week=week, slug=f"l{number}", number=number, title="L")
        attempt(learner, make_exercise(more, f"e{number}", 1))
        open_lesson(learner, more)
    with statements() as many:
        next_steps(learner)
    assert len(few) <= len(many) <= 6
