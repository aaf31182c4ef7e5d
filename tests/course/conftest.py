"""The tiny course, loaded: two written lessons, three planned, two exercises, nine questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.content import CourseContent, read_course
from course.load import load

TINY = Path(__file__).resolve().parent.parent / "tiny_course"
FIRST = "/docs/basics/week1/counting-lines/"
SECOND = "/docs/basics/week2/top-paths/"


@pytest.fixture(scope="session")
def tiny_content() -> CourseContent:
    return read_course(TINY)


@pytest.fixture
def tiny(course, tiny_content):
    """The course's row, after `tests/tiny_course` was loaded."""
    load(tiny_content)
    course.refresh_from_db()
    return course
