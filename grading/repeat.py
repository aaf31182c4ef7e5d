"""The same code again: answered with the verdict that it has had, without another run.

Only where another run could not say anything else: the same learner, exercise and files, the same
version of the exercise and of its libraries, and a verdict that the code alone decided (no limit of
time or memory, nothing of ours). Such a row names the first one in `same_as` and costs no attempt.
Whoever wants another run changes something, be it a comment.
"""

from __future__ import annotations

from typing import TypeVar

from django.utils import timezone

from course.progress import record_pass
from grading.grades import record_grade
from grading.health import last_sighting
from grading.models import CheckResult, Figure, Submission
from grading.verdict import DECIDED_BY_THE_CODE, Verdict

T = TypeVar("T", CheckResult, Figure)

COPIED = (
    "verdict",
    "detail",
    "seed",
    "environment_digest",
    "usage",
    "stdout",
    "stderr",
    "checks_total",
    "checks_passed",
)


def earlier_verdict(submission: Submission) -> Submission | None:
    """The attempt that has answered this one already; None where it has to be run.

    What is installed is known from the worker's last word. Where there is none, it is run.
    """
    if submission.purpose != Submission.Purpose.SUBMIT:
        return None
    health = last_sighting().health
    digest = health.environments.get(submission.exercise.environment) if health else None
    if not digest:
        return None
    return (
        Submission.objects.attempts()
        .filter(
            user=submission.user,
            exercise=submission.exercise,
            files=submission.files,
            content_hash=submission.content_hash,
            environment_digest=digest,
            verdict__in=DECIDED_BY_THE_CODE,
            same_as=None,
        )
        .first()
    )


def repeat(submission: Submission, earlier: Submission) -> None:
    """Save a new submission as done, with all that is known of the earlier one. In a transaction."""
    for field in COPIED:
        setattr(submission, field, getattr(earlier, field))
    submission.same_as = earlier
    submission.state = Submission.State.DONE
    submission.finished_at = timezone.now()
    submission.save(force_insert=True)
    CheckResult.objects.bulk_create([_of(submission, check) for check in earlier.checks.all()])
    Figure.objects.bulk_create([_of(submission, figure) for figure in earlier.figures.all()])
    record_grade(submission)
    if submission.verdict == Verdict.PASSED:
        record_pass(submission.user, submission.exercise)


def _of(submission: Submission, row: T) -> T:
    """The row as a new one of another submission."""
    row.pk, row.submission = None, submission
    return row
