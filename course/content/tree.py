"""Reads the folder of a course: the folder is the entry, there is no index to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from course.content.exercise_files import Settings
from course.content.lesson_files import read_lesson
from course.content.matter import Concept, CourseMatter, ModuleMatter, ResourcesMatter, Slug, Text, WeekMatter
from course.content.problems import ContentErrors, Problem
from course.content.reader import Page, Reader
from course.content.shape import CourseContent, LessonContent, ModuleContent, PlannedContent, WeekContent

_MODULE = re.compile(r"^(\d+)-([a-z0-9]+(?:-[a-z0-9]+)*)$")
_WEEK = re.compile(r"^week(\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)$")
_LESSON = re.compile(r"^(\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)$")

_LISTS = {"resources.yaml", "concepts.yaml", "misconceptions.yaml"}
_AT_ROOT = _LISTS | {"course.md", "README.md", "data", "demo"}

Concepts: TypeAdapter[dict[Slug, Concept]] = TypeAdapter(dict[Slug, Concept])
Misconceptions: TypeAdapter[dict[Slug, Text]] = TypeAdapter(dict[Slug, Text])
Resources: TypeAdapter[ResourcesMatter] = TypeAdapter(ResourcesMatter)


def read_course(root: Path) -> CourseContent:
    """The course in the folder. Raises ContentErrors, holding everything that is wrong with its files."""
    course, problems = read_what_can_be_read(root)
    if problems or course is None:
        raise ContentErrors(problems)
    return course


def read_what_can_be_read(root: Path) -> tuple[CourseContent | None, list[Problem]]:
    """The course as far as its files can be read, and what is wrong with them; for an author at work."""
    reader = Reader(root)
    return _course(reader, root), reader.problems


def _course(reader: Reader, root: Path) -> CourseContent | None:
    read = reader.matter(root / "course.md", CourseMatter)
    resources = reader.yaml(root / "resources.yaml", Resources)
    concepts = reader.yaml(root / "concepts.yaml", Concepts)
    misconceptions = reader.yaml(root / "misconceptions.yaml", Misconceptions)
    data_files = _data_files(reader, root / "data" / "MANIFEST.sha256")
    settings = Settings(limits={}).under(read[0]) if read else Settings(limits={})
    modules = tuple(
        module
        for number, slug, folder in _folders(reader, root, _MODULE, _AT_ROOT, "<number>-<slug>")
        if (module := _module(reader, folder, number, slug, settings, data_files))
    )
    if read is None or resources is None or concepts is None or misconceptions is None:
        return None
    matter, page = read
    return CourseContent(
        slug=matter.slug,
        title=matter.title,
        welcome=page.body,
        counts=matter.counts.model_dump(),
        words=matter.words,
        modules=modules,
        resources=resources[0],
        concepts=concepts[0],
        misconceptions=misconceptions[0],
        data_files=data_files,
        content_hash=reader.digest(root),
        root=root,
        source=page.source,
        concepts_source=concepts[1],
        misconceptions_source=misconceptions[1],
    )


def _module(
    reader: Reader, folder: Path, number: int, slug: str, settings: Settings, data_files: dict[str, str]
) -> ModuleContent | None:
    read = reader.matter(folder / "module.md", ModuleMatter)
    inner = settings.under(read[0]) if read else settings
    weeks = tuple(
        week
        for at, name, path in _folders(reader, folder, _WEEK, {"module.md"}, "week<NN>-<slug>")
        if (week := _week(reader, path, at, name, inner, data_files))
    )
    if read is None:
        return None
    matter, page = read
    return ModuleContent(
        slug, number, matter.title, matter.aim, tuple(matter.outcomes), matter.capstone, page.body, weeks,
        matter.formerly, folder, page.source,
    )  # fmt: skip


def _week(
    reader: Reader, folder: Path, number: int, slug: str, settings: Settings, data_files: dict[str, str]
) -> WeekContent | None:
    read = reader.matter(folder / "week.md", WeekMatter)
    inner = settings.under(read[0]) if read else settings
    lessons = tuple(
        lesson
        for at, name, path in _folders(reader, folder, _LESSON, {"week.md"}, "<NN>-<slug>")
        if (lesson := read_lesson(reader, path, at, name, inner, data_files))
    )
    if read is None:
        return None
    matter, page = read
    return WeekContent(
        slug=slug,
        number=number,
        last_number=matter.last or number,
        title=matter.title,
        aim=matter.aim,
        outcomes=tuple(matter.outcomes),
        hours=matter.hours,
        body=page.body,
        lessons=lessons,
        planned=tuple(_planned(matter, page, lessons)),
        formerly=matter.formerly,
        folder=folder,
        source=page.source,
    )


def _planned(matter: WeekMatter, page: Page, lessons: tuple[LessonContent, ...]) -> Iterator[PlannedContent]:
    number = max((lesson.number for lesson in lessons), default=0)
    for place, topic in enumerate(matter.planned):
        number = topic.number or number + 1
        yield PlannedContent(topic.slug, number, topic.title, page.source.at("planned", place))


def _folders(
    reader: Reader, parent: Path, shape: re.Pattern[str], known: set[str], described: str
) -> Iterator[tuple[int, str, Path]]:
    """The numbered folders of a folder, in order; a problem for whatever else lies there."""
    found = []
    for path in sorted(parent.iterdir()):
        if path.name in known or path.name.startswith(("_", ".")):
            continue
        match = shape.match(path.name)
        if match and path.is_dir():
            found.append((int(match[1]), match[2], path))
        else:
            reader.problem(path, f"only folders named {described} may stand here: rename or remove this.")
    return iter(sorted(found))


def _data_files(reader: Reader, manifest: Path) -> dict[str, str]:
    """Path below data/ → SHA-256, as the manifest states it."""
    if not manifest.parent.exists():
        return {}
    files: dict[str, str] = {}
    for number, line in enumerate((reader.text(manifest) or "").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if not re.fullmatch(r"[0-9a-f]{64}", digest) or "/" not in name:
            reader.problem(manifest, "write `<sha256>  <set>/<file>`, as sha256sum does.", number)
            continue
        files[name] = digest
    return files
