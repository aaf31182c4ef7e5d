"""The first step of a submission: a durable row, before anything runs.

`submit` is the only way in: the page, the demo and every other door call it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Exercise
from grading.bell import ring
from grading.models import Submission

SCRATCH = "scratch.py"
FILE_LIMIT = 128 * 1024
TOTAL_LIMIT = 256 * 1024
DOUBLE_CLICK = timedelta(seconds=1)


class SubmissionRefused(Exception):
    """What was sent cannot be a submission. The text tells the learner what to change."""

    def __init__(self, sentence: str, *, too_large: bool = False) -> None:
        super().__init__(sentence)
        self.too_large = too_large


def submit(
    user: User,
    exercise: Exercise,
    files: Mapping[str, str],
    queue: str = Submission.Queue.INTERACTIVE,
    *,
    purpose: str = Submission.Purpose.SUBMIT,
    scratch: str = "",
) -> Submission:
    """Save a submission and ring for a worker; SubmissionRefused where it cannot be one.

    `files` is path → text, exactly the exercise's paths. The same text again within a second is a
    double click, and gives the same row. `scratch` is kept with it, and run where the purpose is a try.
    """
    kept = _accepted(exercise, files)
    scratch = _accepted_text(SCRATCH, scratch)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two clicks at once come one after the other
        twin = _just_sent(user, exercise)
        if twin and (twin.purpose, twin.files, twin.scratch) == (purpose, kept, scratch):
            return twin
        submission = Submission.objects.create(
            user=user,
            exercise=exercise,
            files=kept,
            scratch=scratch,
            purpose=purpose,
            queue=queue,
            seed=secrets.randbits(32),
            content_hash=exercise.content_hash,
        )
        transaction.on_commit(partial(ring, queue))
    return submission


def _accepted(exercise: Exercise, files: Mapping[str, str]) -> dict[str, str]:
    """The files as they are stored, in the exercise's order and with Unix line ends."""
    if set(files) != set(exercise.paths):
        raise SubmissionRefused(
            _("This exercise takes exactly %(expected)s; what came was %(got)s.")
            % {"expected": ", ".join(exercise.paths), "got": ", ".join(sorted(files)) or _("nothing")}
        )
    kept = {path: _accepted_text(path, files[path]) for path in exercise.paths}
    total = sum(len(text.encode()) for text in kept.values())
    if total > TOTAL_LIMIT:
        raise SubmissionRefused(
            _("Your files hold %(size)d kB together; a submission may hold %(limit)d kB.")
            % {"size": total // 1024, "limit": TOTAL_LIMIT // 1024},
            too_large=True,
        )
    return kept


def _accepted_text(path: str, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise SubmissionRefused(
            _("Line %(line)d of %(path)s holds half a character. Remove it and submit again.")
            % {"line": line, "path": path}
        ) from error
    if size > FILE_LIMIT:
        raise SubmissionRefused(
            _("%(path)s is %(size)d kB; a file may hold %(limit)d kB. Remove what is not needed.")
            % {"path": path, "size": size // 1024, "limit": FILE_LIMIT // 1024},
            too_large=True,
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SubmissionRefused(
            _(
                "Line %(line)d of %(path)s holds a NUL character, which Python does not read. "
                "It is shown as ␀ below: remove it and submit again."
            )
            % {"line": line, "path": path}
        )
    return text


def _just_sent(user: User, exercise: Exercise) -> Submission | None:
    sent = Submission.objects.of_the_learner().filter(user=user, exercise=exercise)
    return sent.filter(created_at__gt=timezone.now() - DOUBLE_CLICK).first()
