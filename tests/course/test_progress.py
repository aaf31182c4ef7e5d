"""The rules of progress, and counters that agree with the facts."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from course.counters import recount
from course.models import Exercise, ExercisePass, Lesson, LessonProgress, Question, WeekProgress
from course.progress import (
    course_progress,
    exercises_passed,
    lesson_progress,
    mark_read,
    next_lesson,
    record_answer,
    record_pass,
    record_passes,
    week_progress,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(tiny) -> Lesson:
    return Lesson.objects.select_related("week").get(slug="counting-lines")


def answer_all(learner, lesson) -> None:
    for question in Question.objects.filter(lesson=lesson):
        record_answer(learner, question, "x", correct=False)


def done(learner, lesson) -> bool:
    return LessonProgress.objects.filter(user=learner, lesson=lesson, done_at__isnull=False).exists()


def test_a_lesson_is_done_when_its_exercises_passed_and_its_quiz_was_answered(first, learner):
    record_pass(learner, first.exercises.listed().get())
    assert not done(learner, first)
    answer_all(learner, first)
    assert done(learner, first)


def test_the_order_does_not_matter(first, learner):
    answer_all(learner, first)
    assert not done(learner, first)
    record_pass(learner, first.exercises.listed().get())
    assert done(learner, first)


def test_reading_alone_is_never_enough(first, learner):
    mark_read(learner, first)
    mark_read(learner, first)
    assert not done(learner, first)
    assert course_progress(learner).read.done == 1
    assert course_progress(learner).lessons.done == 0


def test_an_optional_exercise_is_not_needed_and_not_counted(first, learner):
    stretch = Exercise.objects.create(
        lesson=first,
        slug="stretch",
        number=2,
        title="Stretch",
        optional=True,
        starter={},
        paths=[],
        content_hash="x",
    )
    answer_all(learner, first)
    record_pass(learner, stretch)
    assert not done(learner, first)
    record_pass(learner, first.exercises.get(slug="count-errors"))
    assert done(learner, first)
    assert WeekProgress.objects.get(user=learner, week=first.week).exercises_passed == 1
    assert exercises_passed(learner, first) == {stretch.pk, first.exercises.get(slug="count-errors").pk}


def test_passing_twice_counts_once(first, learner):
    exercise = first.exercises.listed().get()
    assert record_pass(learner, exercise)
    assert not record_pass(learner, exercise)
    assert course_progress(learner).exercises.done == 1


def test_passes_of_many_at_once_count_like_passes_of_each(first, learner, other_learner, instructor):
    exercises = list(Exercise.objects.select_related("lesson__week").order_by("pk"))
    record_pass(learner, exercises[0])
    answer_all(other_learner, first)
    for exercise in exercises:
        record_pass(instructor, exercise)
    passed_at = ExercisePass.objects.get(user=learner).passed_at
    record_passes([(person.pk, exercise) for person in (learner, other_learner) for exercise in exercises])
    record_passes([(learner.pk, exercises[0])])
    assert ExercisePass.objects.filter(user=learner).count() == len(exercises) > 1
    assert ExercisePass.objects.get(user=learner, exercise=exercises[0]).passed_at == passed_at
    fields = ("week", "exercises_passed")
    counted = WeekProgress.objects.exclude(exercises_passed=0).order_by("week")
    for person in (learner, other_learner):
        assert [*counted.filter(user=person).values_list(*fields)] == [
            *counted.filter(user=instructor).values_list(*fields)
        ]
    assert done(other_learner, first)
    assert not done(learner, first)


def test_progress_is_each_persons_own(first, learner, other_learner):
    record_pass(learner, first.exercises.listed().get())
    mark_read(learner, first)
    assert course_progress(other_learner).exercises.done == 0
    assert lesson_progress(other_learner, first.week) == {}


def test_totals_count_what_is_written(first, learner):
    progress = course_progress(learner)
    assert (progress.lessons.total, progress.exercises.total) == (2, 2)
    assert [week.lessons.total for week in week_progress(learner)] == [1, 1, 0]
    assert "Optional exercises do not count" in str(progress.lessons.rule)


def test_the_next_lesson_is_the_first_that_is_not_done(first, learner):
    assert next_lesson(learner) == first
    record_pass(learner, first.exercises.listed().get())
    answer_all(learner, first)
    second = next_lesson(learner)
    assert second
    assert second.slug == "top-paths"
    record_pass(learner, second.exercises.listed().get())
    answer_all(learner, second)
    assert next_lesson(learner) is None


def test_counters_are_computed_from_facts_again(first, learner):
    record_pass(learner, first.exercises.listed().get())
    WeekProgress.objects.update(exercises_passed=9, lessons_done=9)
    LessonProgress.objects.update(exercises_passed=9)
    recount(learner, first.week)
    assert WeekProgress.objects.get(user=learner, week=first.week).exercises_passed == 1
    assert WeekProgress.objects.get(user=learner, week=first.week).lessons_done == 0
    ExercisePass.objects.all().delete()
    recount(learner, first.week)
    assert LessonProgress.objects.get(user=learner, lesson=first).exercises_passed == 0


def test_a_question_that_is_retired_is_not_asked_for(first, learner):
    record_pass(learner, first.exercises.listed().get())
    answer_all(learner, first)
    question = Question.objects.filter(lesson=first).first()
    assert question
    question.retired_at = "2026-11-23T00:00:00Z"
    question.save()
    recount(learner, first.week)
    assert done(learner, first)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_passes_at_the_same_moment_are_both_counted(first, learner):
    second = Exercise.objects.create(
        lesson=first, slug="second", number=2, title="E", starter={}, paths=[], content_hash="x"
    )
    together = Barrier(2)

    def passes(exercise: Exercise) -> None:
        try:
            together.wait()
            record_pass(learner, exercise)
        finally:
            connection.close()

    exercises = Exercise.objects.listed().filter(lesson=first).select_related("lesson__week")
    threads = [Thread(target=passes, args=[exercise]) for exercise in exercises]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert second in exercises
    assert WeekProgress.objects.get(user=learner, week=first.week).exercises_passed == 2
