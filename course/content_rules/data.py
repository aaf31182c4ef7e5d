"""Rules about the data sets, and about the size of everything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from course.content import CourseContent, Problem

LARGEST_FILE = 5_000_000


def data_matches_its_checksum(course: CourseContent) -> Iterator[Problem]:
    """Every file of a data set is the one that the manifest names, and none is unnamed."""
    folder = course.root / "data"
    manifest = folder / "MANIFEST.sha256"
    for name, digest in sorted(course.data_files.items()):
        path = folder / name
        if not path.is_file():
            yield Problem(manifest, 1, f"data/{name} is not there: make it, or remove its line.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield Problem(path, 1, "the file is not the one in MANIFEST.sha256: make it again.")
    for path in sorted(folder.glob("*/**/*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in course.data_files and not name.startswith(("_", ".")):
            yield Problem(path, 1, "MANIFEST.sha256 does not name this file: add its line.")


def data_sets_exist(course: CourseContent) -> Iterator[Problem]:
    """The data sets that an exercise mounts are there."""
    known = {name.partition("/")[0] for name in course.data_files}
    for _, exercise in course.exercises():
        for place, name in enumerate(exercise.data):
            if name not in known:
                sentence = (
                    f"there is no data set `{name}` in data/MANIFEST.sha256: add it, or correct the name."
                )
                yield exercise.source.problem(sentence, "data", place)


def files_are_small(course: CourseContent) -> Iterator[Problem]:
    """No file of the course is over 5 MB."""
    for path in sorted(course.root.rglob("*")):
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            size = path.stat().st_size / 1e6
            yield Problem(path, 1, f"this file has {size:.1f} MB, over 5: use fewer rows or rounded values.")
