"""The first step of a submission: a durable row, before anything runs.

`submit` is the only way in: the page, the demo and every other door call it. Where a person waits
for the verdict (the interactive queue) it also keeps a script from taking everybody's turn: what
the same person sent before and still waits is replaced, code that has had its verdict is answered
with it (`grading.repeat`), and only so many rows a minute are taken.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from course.models import Exercise
from course.versions import version_of
from grading.bell import ring
from grading.credit import credit_at
from grading.grades import lock_learners
from grading.models import Submission
from grading.queue import SubmissionQuerySet
from grading.repeat import earlier_verdict, repeat

SCRATCH = "scratch.py"
FILE_LIMIT = 128 * 1024
TOTAL_LIMIT = 256 * 1024
DOUBLE_CLICK = timedelta(seconds=1)
A_MINUTE = timedelta(minutes=1)


class SubmissionRefused(Exception):
    """What was sent cannot be a submission. The text tells the learner what to change.

    `retry_after`: where nothing need be changed, the seconds after which it will be taken.
    """

    def __init__(self, sentence: str, *, too_large: bool = False, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.too_large = too_large
        self.retry_after = retry_after


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
    double click, and gives the same row. The row may be done at once: see `grading.repeat`. Nothing is
    refused for being late or one too many: it has less credit then, or none (`grading.credit`), as the
    page said before. `scratch` is kept with it, and run where the purpose is a try.
    """
    arrived = timezone.now()  # before any wait: a queue makes nobody late
    submission = Submission(
        user=user,
        exercise=exercise,
        files=_accepted(exercise, files),
        scratch=_accepted_text(SCRATCH, scratch),
        purpose=purpose,
        queue=queue,
        seed=secrets.randbits(32),
        version=version_of(exercise),
        content_hash=exercise.content_hash,
    )
    sent = Submission.objects.of_the_learner().filter(user=user, exercise=exercise, queue=queue)
    with transaction.atomic():
        lock_learners([user.pk])  # two clicks come one after the other
        submission.created_at = submission.not_before = timezone.now()  # in the order in which they came
        twin = _just_sent(sent, submission)
        if twin is not None:
            return twin
        _take(submission, sent, arrived)
    return submission


def _take(submission: Submission, sent: SubmissionQuerySet, arrived: datetime) -> None:
    """Save it, answered at once or to be graded, beside what its author `sent` before. In a transaction."""
    user, queue = submission.user, submission.queue
    somebody_waits = queue == Submission.Queue.INTERACTIVE
    if somebody_waits:
        _refuse_haste(user)
    replaces = sent.filter(purpose=submission.purpose) if somebody_waits else sent.none()
    if submission.purpose == Submission.Purpose.SUBMIT:
        credit = credit_at(arrived, user, submission.exercise, replaces=replaces)
        submission.credit_percent, submission.credit_reason = credit.percent, credit.reason
    else:
        replaces.supersede()
    earlier = earlier_verdict(submission) if somebody_waits else None
    if earlier is not None:
        repeat(submission, earlier)
        return
    submission.save(force_insert=True)
    transaction.on_commit(partial(ring, queue))


def _refuse_haste(user: User) -> None:
    """SubmissionRefused where the person has sent as many as a minute may have, tries among them."""
    limit = settings.GRADIENT_SUBMISSION_LIMIT
    if not limit:
        return
    now = timezone.now()
    people = Submission.Queue.INTERACTIVE
    # Up to now, so that rows from before a clock jumped back do not count until it is there again.
    lately = Submission.objects.filter(
        user=user, queue=people, created_at__gt=now - A_MINUTE, created_at__lte=now
    )
    first = lately.order_by("-created_at").values_list("created_at", flat=True)[limit - 1 : limit].first()
    if first is None:
        return
    seconds = max(1, math.ceil((first + A_MINUTE - now).total_seconds()))
    raise SubmissionRefused(
        ngettext(
            "You have sent your code %(limit)d times within a minute. Wait %(seconds)d second, "
            "then send this again: nothing of it is lost.",
            "You have sent your code %(limit)d times within a minute. Wait %(seconds)d seconds, "
            "then send this again: nothing of it is lost.",
            seconds,
        )
        % {"limit": limit, "seconds": seconds},
        retry_after=seconds,
    )


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


def _just_sent(sent: SubmissionQuerySet, submission: Submission) -> Submission | None:
    """What was sent a moment ago, where it was the very same."""
    now = timezone.now()
    latest = sent.filter(created_at__gt=now - DOUBLE_CLICK, created_at__lte=now).first()
    return latest if latest is not None and _what(latest) == _what(submission) else None


def _what(submission: Submission) -> tuple[str, dict[str, str], str]:
    return submission.purpose, submission.files, submission.scratch
