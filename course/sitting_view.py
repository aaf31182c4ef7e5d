"""What pages show of a quiz that is sat: the offer, one question with how far it is, the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from course.draw import IN_A_REVIEW
from course.models import ExercisePass, Lesson, Module, Question, Sitting, SittingItem, Week
from course.progress import next_lesson
from course.quiz_view import QuestionView, view_of
from course.review import ExerciseDue, due_count, exercises_due, next_due
from course.sitting import Kind, best_sitting, open_sitting, unanswered

A_QUESTION_TAKES_S = 15


@dataclass(frozen=True)
class Offer:
    """A quiz that may be begun, or gone on with, at `address`."""

    kind: str
    title: str
    address: str
    open: Sitting | None
    best: Sitting | None


@dataclass(frozen=True)
class ReviewPage:
    due: int
    open: Sitting | None
    next_at: datetime | None
    exercises: list[ExerciseDue]
    lesson: Lesson | None

    at_a_time = IN_A_REVIEW

    @property
    def minutes(self) -> int:
        """About how long the next part of it takes."""
        return max(1, round(min(self.due, self.at_a_time) * A_QUESTION_TAKES_S / 60))


@dataclass(frozen=True)
class ItemPage:
    """One question of a sitting; `next` is the address of what comes after it."""

    item: SittingItem
    view: QuestionView
    number: int
    of: int
    next: str
    last: bool


@dataclass(frozen=True)
class ResultPage:
    sitting: Sitting
    items: list[tuple[SittingItem, QuestionView]]
    wrote: bool
    due: int
    next_at: datetime | None
    next_lesson: Lesson | None

    @property
    def missed(self) -> int:
        return self.sitting.total - self.sitting.right


def review_page(user: User) -> ReviewPage:
    return ReviewPage(
        due_count(user),
        open_sitting(user, kind=Kind.REVIEW),
        next_due(user),
        exercises_due(user),
        next_lesson(user),
    )


def week_offer(user: User, week: Week) -> Offer | None:
    """The quiz of the week; None where no lesson of it has questions yet. Three queries at the most."""
    if not _questions(Q(lesson__week=week)).exists():
        return None
    quiz = {"kind": Kind.WEEK, "week": week}
    return Offer(
        Kind.WEEK,
        _("Quiz of the week"),
        reverse("week-quiz", args=[week.module.slug, week.number]),
        open_sitting(user, **quiz),
        best_sitting(user, **quiz),
    )


def checkpoint_offer(user: User, module: Module) -> Offer | None:
    """The module's checkpoint; None while a week of it has no quiz yet. Four queries at the most."""
    weeks = set(Week.objects.current().filter(module=module).values_list("pk", flat=True))
    asked = _questions(Q(lesson__week__in=weeks)).order_by().values_list("lesson__week", flat=True)
    if not weeks or weeks != set(asked.distinct()):
        return None
    quiz = {"kind": Kind.CHECKPOINT, "module": module}
    return Offer(
        Kind.CHECKPOINT,
        _("Checkpoint of the module"),
        reverse("checkpoint", args=[module.slug]),
        open_sitting(user, **quiz),
        best_sitting(user, **quiz),
    )


def _questions(only: Q) -> QuerySet[Question]:
    return Question.objects.current().filter(only, lesson__retired_at=None)


def item_page(item: SittingItem, refused: str = "") -> ItemPage:
    """The question as the page shows it: explained where it was answered. Two queries."""
    sitting = item.sitting
    numbers = list(
        sitting.items.exclude(answered_at=None, question__retired_at__isnull=False).values_list(
            "number", flat=True
        )
    )
    left = [
        number for number in unanswered(sitting).values_list("number", flat=True) if number != item.number
    ]
    after = next((number for number in left if number > item.number), left[0] if left else None)
    address = sitting.get_absolute_url()
    return ItemPage(
        item,
        view_of(item.question, item if item.answered_at else None, refused),
        sum(number <= item.number for number in numbers),
        len(numbers),
        address if after is None else reverse("sitting-item", args=[sitting.pk, after]),
        after is None,
    )


def result_page(user: User, sitting: Sitting) -> ResultPage:
    """What came of a finished sitting, with each question explained. Five queries, however many questions."""
    items = sitting.items.filter(answered_at__isnull=False).select_related("question__lesson__week__module")
    wrote = sitting.exercise is not None and ExercisePass.objects.filter(user=user, exercise=sitting.exercise)
    return ResultPage(
        sitting,
        [(item, view_of(item.question, item)) for item in items],
        bool(wrote and wrote.exists()),
        due_count(user),
        next_due(user),
        next_lesson(user),
    )
