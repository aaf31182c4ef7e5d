"""The keys that each file may have. What is not named here is refused.

`docs/content-format.md` says what each of them means.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)]
Level = Annotated[int, Field(ge=1, le=5)]
Minutes = Annotated[int, Field(ge=0, le=600)]
Environment = Annotated[str, StringConstraints(pattern=r"^(base|ops|torch|mlops|data|airflow)$")]
Permission = Literal["loopback", "subprocess"]
FileName = Annotated[str, StringConstraints(pattern=r"^[\w.][\w.-]*(/[\w.][\w.-]*)*$", max_length=100)]


def _each_once(permissions: list[Permission]) -> list[Permission]:
    for place, name in enumerate(permissions):
        if name in permissions[:place]:
            raise PydanticCustomError("twice", "{name} stands here twice: once is enough", {"name": name})
    return permissions


Permissions = Annotated[list[Permission], AfterValidator(_each_once)]


class Matter(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Limits(Matter):
    """What one run may use; names and units are those of the sandbox's wire format."""

    cpu_s: Annotated[float, Field(gt=0, le=120)] | None = None
    wall_s: Annotated[float, Field(gt=0, le=300)] | None = None
    memory_mb: Annotated[int, Field(ge=16, le=4096)] | None = None
    output_kb: Annotated[int, Field(ge=1, le=1024)] | None = None
    files_mb: Annotated[int, Field(ge=1, le=1024)] | None = None
    processes: Annotated[int, Field(ge=1, le=256)] | None = None


class Inherited(Matter):
    """Keys that hold for everything below unless it says otherwise."""

    limits: Limits | None = None
    points: Annotated[int, Field(ge=1, le=100)] | None = None
    environment: Environment | None = None


class Counts(Matter):
    modules: Annotated[int, Field(ge=1)]
    weeks: Annotated[int, Field(ge=1)]
    lessons: Annotated[int, Field(ge=1)]


class Words(Matter):
    least: Annotated[int, Field(ge=0)] = 1000
    most: Annotated[int, Field(ge=1)] = 1800


class CourseMatter(Inherited):
    slug: Slug
    title: Title
    counts: Counts
    words: Words = Words()


class ModuleMatter(Inherited):
    title: Title
    aim: Sentence
    outcomes: Annotated[list[Sentence], Field(min_length=1)]
    capstone: bool = False
    formerly: Slug | None = None


class Planned(Matter):
    slug: Slug
    title: Title
    number: Annotated[int, Field(ge=1, le=99)] | None = None


class WeekMatter(Inherited):
    title: Title
    aim: Sentence
    outcomes: Annotated[list[Sentence], Field(min_length=1)]
    hours: Annotated[int, Field(ge=1, le=100)]
    last: Annotated[int, Field(ge=1, le=99)] | None = None
    planned: list[Planned] = []
    formerly: Slug | None = None


class Objective(Matter):
    text: Sentence
    assessed: Annotated[list[Text], Field(min_length=1)]


class LessonMinutes(Matter):
    read: Minutes
    exercise: Minutes
    quiz: Minutes


class LessonSource(Matter):
    title: Sentence
    url: Address


class LessonMatter(Inherited):
    title: Title
    promise: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=110)]
    teaches: list[Slug]
    needs: list[Slug]
    objectives: Annotated[list[Objective], Field(min_length=2, max_length=5)]
    level: Level
    minutes: LessonMinutes
    tools: list[Text] = []
    reviewed: date
    sources: Annotated[list[LessonSource], Field(min_length=2, max_length=5)]
    formerly: Slug | None = None


class TaskMatter(Inherited):
    title: Title
    minutes: Annotated[int, Field(ge=1, le=600)]
    number: Annotated[int, Field(ge=1, le=99)] = 1
    level: Level | None = None
    optional: bool = False
    data: list[Slug] = []
    permissions: Permissions = []
    files: Annotated[list[FileName], Field(min_length=1, max_length=20)] | None = None
    formerly: Slug | None = None


class VariantMatter(Inherited):
    """What a variant says anew; all else is that of its exercise."""

    title: Title
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    level: Level | None = None
    data: list[Slug] | None = None
    permissions: Permissions | None = None
    formerly: Slug | None = None


class Concept(Matter):
    name: Title
    definition: Sentence
    avoid: list[Text] = []


class Book(Matter):
    title: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    by: Annotated[str, StringConstraints(max_length=120)] = ""
    url: Address | None = None


class ToolGroup(Matter):
    group: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    tools: Annotated[list[Title], Field(min_length=1)]


class ResourcesMatter(Matter):
    books: list[Book]
    courses: list[Book]
    tools: list[ToolGroup]
    labs: list[Book]
