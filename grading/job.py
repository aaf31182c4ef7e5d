"""What the runner is given for a submission."""

from __future__ import annotations

from typing import Any

import msgspec

from grading.models import Submission
from grading.permission import permissions_of
from grading.sandbox.wire import Job, Limits
from grading.visible import visible_source

# What a try checks where an exercise shows no test: that there is something to try.
IT_LOADS = '''
def test_your_file_can_be_loaded(solution):
    """Your file can be loaded"""
'''


def limits_of(stated: dict[str, Any]) -> Limits:
    """The limits of an exercise, from what its row or its file states; the rest are the defaults."""
    return msgspec.convert(stated, Limits)


def tests_of_a_try(tests: str) -> str:
    """The visible tests of an exercise, or a stand-in where it shows none."""
    return visible_source(tests) or IT_LOADS


def job_for(submission: Submission) -> Job:
    """The job as the pinned version of the exercise has it; see `grading.pin`.

    A try is checked by the visible tests only, and runs what is on the scratch pad.
    """
    version = submission.version
    assert version is not None, "a submission is pinned before it is run"
    return Job(
        id=str(submission.pk),
        environment=version.environment,
        files=submission.files_by(version.paths),
        tests=tests_of_a_try(version.tests) if submission.is_try else version.tests,
        data=version.data,
        limits=limits_of(version.limits),
        seed=submission.seed,
        permissions=permissions_of(version.permissions),
        scratch=submission.scratch if submission.is_try else "",
    )
