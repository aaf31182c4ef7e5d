"""Reads the variants of an exercise: folders that hold only what differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from course.content.exercise_files import (
    Settings,
    ignored,
    parts_of,
    read_files,
    read_hints,
    read_tests,
    read_wrongs,
    refuse_unknown_files,
    verdict_hash,
)
from course.content.matter import VariantMatter
from course.content.reader import Reader
from course.content.shape import ExerciseContent, Files


def with_variants(
    reader: Reader, exercise: ExerciseContent | None, data_files: Mapping[str, str]
) -> ExerciseContent | None:
    """The exercise with what its folder `variants/` holds, in the order of their slugs."""
    if exercise is None:
        return None
    folders = list(_folders(reader, exercise.folder / "variants"))
    variants = (
        _variant(reader, folder, number, exercise, data_files)
        for number, folder in enumerate(folders, start=1)
    )
    return replace(exercise, variants=tuple(filter(None, variants)))


def _folders(reader: Reader, parent: Path) -> Iterator[Path]:
    for path in sorted(parent.iterdir()) if parent.is_dir() else ():
        if ignored(path):
            continue
        if path.is_dir():
            yield path
        else:
            reader.problem(path, "a variant is a folder with a task.md: move or remove this.")


def _variant(
    reader: Reader, folder: Path, number: int, original: ExerciseContent, data_files: Mapping[str, str]
) -> ExerciseContent | None:
    """One of them: what its folder does not hold is the original's. None where its task cannot be read."""
    declared = original.paths if original.declared_files else None
    refuse_unknown_files(reader, folder, parts_of(declared))
    read = reader.matter(folder / "task.md", VariantMatter)
    if read is None:
        return None
    matter, page = read
    settings = Settings(original.limits, original.points, original.environment).under(matter)
    permissions = original.permissions if matter.permissions is None else tuple(sorted(matter.permissions))
    variant = replace(
        original,
        slug=folder.name,
        number=number,
        title=matter.title,
        optional=True,
        level=matter.level or original.level,
        minutes=matter.minutes or original.minutes,
        points=settings.points,
        environment=settings.environment,
        limits=settings.limits,
        data=original.data if matter.data is None else tuple(matter.data),
        permissions=permissions,
        task=page.body if page.body.strip() else original.task,
        starter=_files(reader, folder, "starter", original),
        solution=_files(reader, folder, "solution", original),
        alternative=_files(reader, folder, "alternative", original),
        formerly=matter.formerly,
        folder=folder,
        source=page.source,
        variant_of=original,
    )
    variant = _with_checks(reader, folder, variant)
    return replace(variant, content_hash=verdict_hash(variant, data_files))


def _files(reader: Reader, folder: Path, part: str, original: ExerciseContent) -> Files:
    declared = original.paths if original.declared_files else None
    if not (folder / (f"{part}.py" if declared is None else part)).exists():
        given: Files = getattr(original, part)
        return given
    return read_files(reader, folder, part, declared)


def _with_checks(reader: Reader, folder: Path, variant: ExerciseContent) -> ExerciseContent:
    """With the tests, hints and wrong solutions that the folder holds."""
    if (folder / "tests.py").exists():
        tests, checks = read_tests(reader, folder / "tests.py")
        variant = replace(variant, tests=tests, checks=checks)
    if (folder / "hints.md").exists():
        hints, source = read_hints(reader, folder / "hints.md")
        variant = replace(variant, hints=hints, hints_source=source)
    if (folder / "wrong").exists():
        declared = variant.paths if variant.declared_files else None
        variant = replace(variant, wrong=tuple(read_wrongs(reader, folder / "wrong", declared)))
    return variant
