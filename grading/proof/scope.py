"""What to prove: everything, or what one word or path names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from course.content import CourseContent, ExerciseContent, LessonContent, Problem


class NothingToProve(Exception):
    """No part of the course has that name; the text says which are near."""


@dataclass(frozen=True)
class Scope:
    lessons: list[LessonContent]
    exercises: list[ExerciseContent]
    folders: list[Path]

    def covers(self, problem: Problem) -> bool:
        """Whether the problem lies in a file of this part of the course."""
        return any(problem.path.is_relative_to(folder) for folder in self.folders)

    def within(self, environment: str) -> Scope:
        """What of it runs in that environment; its files are all of them still looked at."""
        lessons = [lesson for lesson in self.lessons if lesson.environment == environment]
        exercises = [exercise for exercise in self.exercises if exercise.environment == environment]
        return replace(self, lessons=lessons, exercises=exercises)


def scope_of(course: CourseContent, what: str = "") -> Scope:
    """The part that `what` names: week01, a module, lesson or exercise by slug, a folder; "" for all."""
    if not what:
        every_lesson = [lesson for _, _, lesson in course.lessons()]
        return Scope(every_lesson, [exercise for _, exercise in course.exercises()], [course.root])
    week = re.fullmatch(r"week0*(\d+)", what)
    path = Path(what).resolve()
    lessons: list[LessonContent] = []
    exercises: list[ExerciseContent] = []
    folders: list[Path] = []
    for module, in_week, lesson in course.lessons():
        every = [one for exercise in lesson.exercises for one in (exercise, *exercise.variants)]
        names = {module.slug, in_week.slug, lesson.slug}
        named = what in names or (week is not None and int(week[1]) == in_week.number)
        if named or lesson.folder.resolve().is_relative_to(path):
            lessons.append(lesson)
            exercises += every
            folders.append(lesson.folder)
            continue
        picked = [one for one in every if what in _names_of(one) or one.folder.resolve().is_relative_to(path)]
        exercises += picked
        folders += [one.folder for one in picked]
    if not folders:
        raise NothingToProve(_not_found(what, _names(course)))
    return Scope(lessons, exercises, folders)


def _names_of(exercise: ExerciseContent) -> set[str]:
    """Its slug, and that of the exercise it is a variant of: who proves that proves both."""
    return {exercise.slug} | ({exercise.variant_of.slug} if exercise.variant_of else set())


def _names(course: CourseContent) -> Iterable[str]:
    for module, week in course.weeks():
        yield from (module.slug, f"week{week.number:02}")
    for lesson, exercise in course.exercises():
        yield from (lesson.slug, exercise.slug)


def _not_found(what: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(what, sorted(set(names)), n=3)
    hint = (
        f" Did you mean {' or '.join(near)}?" if near else " Name a week (week01), a lesson or an exercise."
    )
    return f"Nothing written is called {what}.{hint}"
