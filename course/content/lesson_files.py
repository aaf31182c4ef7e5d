"""Reads a lesson's folder: the text, the quiz, the pictures, the exercises."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from course.content.exercise_files import Settings, read_exercise
from course.content.matter import LessonMatter
from course.content.quiz_matter import AnyQuestion
from course.content.reader import Reader, digest_of
from course.content.shape import (
    ExerciseContent,
    Files,
    LessonContent,
    ObjectiveContent,
    QuestionContent,
    QuestionMatter,
    SourceLink,
)
from course.content.variant_files import with_variants

Quiz: TypeAdapter[list[QuestionMatter]] = TypeAdapter(list[AnyQuestion])


def read_lesson(
    reader: Reader, folder: Path, number: int, slug: str, settings: Settings, data_files: Mapping[str, str]
) -> LessonContent | None:
    """The lesson in a folder; None where its front matter cannot be read."""
    read = reader.matter(folder / "lesson.md", LessonMatter)
    questions = _questions(reader, folder / "quiz.yaml")
    pictures = _pictures(reader, folder)
    inner = settings.under(read[0]) if read else settings
    exercises = _exercises(reader, folder, inner, read[0].level if read else 1, data_files)
    if read is None:
        return None
    matter, page = read
    return LessonContent(
        slug=slug,
        number=number,
        title=matter.title,
        promise=matter.promise,
        teaches=tuple(matter.teaches),
        needs=tuple(matter.needs),
        objectives=tuple(ObjectiveContent(item.text, tuple(item.assessed)) for item in matter.objectives),
        level=matter.level,
        minutes_read=matter.minutes.read,
        minutes_exercise=matter.minutes.exercise,
        minutes_quiz=matter.minutes.quiz,
        environment=inner.environment,
        tools=tuple(matter.tools),
        reviewed=matter.reviewed,
        sources=tuple(SourceLink(item.title, item.url) for item in matter.sources),
        body=page.body,
        exercises=exercises,
        questions=questions,
        pictures=pictures,
        content_hash=reader.digest(folder),
        formerly=matter.formerly,
        folder=folder,
        source=page.source,
    )


def _questions(reader: Reader, path: Path) -> tuple[QuestionContent, ...]:
    read = reader.yaml(path, Quiz)
    if read is None:
        return ()
    matters, source = read
    return tuple(
        QuestionContent(matter.id, number, matter, digest_of(matter.model_dump()), source)
        for number, matter in enumerate(matters, start=1)
    )


def _pictures(reader: Reader, folder: Path) -> Files:
    """Name without .svg → text of every picture of the lesson."""
    return {path.stem: reader.text(path) or "" for path in sorted(folder.glob("*.svg"))}


def _exercises(
    reader: Reader, folder: Path, settings: Settings, level: int, data_files: Mapping[str, str]
) -> tuple[ExerciseContent, ...]:
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".")):
            continue
        if path.is_dir() and (path / "task.md").exists():
            exercise = read_exercise(reader, path, settings, level, data_files)
            found.append(with_variants(reader, exercise, data_files))
        elif path.is_dir():
            reader.problem(path, "this folder has no task.md: write one, or remove the folder.")
        elif path.name not in ("lesson.md", "quiz.yaml") and path.suffix not in (".svg", ".py"):
            reader.problem(path, "a lesson has no such file: remove it, or correct its name.")
    return tuple(sorted(filter(None, found), key=lambda exercise: exercise.number))
