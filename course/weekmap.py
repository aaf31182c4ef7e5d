"""The picture of the 26 weeks: where to draw what. The drawing is `templates/parts/weekmap.html`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from course.progress import WeekStanding

COLUMN, GAP, BAR_HEIGHT, BAR_TOP = 28, 4, 40, 14
MODULE_GAP = 8


@dataclass(frozen=True)
class WeekBar:
    """One week, or the capstone's two, as a bar that fills from below; lengths in the SVG's units."""

    standing: WeekStanding
    x: int
    width: int
    filled: int
    state: Literal["planned", "open", "started", "done"]
    now: bool

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def fill_top(self) -> int:
        return BAR_TOP + BAR_HEIGHT - self.filled

    @property
    def numbers(self) -> str:
        week = self.standing.week
        return str(week.number) if week.number == week.last_number else f"{week.number}–{week.last_number}"


@dataclass(frozen=True)
class WeekMap:
    bars: list[WeekBar]
    width: int
    lessons_done: int
    lesson_total: int
    top: int = BAR_TOP
    bar_height: int = BAR_HEIGHT

    @property
    def label_y(self) -> int:
        return BAR_TOP + BAR_HEIGHT + 16

    @property
    def height(self) -> int:
        return self.label_y + 6


def weekmap(weeks: Sequence[WeekStanding], now: int = 0) -> WeekMap:
    """Lay out the weeks of `week_progress`; `now` is the week that the cohort is in, 0 for none."""
    bars: list[WeekBar] = []
    x, module = 0, None
    for standing in weeks:
        week = standing.week
        if module not in (None, week.module_id):
            x += MODULE_GAP
        module = week.module_id
        span = week.last_number - week.number + 1
        bars.append(_bar(standing, x, span * COLUMN + (span - 1) * GAP, now))
        x += span * (COLUMN + GAP)
    return WeekMap(
        bars,
        max(x - GAP, 1),
        lessons_done=sum(week.lessons.done for week in weeks),
        lesson_total=sum(week.lessons.total for week in weeks),
    )


def _bar(standing: WeekStanding, x: int, width: int, now: int) -> WeekBar:
    week, lessons = standing.week, standing.lessons
    state: Literal["planned", "open", "started", "done"] = "open"
    if lessons.total == 0:
        state = "planned"
    elif lessons.complete:
        state = "done"
    elif lessons.done or standing.exercises.done or standing.read.done:
        state = "started"
    share = min(lessons.done / lessons.total, 1) if lessons.total else 0
    return WeekBar(
        standing, x, width, round(BAR_HEIGHT * share), state, week.number <= now <= week.last_number
    )
