"""Which version of the checks grades a submission: the one that was there when it was sent.

Loading the course changes no verdict under way: what its author saw is what grades it, and a new
version reaches earlier submissions as a regrade only. There is one exception. Data sets lie on disk
as they are today, so a version whose data have changed cannot be run any more; today's is pinned then,
as it is for rows that were made without one. The row says which it was, before anything runs.
"""

from __future__ import annotations

from course.models import ExerciseVersion
from course.versions import version_of
from grading.models import Submission


def pin(submission: Submission) -> bool:
    """Give a claimed submission the version that will grade it; False where the claim is stale."""
    if submission.version is not None and _can_be_run(submission.version, submission):
        return True
    version = version_of(submission.exercise)
    submission.version, submission.content_hash = version, version.content_hash
    pinned = Submission.objects.held(submission).update(version=version, content_hash=version.content_hash)
    return pinned == 1


def _can_be_run(version: ExerciseVersion, submission: Submission) -> bool:
    today = submission.exercise
    if not version.data or version.content_hash == today.content_hash:
        return True
    same: bool = version.data_files == version_of(today).data_files
    return same
