"""The course from above, with how far somebody is: what the syllabus, a module and a week show.

Two queries for the course, two more for a person, however much is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from django.db.models import Q

from accounts.models import User
from course.models import Lesson, LessonProgress, Module, Resource, Week
from course.models.content import name_of_weeks
from course.progress import WeekStanding, week_progress

SIGNS = {"planned": "circle-dashed", "open": "circle", "begun": "circle-dot", "done": "circle-check"}

Content = TypeVar("Content", Module, Week)


@dataclass(frozen=True)
class LessonLine:
    lesson: Lesson
    progress: LessonProgress | None

    @property
    def state(self) -> str:
        """A key of SIGNS: how far somebody is with it."""
        if self.lesson.planned:
            return "planned"
        if self.progress is None:
            return "open"
        return "done" if self.progress.done_at else "begun"

    @property
    def sign(self) -> str:
        return SIGNS[self.state]


@dataclass(frozen=True)
class WeekPart:
    week: Week
    lessons: list[LessonLine]
    standing: WeekStanding | None

    @property
    def planned(self) -> bool:
        """Whether nothing of it is written yet."""
        return all(line.lesson.planned for line in self.lessons)

    @property
    def next_line(self) -> LessonLine | None:
        """The first lesson that can be done and is not."""
        return next((line for line in self.lessons if line.state in ("open", "begun")), None)


@dataclass(frozen=True)
class ModulePart:
    module: Module
    weeks: list[WeekPart]

    @property
    def when(self) -> str:
        return name_of_weeks(self.weeks[0].week.number, self.weeks[-1].week.last_number)


@dataclass(frozen=True)
class Size:
    """How much the course is: weeks and topics as planned, lessons and exercises as written."""

    weeks: int
    topics: int
    lessons: int
    exercises: int


@dataclass(frozen=True)
class ResourceGroup:
    """A list of the syllabus; tools come in named groups, the others in one without a name."""

    kind: Resource.Kind
    groups: list[tuple[str, list[Resource]]]


def outline_of(user: User | None, only: Q | None = None) -> list[ModulePart]:
    """Modules with their weeks and lessons, in order; `only` selects weeks."""
    standings = {standing.week.pk: standing for standing in week_progress(user)} if user else {}
    weeks = list(Week.objects.current().filter(only or Q()).select_related("module"))
    lessons = _lessons_by_week(user, weeks)
    parts = [WeekPart(week, lessons[week.pk], standings.get(week.pk)) for week in weeks]
    return [
        ModulePart(weeks_of_module[0].week.module, weeks_of_module)
        for weeks_of_module in (list(group) for _, group in groupby(parts, lambda part: part.week.module_id))
    ]


def size_of(parts: list[ModulePart]) -> Size:
    """Of an outline that was read; no query."""
    weeks = [part for module in parts for part in module.weeks]
    return Size(
        weeks=sum(part.week.last_number - part.week.number + 1 for part in weeks),
        topics=sum(len(part.lessons) for part in weeks),
        lessons=sum(part.week.lesson_total for part in weeks),
        exercises=sum(part.week.exercise_total for part in weeks),
    )


def neighbours(row: Content, rows: Iterable[Content]) -> tuple[Content | None, Content | None]:
    """What comes before and after the row in the course; None at its ends. One query."""
    known = list(rows)
    place = known.index(row)
    return (known[place - 1] if place else None, known[place + 1] if place + 1 < len(known) else None)


def _lessons_by_week(user: User | None, weeks: list[Week]) -> dict[int, list[LessonLine]]:
    known = {week.pk: week for week in weeks}
    rows = {row.lesson_id: row for row in LessonProgress.objects.filter(user=user)} if user else {}
    lines: dict[int, list[LessonLine]] = defaultdict(list)
    for lesson in Lesson.objects.current().filter(week__in=known).defer("body_html", "contents"):
        lesson.week = known[lesson.week_id]
        lines[lesson.week_id].append(LessonLine(lesson, rows.get(lesson.pk)))
    return lines


def resources() -> list[ResourceGroup]:
    """The syllabus's own lists, in its order."""
    rows = sorted(Resource.objects.all(), key=lambda row: (_KINDS.index(row.kind), row.number))
    return [
        ResourceGroup(
            Resource.Kind(kind),
            [(name, list(group)) for name, group in groupby(of_kind, lambda row: row.group)],
        )
        for kind, of_kind in groupby(rows, lambda row: row.kind)
    ]


_KINDS: list[str] = list(Resource.Kind)
