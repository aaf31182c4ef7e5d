"""The heat map of the weeks: where to draw what. The drawing is in `templates/grading/dashboard.html`.

How this works: each module is a small drawing of its own, so that they can stand beside or below each
other; a week is a column in it and a link. Mastery (exercises passed and questions right) is a square
with its percent in it, reading a bar below: two shapes, so that colour never says anything alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from course.models import Module, Question, QuizAnswer
from course.progress import WeekStanding

MASTERY_RULE = gettext_lazy(
    "Mastery: of a week’s exercises and questions, the share that you have passed or answered right. An "
    "exercise stays passed; a question counts by your latest answer. Optional exercises do not count. "
    "Reading is drawn apart and adds nothing to it."
)
COLUMN, GAP = 36, 4
STEPS = (1, 34, 67, 100)
"""From which percent on the square has the next deeper tint."""


@dataclass(frozen=True)
class Questions:
    """How many questions a week has, and how many of them somebody answered right at last."""

    right: int = 0
    total: int = 0


@dataclass(frozen=True)
class HeatCell:
    """One week, or the capstone's two: a column of the drawing; lengths in pixels."""

    standing: WeekStanding
    questions: Questions
    x: int
    width: int
    now: bool

    @property
    def half(self) -> int:
        """The middle, from its own left."""
        return self.width // 2

    @property
    def planned(self) -> bool:
        return self.standing.lessons.total == 0

    @property
    def percent(self) -> int:
        """Of its exercises and questions; 100 only where not one is missing."""
        exercises = self.standing.exercises
        total = exercises.total + self.questions.total
        return 100 * min(exercises.done + self.questions.right, total) // total if total else 0

    @property
    def level(self) -> int:
        """Which tint the square has: 0 for none, to 4 for all."""
        return sum(self.percent >= step for step in STEPS)

    @property
    def read_width(self) -> int:
        read = self.standing.read
        return self.width * min(read.done, read.total) // read.total if read.total else 0

    @property
    def numbers(self) -> str:
        week = self.standing.week
        return str(week.number) if week.number == week.last_number else f"{week.number}–{week.last_number}"

    @property
    def name(self) -> str:
        """All that the column shows, as the name of its link."""
        week, standing = self.standing.week, self.standing
        if self.planned:
            said = _("planned, nothing is written yet")
        else:
            said = _(
                "%(passed)d of %(exercises)d exercises passed, %(right)d of %(questions)d questions right, "
                "%(read)d of %(lessons)d lessons read"
            ) % {
                "passed": standing.exercises.done,
                "exercises": standing.exercises.total,
                "right": self.questions.right,
                "questions": self.questions.total,
                "read": standing.read.done,
                "lessons": standing.read.total,
            }
        name = _("%(when)s, %(title)s: %(said)s") % {"when": week.when, "title": week, "said": said}
        return _("%(name)s. Your cohort is here.") % {"name": name} if self.now else name


@dataclass(frozen=True)
class HeatModule:
    module: Module
    cells: list[HeatCell]

    @property
    def width(self) -> int:
        return self.cells[-1].x + self.cells[-1].width


@dataclass(frozen=True)
class HeatMap:
    modules: list[HeatModule]

    rule = MASTERY_RULE

    @property
    def cells(self) -> list[HeatCell]:
        return [cell for module in self.modules for cell in module.cells]


def questions_by_week(user: User) -> dict[int, Questions]:
    """The questions of each week that has some, by its id. Two queries."""
    asked = Question.objects.current().filter(lesson__retired_at=None).order_by()
    totals = dict(asked.values_list("lesson__week").annotate(Count("pk")))
    answers = QuizAnswer.objects.filter(
        user=user, correct=True, question__retired_at=None, question__lesson__retired_at=None
    )
    rights = dict(answers.values_list("question__lesson__week").annotate(Count("pk")))
    return {week: Questions(rights.get(week, 0), total) for week, total in totals.items()}


def heatmap(weeks: Sequence[WeekStanding], questions: Mapping[int, Questions], now: int = 0) -> HeatMap:
    """Lay out the weeks of `week_progress`; `now` is the week that the cohort is in, 0 for none."""
    modules: list[HeatModule] = []
    for _key, group in groupby(weeks, lambda standing: standing.week.module_id):
        cells: list[HeatCell] = []
        x = 0
        for standing in group:
            week = standing.week
            width = (week.last_number - week.number + 1) * (COLUMN + GAP) - GAP
            here = week.number <= now <= week.last_number
            cells.append(HeatCell(standing, questions.get(week.pk, Questions()), x, width, here))
            x += width + GAP
        modules.append(HeatModule(cells[0].standing.week.module, cells))
    return HeatMap(modules)
