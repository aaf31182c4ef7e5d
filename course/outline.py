"""The course from above, with how far somebody is: what the syllabus, a module and a week show.

Two queries for the course, two more for a person, however much is written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from accounts.models import User
from course.models import Lesson, LessonProgress, Module, Resource, Week
from course.models.content import name_of_weeks
from course.progress import WeekStanding, week_progress


@dataclass(frozen=True)
class LessonLine:
    lesson: Lesson
    progress: LessonProgress | None


@dataclass(frozen=True)
class WeekPart:
    week: Week
    lessons: list[LessonLine]
    standing: WeekStanding | None


@dataclass(frozen=True)
class ModulePart:
    module: Module
    weeks: list[WeekPart]

    @property
    def when(self) -> str:
        return name_of_weeks(self.weeks[0].week.number, self.weeks[-1].week.last_number)


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
