"""What counts until when, for one person: the deadlines of their cohort, and what they were given beyond.

The rules, each of them tested:

1. An exercise has its own deadline, or else that of its week, or none. Its cohort is the person's
   latest; who is in none has no deadlines.
2. Until it is due, and for the grace after it, work has full credit; then `late_percent`; after the
   closing moment none. A minute that is shown belongs to the learner to its end. Credit never rises
   with time.
3. An extension moves the due moment, and the closing with it. Of several the latest moment counts: days
   do not add up. Attempts do. Nobody is ever worse off for one.
4. A zone decides how a moment is written, never which moment it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.time_zone import zone_named
from course.cohorts import enrolment_of
from course.models import (
    AttemptLimit,
    AttemptsPolicy,
    Cohort,
    Deadline,
    Enrolment,
    Exercise,
    Extension,
    Week,
)
from course.wall_clock import moved, on_the_wall

FULL = 100


class Phase(Enum):
    """Where a moment lies; in this order, and never back."""

    OPEN = "open"
    GRACE = "grace"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What holds for one person and one exercise, or a whole week. Every moment is in UTC."""

    due_at: datetime | None = None
    grace_until: datetime | None = None
    late_percent: int = FULL
    closes_at: datetime | None = None
    attempts_allowed: int | None = None
    """With the extra ones; None: as many as one likes."""
    policy: AttemptsPolicy = AttemptsPolicy.BEST
    extra_attempts: int = 0
    why: tuple[str, ...] = ()
    """What this person has beyond the others, in words for them."""

    def phase_at(self, moment: datetime) -> Phase:
        """Where the moment lies; where nothing is due every moment is open."""
        minute = moment.replace(second=0, microsecond=0)
        if self.due_at is None or self.grace_until is None or minute <= self.due_at:
            return Phase.OPEN
        if minute <= self.grace_until:
            return Phase.GRACE
        if self.late_percent == 0 or (self.closes_at is not None and minute > self.closes_at):
            return Phase.CLOSED
        return Phase.LATE

    def credit_at(self, moment: datetime) -> int:
        """Percent of its points that something sent at that moment has."""
        match self.phase_at(moment):
            case Phase.OPEN | Phase.GRACE:
                return FULL
            case Phase.LATE:
                return self.late_percent
            case Phase.CLOSED:
                return 0


NO_RULES = Rules()


def rules_for(user: User, exercise: Exercise) -> Rules:
    """What holds for the person at this exercise. Four queries at the most."""
    return rules_for_each(user, [exercise])[exercise.pk]


def rules_for_each(user: User, exercises: Sequence[Exercise]) -> dict[int, Rules]:
    """The same for many, by the exercise's id, in as many queries. They need their `lesson` at hand.

    A variant comes back when memory asks for it: no deadline and no limit of attempts holds there.
    """
    bound = [exercise for exercise in exercises if exercise.kind != Exercise.Kind.VARIANT]
    agreed = _agreed_with(user, {one.lesson.week_id for one in bound}, {one.pk for one in bound})
    rules = {exercise.pk: agreed.rules(exercise.lesson.week_id, exercise.pk) for exercise in bound}
    return {exercise.pk: rules.get(exercise.pk, NO_RULES) for exercise in exercises}


def rules_for_week(user: User, week: Week) -> Rules:
    """What holds for the week as a whole; an exercise of it may have rules of its own."""
    return _agreed_with(user, {week.pk}, set()).rules(week.pk, None)


def attempts_policies(users: Collection[int]) -> dict[int, AttemptsPolicy]:
    """Which attempt counts for each of these people, by their ids. One query."""
    places = Enrolment.objects.filter(user__in=users).order_by("joined_at")
    by_cohort = dict(places.values_list("user_id", "cohort__attempts_policy"))  # the latest place counts
    return {user: AttemptsPolicy(by_cohort.get(user, AttemptsPolicy.BEST)) for user in users}


def zone_of(cohort: Cohort) -> ZoneInfo:
    """Where the cohort's clock hangs; the site's where nobody has said."""
    return zone_named(cohort.time_zone)


