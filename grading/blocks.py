"""A run of one block of a lesson, in place: a try, whose files are the lesson's blocks.

How this works: the course keeps the blocks of a lesson as the files of a row that no list shows
(`course.load_blocks`). To run block 3 is to send all of them, as the reader has them on the page, with
scratch code that runs the first two unseen and then the third (`grading.inside.blocks`). So turns,
limits, live output, figures and the sweep are those of every run; no attempt, no grade and no progress
come of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from course.blocks import PROMISES, file_of_block
from course.models import Exercise, Lesson
from grading.access import submission_for
from grading.health import Sighting, last_sighting
from grading.models import Submission
from grading.panel import Panel
from grading.submit import SubmissionRefused, submit
from grading.verdict import Verdict, words_of_try

_SCRATCH = "from solution import run\nrun({number})\n"


@dataclass(frozen=True)
class BlockRun:
    """What stands below a block: a run of it, or why there is none (`refused`)."""

    number: int
    exercise: Exercise
    submission: Submission | None = None
    refused: str = ""
    status: int = 200
    retry_after: int | None = None

    @cached_property
    def panel(self) -> Panel | None:
        return Panel(self.submission) if self.submission else None

    @cached_property
    def sighting(self) -> Sighting:
        return last_sighting()

    @property
    def environment_missing(self) -> bool:
        return self.sighting.lacks(self.exercise.environment)

    @property
    def said(self) -> str:
        """How it stands, in a sentence."""
        made = self.submission
        if made is None:
            return self.refused
        if made.state == Submission.State.SUPERSEDED:
            return _("Replaced by a later run.")
        if made.verdict == Verdict.PASSED:
            used = made.used
            seconds = f"{used.wall_ms / 1000:.2f}" if used else ""
            return _("Ran for %(seconds)s s.") % {"seconds": seconds} if seconds else _("Ran.")
        words = words_of_try(made.status)
        return f"{words.name}. {words.sentence} {words.next_step}" if made.ended else f"{words.name}."

    @property
    def written(self) -> Mapping[str, str]:
        """The blocks as their reader had them."""
        return self.submission.files if self.submission else {}


def blocks_of(lesson: Lesson, number: int) -> Exercise:
    """The row of the lesson's blocks; Http404 where there is no such block."""
    row = lesson.exercises.current().filter(kind=Exercise.Kind.BLOCKS).first()
    if row is None or file_of_block(number) not in row.paths:
        raise Http404
    row.lesson = lesson
    found: Exercise = row
    return found


def run_block(user: User, exercise: Exercise, number: int, written: Mapping[str, str]) -> BlockRun:
    """Send it to be run. `written`: the blocks as on the page, by their names; others are the author's."""
    program = files("grading.inside").joinpath("blocks.py").read_text(encoding="utf-8")
    codes = {path: written.get(path, text) for path, text in exercise.starter.items() if path != PROMISES}
    codes[PROMISES] = f"{program}\n{exercise.starter[PROMISES]}"
    scratch = _SCRATCH.format(number=number)
    try:
        made = submit(user, exercise, codes, purpose=Submission.Purpose.RUN, scratch=scratch)
    except SubmissionRefused as refusal:
        status = 429 if refusal.retry_after is not None else 413 if refusal.too_large else 422
        return BlockRun(number, exercise, None, str(refusal), status, refusal.retry_after)
    return BlockRun(number, exercise, made)


def run_for(user: User, exercise: Exercise, number: int, run: UUID) -> BlockRun:
    """The person's own run of that block; Http404 where it is another's, or of another block."""
    found = submission_for(user, run)
    own = found.user_id == user.pk and found.exercise_id == exercise.pk
    if not own or found.scratch != _SCRATCH.format(number=number):
        raise Http404
    return BlockRun(number, exercise, found)
