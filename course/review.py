"""What comes back to a learner, and when: one card for each question they answered and exercise they passed.

How this works: an answer rates its card by itself, nobody is asked how hard it was. Wrong is Again;
right after a miss is Hard; right is Good, however quick. A right answer counts once a day, a miss always:
who has just read why learns nothing about their memory by answering again. An exercise is rated when it
is passed, Hard where it took many attempts or hints; before it is due, a pass changes nothing.
`course.schedule` turns ratings into days.

What changed is asked as something new; what was retired is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fsrs import Rating

from accounts.models import User
from accounts.time_zone import zone_named
from course.cohorts import enrolment_of
from course.models import Exercise, ExercisePass, Question, ReviewCard
from course.schedule import Pace, schedule

REVIEW_RULE = _(
    "A question that you missed comes back the next day. One that you knew comes back after about 2 days, "
    "then 11, then 46, as long as you know it, and after 180 days at the latest. "
    "A right answer counts once a day."
)
EXERCISE_REVIEW_RULE = _(
    "An exercise that you passed comes back after about 21 days, or 12 where it took hints or more than "
    "3 attempts: as a variant that you have not passed yet, where there is one. "
    "No progress and no grade hangs on it."
)
MANY_ATTEMPTS = 3
_LOG_LENGTH = 100


@dataclass(frozen=True)
class ExerciseDue:
    """An exercise that has come back, and what to write: a variant of it, where there is a fresh one."""

    exercise: Exercise
    to_write: Exercise


# --- What happens -------------------------------------------------------------------------------


def note_answer(user: User, question: Question, *, right: bool) -> None:
    """Move the question's card by an answer given now. Four queries at the most."""
    now, zone = timezone.now(), zone_of_learner(user)
    card = _card_of(user, now, question=question)
    if card.content_hash != question.content_hash:
        _begin_anew(card, question.content_hash)
    if right and card.log and card.reviewed_at.astimezone(zone).date() == now.astimezone(zone).date():
        return
    rating = Rating.Again if not right else Rating.Hard if card.missed else Rating.Good
    _review(card, rating, now, zone, Pace.QUESTION)


def never() -> bool:
    return False


def note_pass(user: User, exercise: Exercise, *, was_hard: Callable[[], bool] = never) -> None:
    """Move the card of an exercise, or of the one that it is a variant of, by a pass now.

    `was_hard` is asked only where the card moves: most passes of one who tries on are too early for it.
    """
    if exercise.kind == Exercise.Kind.BLOCKS:
        return
    now = timezone.now()
    original = exercise.variant_of or exercise
    card = _card_of(user, now, exercise=original)
    if card.log and card.due_at > now:
        return
    card.content_hash = original.content_hash
    rating = Rating.Hard if was_hard() else Rating.Good
    _review(card, rating, now, zone_of_learner(user), Pace.EXERCISE)


def note_passes(passes: Collection[tuple[int, Exercise]]) -> None:
    """The same for many people at once, who have no card yet: (id of the person, exercise).

    The queries do not grow with them but by the batch.
    """
    now = timezone.now()
    people = User.objects.in_bulk({user for user, _exercise in passes})
    cards = []
    for user, exercise in passes:
        if exercise.kind == Exercise.Kind.BLOCKS:
            continue
        original = exercise.variant_of or exercise
        card = ReviewCard(user_id=user, exercise=original, content_hash=original.content_hash, log=[])
        _review(card, Rating.Good, now, zone_named(people[user].time_zone), Pace.EXERCISE, save=False)
        cards.append(card)
    ReviewCard.objects.bulk_create(cards, ignore_conflicts=True)


def _card_of(
    user: User, now: datetime, *, question: Question | None = None, exercise: Exercise | None = None
) -> ReviewCard:
    """The card, held until the transaction ends; made where there is none."""
    asked = question or exercise
    assert asked is not None
    card, _made = ReviewCard.objects.select_for_update().get_or_create(
        user=user,
        question=question,
        exercise=exercise,
        defaults={"due_at": now, "reviewed_at": now, "content_hash": asked.content_hash},
    )
    return card


def _begin_anew(card: ReviewCard, content_hash: str) -> None:
    card.state, card.log, card.missed, card.content_hash = {}, [], False, content_hash


def _review(
    card: ReviewCard, rating: Rating, now: datetime, zone: ZoneInfo, pace: Pace, *, save: bool = True
) -> None:
    scheduled = schedule(card.state, rating, now, zone, pace=pace)
    card.state, card.due_at = scheduled.state, scheduled.due_at
    card.reviewed_at, card.missed = now, rating is Rating.Again
    card.log = [*card.log, [int(rating), now.isoformat()]][-_LOG_LENGTH:]
    if save:
        card.save()


def zone_of_learner(user: User) -> ZoneInfo:
    """The zone they chose; else their cohort's, else the site's."""
    place = None if user.time_zone else enrolment_of(user)
    return zone_named(user.time_zone or (place.cohort.time_zone if place else ""))


# --- How to read it -----------------------------------------------------------------------------


def cards_of(user: User) -> QuerySet[ReviewCard]:
    """The one door to a person's cards of questions that are still asked."""
    return ReviewCard.objects.filter(user=user, question__isnull=False, question__retired_at=None)


def due_cards(user: User, now: datetime | None = None) -> QuerySet[ReviewCard]:
    """Those that are due, the oldest first."""
    return cards_of(user).filter(due_at__lte=now or timezone.now())


def due_count(user: User) -> int:
    """How many questions are due now. One query."""
    return due_cards(user).count()


def next_due(user: User) -> datetime | None:
    """When the next question comes that is not due yet; None where none will. One query."""
    later = cards_of(user).filter(due_at__gt=timezone.now())
    return later.values_list("due_at", flat=True).first()


def exercises_due(user: User) -> list[ExerciseDue]:
    """Exercises that have come back, the oldest first, each with what to write. Two queries."""
    cards = ReviewCard.objects.filter(
        user=user, exercise__isnull=False, exercise__retired_at=None, due_at__lte=timezone.now()
    )
    exercises = [card.exercise for card in cards.select_related("exercise__lesson__week__module")]
    fresh = fresh_variants(user, Q(variant_of__in=exercises)) if exercises else []
    by_original = {variant.variant_of_id: variant for variant in reversed(fresh)}
    return [ExerciseDue(one, by_original.get(one.pk, one)) for one in exercises if one is not None]


def fresh_variants(user: User, only: Q) -> list[Exercise]:
    """Variants that the person has not passed, in the order of the course; `only` selects them. One query."""
    passed = ExercisePass.objects.filter(user=user, exercise=OuterRef("pk"))
    variants = Exercise.objects.current().filter(only, ~Exists(passed), kind=Exercise.Kind.VARIANT)
    return list(variants.select_related("lesson__week__module", "variant_of"))