# --- How it comes about -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Agreed:
    """The rows that concern one person, and how rules follow from them."""

    cohort: Cohort | None
    deadlines: Sequence[Deadline] = ()
    limits: Sequence[AttemptLimit] = ()
    extensions: Sequence[Extension] = ()

    def rules(self, week: int, exercise: int | None) -> Rules:
        if self.cohort is None:
            return NO_RULES
        given = [
            extension
            for extension in self.extensions
            if extension.week_id in (None, week) and extension.exercise_id in (None, exercise)
        ]
        attempts, extra = self._attempts(exercise, given)
        rules = Rules(
            attempts_allowed=attempts,
            extra_attempts=extra,
            policy=AttemptsPolicy(self.cohort.attempts_policy),
            why=_why_attempts(extra),
        )
        deadline = self._deadline(week, exercise)
        return rules if deadline is None else with_deadline(rules, deadline, given, zone_of(self.cohort))

    def _deadline(self, week: int, exercise: int | None) -> Deadline | None:
        own = [row for row in self.deadlines if exercise is not None and row.exercise_id == exercise]
        return next(iter(own + [row for row in self.deadlines if row.week_id == week]), None)

    def _attempts(self, exercise: int | None, given: list[Extension]) -> tuple[int | None, int]:
        assert self.cohort is not None
        own = [row.attempts_allowed for row in self.limits if row.exercise_id == exercise]
        allowed = own[0] if own else self.cohort.attempts_allowed
        extra = sum(extension.extra_attempts for extension in given)
        return (None, 0) if allowed is None else (allowed + extra, extra)


def _agreed_with(user: User, weeks: set[int], exercises: set[int]) -> _Agreed:
    enrolment = enrolment_of(user)
    if enrolment is None:
        return _Agreed(None)
    cohort = enrolment.cohort
    concerned = Q(week__in=weeks) | Q(exercise__in=exercises)
    deadlines = list(Deadline.objects.filter(concerned, cohort=cohort))
    limits = list(AttemptLimit.objects.filter(cohort=cohort, exercise__in=exercises)) if exercises else []
    if not (deadlines or limits or cohort.attempts_allowed):
        return _Agreed(cohort)  # nothing that could be extended
    given = Extension.objects.filter(cohort=cohort, user=user, withdrawn_at=None)
    return _Agreed(cohort, deadlines, limits, list(given.filter(concerned | Q(week=None, exercise=None))))


def with_deadline(rules: Rules, deadline: Deadline, given: list[Extension], zone: ZoneInfo) -> Rules:
    """The rules, once a deadline is among them, for who has these extensions; `zone` is the cohort's."""
    due, closes = deadline.due_at, deadline.closes_at
    due = max([due, *(_moved_to(deadline, extension, zone) for extension in given)])
    grace_until = due + timedelta(minutes=deadline.grace_minutes)
    further = on_the_wall(due, zone) - on_the_wall(deadline.due_at, zone)
    extended = due > deadline.due_at
    if closes is not None and extended:
        closes = max(closes, moved(closes, further, zone), grace_until)
    return replace(
        rules,
        due_at=due,
        grace_until=grace_until,
        late_percent=deadline.late_percent,
        closes_at=closes,
        why=(*_why_extended(extended, further.days), *rules.why),
    )


def _moved_to(deadline: Deadline, extension: Extension, zone: ZoneInfo) -> datetime:
    if extension.due_at is not None:
        return extension.due_at
    if not extension.extra_days:
        return deadline.due_at
    return moved(deadline.due_at, timedelta(days=extension.extra_days), zone)


def _why_extended(extended: bool, days: int) -> Iterable[str]:
    if not extended:
        return []
    if days < 1:
        return [_("Extended for you")]
    return [
        ngettext("Extended by %(number)d day for you", "Extended by %(number)d days for you", days)
        % {"number": days}
    ]


def _why_attempts(extra: int) -> tuple[str, ...]:
    if not extra:
        return ()
    words = ngettext("%(number)d more attempt for you", "%(number)d more attempts for you", extra)
    return (words % {"number": extra},)
