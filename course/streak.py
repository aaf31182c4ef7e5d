"""A run of learning days that forgives: from days to a number. It knows neither clock nor database.

How this works: the run is walked back from today. A day of learning lengthens it. A day without is
free, as long as no week (Monday to Sunday) has more than two of them within the run; the third ends
it. Today is no day without learning before it is over. Days that lie ahead, which a journey west can
bring about, count once they have come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FREE_DAYS = 2
"""In each week from Monday to Sunday."""
DAY = timedelta(days=1)

STREAK_RULE = gettext_lazy(
    "A day counts when you send code, answer a question, mark a lesson as read or do a review, by the clock "
    "of your time zone. Each week, Monday to Sunday, has two free days: they do not end the run, and do not "
    "lengthen it."
)
DAY_WORDS: dict[str, str | Promise] = {
    "learned": gettext_lazy("learned"),
    "off": gettext_lazy("off"),
    "open": gettext_lazy("today, still open"),
    "ahead": gettext_lazy("to come"),
}

DayState = Literal["learned", "off", "open", "ahead"]


@dataclass(frozen=True)
class DayMark:
    """One day of this week, and whether something was learned on it."""

    day: date
    state: DayState

    @property
    def word(self) -> str | Promise:
        return DAY_WORDS[self.state]


@dataclass(frozen=True)
class Streak:
    """How many days of learning the run has, and the seven days of this week."""

    days: int
    week: tuple[DayMark, ...]

    rule = STREAK_RULE

    @property
    def free_left(self) -> int:
        """Days of this week that may still go by without learning."""
        return max(0, FREE_DAYS - sum(mark.state == "off" for mark in self.week))

    @property
    def sentence(self) -> str:
        """What this week still allows, said as a fact."""
        if not self.days:
            return _("A run begins with the next thing you do. There is no bad day for it.")
        if self.free_left == FREE_DAYS:
            return _("Both free days of this week are still yours.")
        if self.free_left:
            return _("One free day of this week is still yours.")
        return _("You have taken the free days of this week.")


def streak_of(days: Iterable[date], today: date) -> Streak:
    """The run that reaches today, of the days on which somebody learned, in any order."""
    learned = {day for day in days if day <= today}
    return Streak(_length(learned, today), tuple(_marks(learned, today)))


def monday_of(day: date) -> date:
    """The Monday on which the day's week begins."""
    return day - timedelta(days=day.weekday())


def _length(learned: set[date], today: date) -> int:
    length, free = 0, Counter[date]()
    day, first = today, min(learned, default=today)
    while day >= first:
        if day in learned:
            length += 1
        elif day != today:
            free[monday_of(day)] += 1
            if free[monday_of(day)] > FREE_DAYS:
                break
        day -= DAY
    return length


def _marks(learned: set[date], today: date) -> Iterable[DayMark]:
    for number in range(7):
        day = monday_of(today) + number * DAY
        if day in learned:
            yield DayMark(day, "learned")
        elif day < today:
            yield DayMark(day, "off")
        else:
            yield DayMark(day, "open" if day == today else "ahead")
