"""Keep what decides a verdict, so that one can be explained when the exercise has long changed.

A version is kept when the course is loaded, and where that has not happened, when somebody submits.
Both take it from one reading of the exercise's row, so its hash and its checks belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from course.models import Exercise, ExerciseVersion

DECIDES = ("tests", "paths", "environment", "limits", "permissions", "data")


def keep_versions(exercises: Iterable[Exercise], data_files: Mapping[str, str]) -> None:
    """Keep today's version of each, unless it is there. `data_files`: path below data/ → SHA-256."""
    kept = set(ExerciseVersion.objects.values_list("exercise_id", "content_hash"))
    ExerciseVersion.objects.bulk_create(
        [_made_of(one, data_files) for one in exercises if (one.pk, one.content_hash) not in kept],
        ignore_conflicts=True,  # a submission may have come first
    )


def version_of(exercise: Exercise) -> ExerciseVersion:
    """The version that this row of the exercise, as it was read, says it is."""
    named = {"exercise": exercise, "content_hash": exercise.content_hash}
    found = ExerciseVersion.objects.filter(**named).first()
    if found is None:
        ExerciseVersion.objects.bulk_create([_made_of(exercise, {})], ignore_conflicts=True)
        found = ExerciseVersion.objects.get(**named)
    return found


def changed_between(version: ExerciseVersion, exercise: Exercise) -> list[str]:
    """Which of the things that decide a verdict are others today, as attribute names of both."""
    return [name for name in DECIDES if getattr(version, name) != getattr(exercise, name)]


def _made_of(exercise: Exercise, data_files: Mapping[str, str]) -> ExerciseVersion:
    used = {path: digest for path, digest in data_files.items() if path.partition("/")[0] in exercise.data}
    decides = {name: getattr(exercise, name) for name in DECIDES}
    return ExerciseVersion(
        exercise=exercise,
        content_hash=exercise.content_hash,
        title=exercise.title,
        data_files=used,
        **decides,
    )
