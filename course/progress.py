"""How far someone is: the rules in words beside the numbers, what moves them, and how to read them.

How this works: the verbs below store facts, then `course.counters` derives the counters from them.
A page reads counters only: what it costs does not grow with learners, weeks or submissions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.activity import note_learning
from course.counters import recount, recount_some
from course.models import (
    Exercise,
    ExercisePass,
    Lesson,
    LessonProgress,
    Question,
    QuizAnswer,
    Week,
    WeekProgress,
)
from course.review import never, note_answer, note_pass, note_passes

LESSON_RULE = _(
    "A lesson is done when its exercises have passed and every question of its quiz has been answered. "
    "Optional exercises do not count, nor does reading."
)
EXERCISE_RULE = _("An exercise counts once one of your submissions has passed every check. It stays passed.")
READ_RULE = _("A lesson counts as read when you mark it so. Reading is kept apart: it is not mastery.")
QUIZ_RULE = _("A question counts once you have answered it, right or wrong.")


@dataclass(frozen=True)
class Measure:
    """A number of things done, of how many, and the rule that counts them."""

    label: str | Promise
    done: int
    total: int
    rule: str | Promise

    @property
    def complete(self) -> bool:
        return 0 < self.total <= self.done


@dataclass(frozen=True)
class Standing:
    """How far someone is in a week, a module or the course."""

    lessons: Measure
    exercises: Measure
    read: Measure


@dataclass(frozen=True, kw_only=True)
class WeekStanding(Standing):
    week: Week


# --- What happens -------------------------------------------------------------------------------


def open_lesson(user: User, lesson: Lesson) -> LessonProgress:
    """Note that the person has seen the lesson. It counts for nothing but “where was I?”."""
    return LessonProgress.objects.get_or_create(user=user, lesson=lesson)[0]


def keep_place(user: User, lesson: Lesson, heading: str) -> bool:
    """Note which heading the person read last, by its id; False where the lesson has no such heading."""
    if all(heading != known["id"] for known in lesson.contents):
        return False
    open_lesson(user, lesson)
    LessonProgress.objects.filter(user=user, lesson=lesson).update(place=heading)
    return True


@transaction.atomic
def mark_read(user: User, lesson: Lesson) -> None:
    open_lesson(user, lesson)
    unread = LessonProgress.objects.filter(user=user, lesson=lesson, read_at=None)
    if unread.update(read_at=timezone.now()):
        note_learning(user)
    recount(user, lesson.week)


@transaction.atomic(savepoint=False)
def record_pass(user: User, exercise: Exercise, *, was_hard: Callable[[], bool] = never) -> bool:
    """Note that a submission passed; True where it is the first time. Twice is harmless.

    What `was_hard` comes back sooner.
    """
    lesson = exercise.lesson
    open_lesson(user, lesson)
    _row, first = ExercisePass.objects.get_or_create(user=user, exercise=exercise)
    if first:
        recount(user, lesson.week)
    note_pass(user, exercise, was_hard=was_hard)
    return first


@transaction.atomic
def record_passes(passes: Collection[tuple[int, Exercise]]) -> None:
    """The same for many people at once: (id of the person, exercise). Queries grow with weeks only."""
    seen = {(user, exercise.lesson_id) for user, exercise in passes}
    LessonProgress.objects.bulk_create(
        [LessonProgress(user_id=user, lesson_id=lesson) for user, lesson in sorted(seen)],
        ignore_conflicts=True,
    )
    ExercisePass.objects.bulk_create(
        [ExercisePass(user_id=user, exercise=exercise) for user, exercise in passes], ignore_conflicts=True
    )
    weeks = {exercise.lesson.week_id: exercise.lesson.week for _user, exercise in passes}
    for key in sorted(weeks):
        recount_some({user for user, exercise in passes if exercise.lesson.week_id == key}, weeks[key])
    note_passes(passes)


@transaction.atomic
def record_answer(user: User, question: Question, answer: Any, correct: bool) -> QuizAnswer:
    """Keep the person's latest answer; `course.quiz.answer_question` judges and calls this."""
    lesson = question.lesson
    open_lesson(user, lesson)
    note_learning(user)
    row, first = QuizAnswer.objects.get_or_create(
        user=user, question=question, defaults={"answer": answer, "correct": correct}
    )
    if first:
        recount(user, lesson.week)
    else:
        row.answer, row.correct, row.answered_at = answer, correct, timezone.now()
        row.tries += 1
        row.save()
    note_answer(user, question, right=correct)
    return row


# --- How to read it -----------------------------------------------------------------------------


def week_progress(user: User) -> list[WeekStanding]:
    """Every week of the course, in order, with how far the person is. Two queries, always."""
    rows = {row.week_id: row for row in WeekProgress.objects.filter(user=user)}
    weeks = Week.objects.current().select_related("module")
    return [_week_standing(week, rows.get(week.pk) or WeekProgress()) for week in weeks]


def course_progress(user: User) -> Standing:
    return progress_over(week_progress(user))


def progress_over(weeks: Sequence[WeekStanding]) -> Standing:
    """The sum over some weeks of `week_progress`, such as those of one module. No query."""
    return Standing(
        lessons=_sum([week.lessons for week in weeks], _("Lessons done"), LESSON_RULE),
        exercises=_sum([week.exercises for week in weeks], _("Exercises passed"), EXERCISE_RULE),
        read=_sum([week.read for week in weeks], _("Lessons read"), READ_RULE),
    )


def _week_standing(week: Week, row: WeekProgress) -> WeekStanding:
    return WeekStanding(
        week=week,
        lessons=Measure(_("Lessons done"), row.lessons_done, week.lesson_total, LESSON_RULE),
        exercises=Measure(_("Exercises passed"), row.exercises_passed, week.exercise_total, EXERCISE_RULE),
        read=Measure(_("Lessons read"), row.lessons_read, week.lesson_total, READ_RULE),
    )


def _sum(parts: list[Measure], label: str | Promise, rule: str | Promise) -> Measure:
    return Measure(label, sum(part.done for part in parts), sum(part.total for part in parts), rule)


def lesson_progress(user: User, week: Week) -> dict[int, LessonProgress]:
    """The person's rows for the lessons of one week, by the lesson's id. One query."""
    rows = LessonProgress.objects.filter(user=user, lesson__week=week)
    return {row.lesson_id: row for row in rows}


def exercises_passed(user: User, lesson: Lesson) -> set[int]:
    """Ids of the lesson's exercises that the person has passed. One query."""
    passes = ExercisePass.objects.filter(user=user, exercise__lesson=lesson)
    return set(passes.values_list("exercise_id", flat=True))


def has_passed(user: User, exercise: Exercise) -> bool:
    return ExercisePass.objects.filter(user=user, exercise=exercise).exists()


def lessons_done_by(user: User) -> frozenset[int]:
    """The keys of all lessons that the person has done."""
    done = LessonProgress.objects.filter(user=user, done_at__isnull=False)
    return frozenset(done.values_list("lesson_id", flat=True))


def next_lesson(user: User) -> Lesson | None:
    """The first written lesson that is not done yet; None where all are. One query."""
    done = LessonProgress.objects.filter(user=user, done_at__isnull=False).values("lesson_id")
    lessons = Lesson.objects.current().filter(planned=False).exclude(pk__in=done)
    return lessons.select_related("week__module").first()
