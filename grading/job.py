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
    """A try is checked by the visible tests only, and runs what is on the scratch pad."""
    exercise = submission.exercise
    return Job(
        id=str(submission.pk),
        environment=exercise.environment,
        files=submission.files_in_order,
        tests=tests_of_a_try(exercise.tests) if submission.is_try else exercise.tests,
        data=exercise.data,
        limits=limits_of(exercise.limits),
        seed=submission.seed,
        permissions=permissions_of(exercise.permissions),
        scratch=submission.scratch if submission.is_try else "",
    )
