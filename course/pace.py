"""What a cohort's plan asks for by now, and where somebody is beside it. No query.

How this works: a week of the course lasts seven days from the cohort's start (the capstone fourteen).
Its written lessons are spread evenly over its days, and the plan asks for what falls on days that are
over, in whole lessons: on the first day of a week for none of it, on the day after it for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from course.models import Week
from course.progress import WeekStanding

PACE_RULE = gettext_lazy(
    "The plan spreads the lessons of a week evenly over its days and asks for those of the days that are "
    "over, in whole lessons. It counts what is written, and every lesson you have done, in whichever week."
)


@dataclass(frozen=True)
class Plan:
    """Lessons done, asked for by now, and asked for by the end of the week that the cohort is in."""

    done: int
    asked: int
    asked_at_end: int

    rule = PACE_RULE

    @property
    def ahead(self) -> int:
        """Lessons beyond what is asked for; negative where some are missing."""
        return self.done - self.asked

    @property
    def sentence(self) -> str:
        if self.ahead > 0:
            words = ngettext(
                "You are %(number)d lesson ahead of the plan.",
                "You are %(number)d lessons ahead of the plan.",
                self.ahead,
            )
        elif self.ahead < 0:
            words = ngettext(
                "The plan is %(number)d lesson ahead of you.",
                "The plan is %(number)d lessons ahead of you.",
                -self.ahead,
            )
        else:
            return _("You are where the plan is.")
        return words % {"number": abs(self.ahead)}

    @property
    def done_percent(self) -> str:
        """How far the bar is filled, as an SVG length."""
        return self._percent(self.done)

    @property
    def asked_percent(self) -> str:
        """Where the plan's mark stands, as an SVG length."""
        return self._percent(self.asked)

    def _percent(self, lessons: int) -> str:
        whole = max(self.asked_at_end, self.done, 1)
        return f"{100 * lessons / whole:.1f}%"


def plan_of(weeks: Sequence[WeekStanding], starts_on: date, today: date) -> Plan:
    """The plan of a cohort that started on that day, and how far the person of these weeks is."""
    written = [standing.week for standing in weeks]
    return Plan(
        done=sum(standing.lessons.done for standing in weeks),
        asked=_asked(written, starts_on, today),
        asked_at_end=_asked(written, starts_on, _end_of_week(written, starts_on, today)),
    )


def _asked(weeks: Iterable[Week], starts_on: date, today: date) -> int:
    """How many lessons fall on days before `today`."""
    asked = 0
    for week in weeks:
        first, after = _days_of(week, starts_on)
        over = min(max((today - first).days, 0), (after - first).days)
        asked += week.lesson_total * over // (after - first).days
    return asked


def _end_of_week(weeks: Iterable[Week], starts_on: date, today: date) -> date:
    """The day after the week that the day is in; the day itself where it is in none."""
    ends = [after for first, after in (_days_of(week, starts_on) for week in weeks) if first <= today < after]
    return ends[0] if ends else today


def _days_of(week: Week, starts_on: date) -> tuple[date, date]:
    """The first day of the week, and the one after its last."""
    return starts_on + timedelta(weeks=week.number - 1), starts_on + timedelta(weeks=week.last_number)
