"""What the runner is given for a submission."""

from __future__ import annotations

from typing import Any

import msgspec

from grading.models import Submission
from grading.permission import permissions_of
from grading.sandbox.wire import Job, Limits


def limits_of(stated: dict[str, Any]) -> Limits:
    """The limits of an exercise, from what its row or its file states; the rest are the defaults."""
    return msgspec.convert(stated, Limits)


def job_for(submission: Submission) -> Job:
    exercise = submission.exercise
    return Job(
        id=str(submission.pk),
        environment=exercise.environment,
        files=submission.files_in_order,
        tests=exercise.tests,
        data=exercise.data,
        limits=limits_of(exercise.limits),
        seed=submission.seed,
        permissions=permissions_of(exercise.permissions),
    )
