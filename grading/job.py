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
    """The job as the pinned version of the exercise has it; see `grading.pin`."""
    version = submission.version
    assert version is not None, "a submission is pinned before it is run"
    return Job(
        id=str(submission.pk),
        environment=version.environment,
        files=submission.files_by(version.paths),
        tests=version.tests,
        data=version.data,
        limits=limits_of(version.limits),
        seed=submission.seed,
        permissions=permissions_of(version.permissions),
    )
