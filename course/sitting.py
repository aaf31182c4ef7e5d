"""Sit a quiz: begin, answer one question after another, and read what came of it.

How this works: what was drawn is a row for each question, so a reload shows the same, and who leaves
goes on where they were. A person has one open sitting of a quiz at a time. Each question is answered once
here and explained at once; a miss comes back in the daily review instead of on the spot. A sitting is
finished with its last answer. A question that is retired meanwhile is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from course.draw import for_checkpoint, for_review, for_week
from course.models import Exercise, ExercisePass, Module, Sitting, SittingItem, Week
from course.progress import record_answer
from course.quiz import AnswerRefused, judge, read_answer
from course.review import fresh_variants

Kind = Sitting.Kind


# --- What happens -------------------------------------------------------------------------------


def begin_review(user: User) -> Sitting | None:
    """The open review, or a new one over what is due; None where nothing is."""
    return _begin(user, {"kind": Kind.REVIEW}, lambda nth: for_review(user))


def begin_week_quiz(user: User, week: Week) -> Sitting | None:
    """The open quiz of the week, or a new one; None where the week has no questions."""
    return _begin(user, {"kind": Kind.WEEK, "week": week}, lambda nth: for_week(user, week, nth))


def begin_checkpoint(user: User, module: Module) -> Sitting | None:
    """The open checkpoint, or a new one with a variant to write; None where the module has no questions."""
    quiz = {"kind": Kind.CHECKPOINT, "module": module}
    return _begin(
        user, quiz, lambda nth: for_checkpoint(user, module, nth), lambda: _unseen_variant(user, module)
    )


@transaction.atomic
def _begin(
    user: User,
    quiz: dict[str, Any],
    draw: Callable[[int], list[int]],
    exercise: Callable[[], Exercise | None] = lambda: None,
) -> Sitting | None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time, also with two clicks at once
    open_one = open_sitting(user, **quiz)
    if open_one is not None:
        return open_one
    drawn = draw(sittings_of(user).filter(**quiz).count())
    if not drawn:
        return None
    sitting = Sitting.objects.create(user=user, exercise=exercise(), **quiz)
    SittingItem.objects.bulk_create(
        SittingItem(sitting=sitting, number=number, question_id=question)
        for number, question in enumerate(drawn, start=1)
    )
    return sitting


def _unseen_variant(user: User, module: Module) -> Exercise | None:
    """A variant that they neither passed nor were given before; failing that, one that they did not pass."""
    given = sittings_of(user).filter(exercise__isnull=False).values("exercise")
    fresh = fresh_variants(user, Q(lesson__week__module=module) & ~Q(pk__in=given))
    return fresh[0] if fresh else next(iter(fresh_variants(user, Q(lesson__week__module=module))), None)


@transaction.atomic
def answer_item(user: User, item: SittingItem, posted: QueryDict) -> None:
    """Judge what was posted and keep it; AnswerRefused where it is none. A second one changes nothing."""
    held = SittingItem.objects.select_for_update().get(pk=item.pk)
    if held.answered_at is not None:
        item.answer, item.right, item.answered_at = held.answer, held.right, held.answered_at
        return
    if item.question.retired_at is not None:
        raise AnswerRefused(_("This question is not asked any more. Go on to the next one."))
    item.answer = read_answer(item.question, posted)
    item.right, item.answered_at = judge(item.question, item.answer), timezone.now()
    item.save(update_fields=["answer", "right", "answered_at"])
    record_answer(user, item.question, item.answer, item.right)
    finish_if_done(item.sitting)


def finish_if_done(sitting: Sitting) -> None:
    """Close the sitting where nothing of it is left to answer."""
    if sitting.finished_at is not None or unanswered(sitting).exists():
        return
    given = sitting.items.filter(answered_at__isnull=False)
    sitting.right, sitting.total = given.filter(right=True).count(), given.count()
    sitting.finished_at = timezone.now()
    sitting.save(update_fields=["right", "total", "finished_at"])


# --- How to read it -----------------------------------------------------------------------------


def sittings_of(user: User) -> QuerySet[Sitting]:
    """The one door to a person's sittings, the newest first."""
    return Sitting.objects.filter(user=user)


def open_sitting(user: User, **quiz: Any) -> Sitting | None:
    return sittings_of(user).filter(finished_at=None, **quiz).first()


def unanswered(sitting: Sitting) -> QuerySet[SittingItem]:
    """What is left to answer, in order."""
    return sitting.items.filter(answered_at=None, question__retired_at=None)


def best_sitting(user: User, **quiz: Any) -> Sitting | None:
    """The finished sitting with the most `points` of `out_of`; its exercise counts as one. One query."""
    passed = ExercisePass.objects.filter(user=user, exercise=OuterRef("exercise"))
    wrote = Case(When(Exists(passed), then=Value(1)), default=Value(0), output_field=IntegerField())
    asked = Case(When(exercise=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    finished = sittings_of(user).filter(finished_at__isnull=False, **quiz)
    scored = finished.annotate(wrote=wrote, points=F("right") + wrote, out_of=F("total") + asked)
    return scored.order_by("-points", "-begun_at").first()
