"""What a course is, once its files are read: plain, frozen values with the place each came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from course.content.matter import Concept, ResourcesMatter, Words
from course.content.problems import Source
from course.content.quiz_matter import Match, Multi, Numeric, Order, Output, Single, SpotTheLine

Files = Mapping[str, str]
QuestionMatter = Single | Multi | Output | SpotTheLine | Numeric | Order | Match


@dataclass(frozen=True)
class CheckContent:
    """One check of tests.py, as pytest will name it. `title` is its docstring's first line."""

    name: str
    title: str
    hidden: bool
    line: int

    @property
    def function(self) -> str:
        """The test function: the name without the case of a parametrised test."""
        return self.name.partition("[")[0]


@dataclass(frozen=True)
class HintContent:
    """Hints for a group of checks, in Markdown, gentlest first. `lines`: where each begins in its file."""

    checks: tuple[str, ...]
    levels: tuple[str, ...]
    line: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Expectation:
    """How a wrong solution must end. `names`: the failing checks, or the exception it crashes with."""

    kind: Literal["fails", "crashes", "too-slow", "out-of-memory"]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrongContent:
    slug: str
    files: Files
    expects: Expectation
    shows: str
    misconception: str
    explain: str
    source: Source = field(compare=False)


@dataclass(frozen=True)
class ExerciseContent:
    """An exercise. Its files are path → text as a submission has them, the main one first."""

    slug: str
    number: int
    title: str
    optional: bool
    level: int
    minutes: int
    points: int
    environment: str
    limits: Mapping[str, float]
    data: tuple[str, ...]
    permissions: tuple[str, ...]
    task: str
    starter: Files
    solution: Files
    alternative: Files
    tests: str
    checks: tuple[CheckContent, ...]
    hints: tuple[HintContent, ...]
    wrong: tuple[WrongContent, ...]
    formerly: str | None
    folder: Path = field(compare=False)
    source: Source = field(compare=False)
    hints_source: Source = field(compare=False)
    declared_files: bool = False
    content_hash: str = ""
    variants: tuple[ExerciseContent, ...] = ()
    variant_of: ExerciseContent | None = field(default=None, compare=False)
    """The exercise that this one asks anew; what it does not say is said there."""

    def path_of(self, name: str) -> Path:
        """Where a file of the exercise lies: a variant holds only what differs."""
        own = self.folder / name
        return own if self.variant_of is None or own.exists() else self.variant_of.path_of(name)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.starter)

    @property
    def tests_path(self) -> Path:
        return self.path_of("tests.py")

    def path_of_part(self, part: str) -> Path:
        """The main file of starter, solution or alternative."""
        return self.path_of(f"{part}/{self.paths[0]}" if self.declared_files else f"{part}.py")


@dataclass(frozen=True)
class QuestionContent:
    """A question of a quiz. `matter` holds what its kind needs."""

    slug: str
    number: int
    matter: QuestionMatter
    content_hash: str
    source: Source = field(compare=False)

    @property
    def kind(self) -> str:
        return self.matter.kind

    @property
    def key(self) -> int:
        """Its place in quiz.yaml, as `Source.at` wants it."""
        return self.number - 1


@dataclass(frozen=True)
class ObjectiveContent:
    text: str
    assessed: tuple[str, ...]


@dataclass(frozen=True)
class SourceLink:
    title: str
    url: str


@dataclass(frozen=True)
class LessonContent:
    slug: str
    number: int
    title: str
    promise: str
    teaches: tuple[str, ...]
    needs: tuple[str, ...]
    objectives: tuple[ObjectiveContent, ...]
    level: int
    minutes_read: int
    minutes_exercise: int
    minutes_quiz: int
    environment: str
    tools: tuple[str, ...]
    reviewed: date
    sources: tuple[SourceLink, ...]
    body: str
    exercises: tuple[ExerciseContent, ...]
    questions: tuple[QuestionContent, ...]
    pictures: Files
    content_hash: str
    formerly: str | None
    folder: Path = field(compare=False)
    source: Source = field(compare=False)


@dataclass(frozen=True)
class PlannedContent:
    """A topic of the syllabus that has no folder yet."""

    slug: str
    number: int
    title: str
    line: int


@dataclass(frozen=True)
class WeekContent:
    slug: str
    number: int
    last_number: int
    title: str
    aim: str
    outcomes: tuple[str, ...]
    hours: int
    body: str
    lessons: tuple[LessonContent, ...]
    planned: tuple[PlannedContent, ...]
    formerly: str | None
    folder: Path = field(compare=False)
    source: Source = field(compare=False)


@dataclass(frozen=True)
class ModuleContent:
    slug: str
    number: int
    title: str
    aim: str
    outcomes: tuple[str, ...]
    capstone: bool
    body: str
    weeks: tuple[WeekContent, ...]
    formerly: str | None
    folder: Path = field(compare=False)
    source: Source = field(compare=False)


@dataclass(frozen=True)
class CourseContent:
    slug: str
    title: str
    welcome: str
    counts: Mapping[str, int]
    words: Words
    modules: tuple[ModuleContent, ...]
    resources: ResourcesMatter
    concepts: Mapping[str, Concept]
    misconceptions: Mapping[str, str]
    data_files: Mapping[str, str]
    content_hash: str
    root: Path = field(compare=False)
    source: Source = field(compare=False)
    concepts_source: Source = field(compare=False)
    misconceptions_source: Source = field(compare=False)

    def weeks(self) -> Iterator[tuple[ModuleContent, WeekContent]]:
        return ((module, week) for module in self.modules for week in module.weeks)

    def lessons(self) -> Iterator[tuple[ModuleContent, WeekContent, LessonContent]]:
        """Every written lesson, in the order of the course, with where it stands."""
        return ((module, week, lesson) for module, week in self.weeks() for lesson in week.lessons)

    def exercises(self) -> Iterator[tuple[LessonContent, ExerciseContent]]:
        """Every exercise, each followed by its variants."""
        for _, _, lesson in self.lessons():
            for exercise in lesson.exercises:
                yield lesson, exercise
                yield from ((lesson, variant) for variant in exercise.variants)
