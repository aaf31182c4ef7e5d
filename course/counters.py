"""The counters of progress, derived from the facts and from nothing else.

Facts are the rows `ExercisePass`, `QuizAnswer` and `LessonProgress.read_at`. `recount` may run at any
time and twice is harmless. It holds the person's `WeekProgress` row while it counts: of two passes at
the same moment the later one waits, and then sees both. The rules in words: `course.progress`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from course.models import ExercisePass, Lesson, LessonProgress, QuizAnswer, Week, WeekProgress


@transaction.atomic
def recount(user: User, week: Week) -> None:
    """Compute one person's counters of one week again; call it after the fact is stored."""
    WeekProgress.objects.select_for_update().get_or_create(user=user, week=week)
    _recount(week, Q(user=user))


@transaction.atomic
def recount_some(users: Collection[int], week: Week) -> None:
    """The same for some people, by their ids. The queries do not grow with them but by the batch."""
    WeekProgress.objects.bulk_create(
        [WeekProgress(user_id=user, week=week) for user in users], ignore_conflicts=True
    )
    held = WeekProgress.objects.select_for_update().filter(week=week, user__in=users).order_by("user")
    list(held.values_list("pk"))
    _recount(week, Q(user__in=users))


@transaction.atomic
def recount_everyone(week: Week) -> None:
    """The same for all who have opened a lesson of the week: its content has changed."""
    known = set(WeekProgress.objects.filter(week=week).values_list("user_id", flat=True))
    seen = set(LessonProgress.objects.filter(lesson__week=week).values_list("user_id", flat=True))
    WeekProgress.objects.bulk_create(
        [WeekProgress(user_id=user, week=week) for user in seen - known], ignore_conflicts=True
    )
    _recount(week, Q())


def _recount(week: Week, whose: Q) -> None:
    """Done marks and counters of the week, for the rows that `whose` (a condition on user) selects."""
    lessons = {lesson.pk: lesson for lesson in _with_totals(week)}
    passes = _count_by_lesson(
        ExercisePass.objects.filter(
            whose, exercise__lesson__week=week, exercise__optional=False, exercise__retired_at=None
        ),
        "exercise__lesson_id",
    )
    answers = _count_by_lesson(
        QuizAnswer.objects.filter(whose, question__lesson__week=week, question__retired_at=None),
        "question__lesson_id",
    )
    rows = list(LessonProgress.objects.select_for_update().filter(whose, lesson__week=week))
    for row in rows:
        key = (row.user_id, row.lesson_id)
        row.exercises_passed, row.questions_answered = passes.get(key, 0), answers.get(key, 0)
        lesson = lessons.get(row.lesson_id)
        if lesson is None or not _is_done(row, lesson):
            row.done_at = None
        elif row.done_at is None:
            row.done_at = timezone.now()
    LessonProgress.objects.bulk_update(
        rows, ["exercises_passed", "questions_answered", "done_at"], batch_size=500
    )
    _sum_up(week, whose, [row for row in rows if row.lesson_id in lessons])


def _is_done(row: LessonProgress, lesson: Any) -> bool:
    """The rule of `course.progress.LESSON_RULE`; a lesson in which there is nothing to do is never done."""
    return bool(
        lesson.required + lesson.questions_total > 0
        and row.exercises_passed >= lesson.required
        and row.questions_answered >= lesson.questions_total
    )


def _with_totals(week: Week) -> QuerySet[Lesson, Any]:
    """The written lessons of the week, with `required` exercises and `questions_total`."""
    return (
        Lesson.objects.current()
        .filter(week=week, planned=False)
        .annotate(
            required=Count(
                "exercises",
                filter=Q(exercises__optional=False, exercises__retired_at=None),
                distinct=True,
            ),
            questions_total=Count("questions", filter=Q(questions__retired_at=None), distinct=True),
        )
    )


def _count_by_lesson(facts: QuerySet[Any], lesson: str) -> dict[tuple[int, int], int]:
    counted = facts.values("user_id", lesson).annotate(count=Count("pk"))
    return {(row["user_id"], row[lesson]): row["count"] for row in counted}


def _sum_up(week: Week, whose: Q, rows: Sequence[LessonProgress]) -> None:
    totals = {row.user_id: row for row in WeekProgress.objects.filter(whose, week=week)}
    for total in totals.values():
        total.lessons_read = total.lessons_done = total.exercises_passed = 0
        total.changed_at = timezone.now()
    for row in rows:
        total = totals[row.user_id]
        total.lessons_read += row.read_at is not None
        total.lessons_done += row.done_at is not None
        total.exercises_passed += row.exercises_passed
    WeekProgress.objects.bulk_update(
        totals.values(),
        ["lessons_read", "lessons_done", "exercises_passed", "changed_at"],
        batch_size=500,
    )
