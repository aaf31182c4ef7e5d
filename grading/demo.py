"""What the demo accounts sent and read, from files; graded for real, like everybody's.

The files lie in `demo/` beside the course; the first of them says what may stand there.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import dropwhile
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from accounts.models import User
from course.content import ExerciseContent
from course.models import Exercise, Lesson
from course.progress import mark_read
from grading.models import Review, Submission
from grading.review import review
from grading.submit import submit

LOOK_EVERY_S = 0.2
BULK = Submission.Queue.BULK  # nobody waits, and none replaces another


class DemoError(Exception):
    """A file of the demo cannot be used; the text begins with its path."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DemoReview(_Strict):
    by: str
    decision: Literal["comment", "reviewed", "changes"]
    comment: str
    score: int | None = None
    score_reason: str = ""


class DemoSubmission(_Strict):
    exercise: str
    version: str | None = None
    code: str | None = None
    review: DemoReview | None = None

    @model_validator(mode="after")
    def _one_text(self) -> DemoSubmission:
        if (self.version is None) == (self.code is None):
            raise ValueError("say either `version` or `code`")
        return self


class Demo(_Strict):
    learner: str
    read: list[str] = []
    submissions: list[DemoSubmission]


def read_demo(folder: Path) -> list[Demo]:
    """Every file of the folder, in order of their names; DemoError where one is wrong."""
    return [_read(path) for path in sorted(folder.glob("*.yaml"))]


def _read(path: Path) -> Demo:
    try:
        return Demo.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise DemoError(f"{path}: {error}") from error


def send(demo: Demo, contents: dict[str, ExerciseContent]) -> Iterator[tuple[Submission, DemoReview | None]]:
    """Submit what is not there yet. DemoError where an exercise or a version does not exist."""
    learner = User.objects.get(email=demo.learner)
    for lesson in Lesson.objects.filter(slug__in=demo.read).select_related("week"):
        mark_read(learner, lesson)
    for wanted in demo.submissions:
        files = _files(wanted, contents)
        exercise = Exercise.objects.get(slug=wanted.exercise)
        there = [
            sent
            for sent in Submission.objects.attempts().filter(user=learner, exercise=exercise)
            if sent.files == files
        ]
        yield (there[0] if there else submit(learner, exercise, files, BULK)), wanted.review


def _files(wanted: DemoSubmission, contents: dict[str, ExerciseContent]) -> dict[str, str]:
    exercise = contents.get(wanted.exercise)
    if exercise is None:
        raise DemoError(f"the demo names the exercise {wanted.exercise}, which does not exist")
    if wanted.code is not None:
        return {exercise.paths[0]: wanted.code}
    versions = {f"wrong/{wrong.slug}": _without_header(wrong.files) for wrong in exercise.wrong}
    versions |= {
        "starter": dict(exercise.starter),
        "solution": dict(exercise.solution),
        "alternative": dict(exercise.alternative),
    }
    if wanted.version is None or wanted.version not in versions:
        raise DemoError(f"the demo names {wanted.exercise}/{wanted.version}, which does not exist")
    return versions[wanted.version]


def _without_header(files: Mapping[str, str]) -> dict[str, str]:
    """A wrong solution as a learner would send it: the lines that say what must happen are its author's."""
    (main, text), *others = files.items()
    lines = dropwhile(lambda line: line.startswith("#"), text.splitlines(keepends=True))
    return {main: "".join(lines), **dict(others)}


def wait_for(submissions: Iterable[Submission], seconds: float) -> bool:
    """Whether all of them are done in time; somebody else grades them."""
    keys = [submission.pk for submission in submissions]
    until = time.monotonic() + seconds
    while Submission.objects.filter(pk__in=keys).in_progress().exists():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def add_review(submission: Submission, said: DemoReview) -> None:
    """Add the review that belongs to a submission, unless somebody has reviewed it already."""
    if Review.objects.filter(submission=submission).exists():
        return
    reviewer = User.objects.get(email=said.by)
    words = said.model_dump(exclude={"by"})
    review(submission, reviewer, **words)
