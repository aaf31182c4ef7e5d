"""What an exercise's right and wrong solutions become as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from course.content import CourseContent, ExerciseContent
from course.content.exercise_files import without_header
from course.load_rows import Changes
from course.models import Exercise, KnownSolution

FIELDS = ("position", "kind", "name", "files", "ending", "names", "shows", "belief", "explain")
Values = dict[str, object]


def load_solutions(content: CourseContent, rows: Mapping[str, Exercise], changes: Changes) -> None:
    """Replace those of each exercise whose files say something else; `rows` are the exercises by slug."""
    known: dict[int, list[Values]] = {}
    for values in KnownSolution.objects.values("exercise_id", *FIELDS):
        known.setdefault(values.pop("exercise_id"), []).append(values)
    for _lesson, exercise in content.exercises():
        row = rows[exercise.slug]
        said = list(_said(exercise, content.misconceptions))
        if known.get(row.pk, []) == said:
            continue
        KnownSolution.objects.filter(exercise=row).delete()
        KnownSolution.objects.bulk_create(KnownSolution(exercise=row, **values) for values in said)
        if row.pk in known:
            changes.note(f"solutions of {exercise.slug}: changed")


def _said(exercise: ExerciseContent, misconceptions: Mapping[str, str]) -> Iterator[Values]:
    kinds = KnownSolution.Kind
    plain: Values = {"name": "", "ending": "", "names": [], "shows": "", "belief": "", "explain": ""}
    yield {**plain, "position": 0, "kind": kinds.SOLUTION.value, "files": dict(exercise.solution)}
    yield {**plain, "position": 1, "kind": kinds.ALTERNATIVE.value, "files": dict(exercise.alternative)}
    for position, wrong in enumerate(exercise.wrong, start=2):
        main = next(iter(wrong.files))
        yield {
            "position": position,
            "kind": kinds.WRONG.value,
            "name": wrong.slug,
            "files": {**wrong.files, main: without_header(wrong.files[main])},
            "ending": wrong.expects.kind,
            "names": list(wrong.expects.names),
            "shows": wrong.shows,
            "belief": misconceptions.get(wrong.misconception, ""),
            "explain": wrong.explain,
        }
