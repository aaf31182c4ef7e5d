"""What is due soon and not passed yet, for one person: a line for all that is due together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from course.deadline_words import Notice, notice_of
from course.deadlines import Phase, Rules, rules_for_each
from course.models import Exercise, ExercisePass, Week

SOON = timedelta(days=7)


@dataclass(frozen=True)
class DueLine:
    """Exercises of one week for which the same holds."""

    week: Week
    exercises: Sequence[Exercise]
    notice: Notice

    @property
    def only(self) -> Exercise | None:
        """The exercise, where it is one."""
        return self.exercises[0] if len(self.exercises) == 1 else None


def due_soon(user: User, now: datetime) -> list[DueLine]:
    """What this person still has to pass: due within a week, or late with credit. Five queries."""
    open_ones = _open_exercises(user)
    rules = rules_for_each(user, open_ones)
    together: dict[tuple[Rules, Week], list[Exercise]] = defaultdict(list)
    for exercise in open_ones:
        if _is_soon(rules[exercise.pk], now):
            together[rules[exercise.pk], exercise.lesson.week].append(exercise)
    lines = [
        (held.due_at or now, week.number, DueLine(week, exercises, notice_of(held, now)))
        for (held, week), exercises in together.items()
    ]
    return [line for _due, _number, line in sorted(lines, key=lambda line: line[:2])]


def _open_exercises(user: User) -> list[Exercise]:
    passed = ExercisePass.objects.filter(user=user).values("exercise_id")
    needed = Exercise.objects.current().filter(optional=False).exclude(pk__in=passed)
    return list(
        needed.select_related("lesson__week__module").only(
            "kind",
            "slug",
            "title",
            "lesson__slug",
            "lesson__week__slug",
            "lesson__week__number",
            "lesson__week__last_number",
            "lesson__week__title",
            "lesson__week__module__slug",
        )
    )


def _is_soon(rules: Rules, now: datetime) -> bool:
    if rules.due_at is None:
        return False
    match rules.phase_at(now):
        case Phase.OPEN | Phase.GRACE:
            return rules.due_at - now <= SOON
        case Phase.LATE:
            closes_soon = rules.closes_at is not None and rules.closes_at - now <= SOON
            return closes_soon or now - rules.due_at <= SOON
        case Phase.CLOSED:
            return False
