"""When something comes back: the memory model FSRS, asked for whole days on the learner's calendar.

How this works: `fsrs` keeps for each card how long it is remembered (stability) and how hard it is, and
says in how many days the chance to remember it falls to a wanted share. It counts days between moments
in UTC. So it is told noon UTC of the day that the learner's calendar shows: an hour that is left out, or
a review at 23:50 and the next at 08:00, count as the days they are for that person. What is due is due from
the beginning of its day. Nothing is random: fuzz is off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from fsrs import Card, Rating, Scheduler

from course.wall_clock import later_moment_at

LONGEST_DAYS = 180  # the course lasts half a year: everything comes back within it


class Pace(Enum):
    """How sure one wants to be: a question takes seconds, an exercise half an hour."""

    QUESTION = 0.9
    EXERCISE = 0.7


_SCHEDULERS = {
    pace: Scheduler(
        desired_retention=pace.value,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )
    for pace in Pace
}


@dataclass(frozen=True)
class Scheduled:
    """The model's state, as it goes into a row, and the moment from which the card is due."""

    state: dict[str, Any]
    due_at: datetime


def schedule(
    state: dict[str, Any], rating: Rating, moment: datetime, zone: ZoneInfo, *, pace: Pace = Pace.QUESTION
) -> Scheduled:
    """What a review at the moment does to a card; `state` is {} for a new one.

    A miss is due on the next day, whatever the model hopes; all else when the model says.
    """
    today = moment.astimezone(zone).date()
    card = Card.from_dict(state) if state else Card(card_id=0, due=_noon(today))  # type: ignore[arg-type]  # plain JSON
    card, _log = _SCHEDULERS[pace].review_card(card, rating, _noon(today))
    days = 1 if rating is Rating.Again else (card.due.date() - today).days
    return Scheduled({**card.to_dict()}, beginning_of(today + timedelta(days=days), zone))


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins in the zone, in UTC; also where its midnight is left out."""
    return later_moment_at(datetime.combine(day, time.min), zone)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
