"""The fingerprint of a mistake: a submission that ends as a known wrong solution does.

The course's proof has run each wrong solution: its author names the checks that it fails and words
that one of their messages says. A submission with the very same is most likely the same mistake.
"""

from __future__ import annotations

from collections.abc import Sequence

from course.models import Exercise, KnownSolution
from grading.models import CheckResult, Submission
from grading.verdict import Outcome, Verdict

STOPPED = {
    KnownSolution.Ending.TOO_SLOW.value: Verdict.TOO_SLOW,
    KnownSolution.Ending.OUT_OF_MEMORY.value: Verdict.OUT_OF_MEMORY,
}
NOTHING_TO_SAY = (Verdict.PASSED, Verdict.PLATFORM_ERROR, Verdict.DOES_NOT_COMPILE)


def mistakes_of(submission: Submission, results: Sequence[CheckResult]) -> list[KnownSolution]:
    """The known wrong solutions that end as this one did; mostly none or one. No query before the verdict.

    Only for the version that the course holds today: another one's checks may say other things.
    """
    exercise = submission.exercise
    ended = submission.done and submission.verdict not in NOTHING_TO_SAY
    if not ended or submission.content_hash != exercise.content_hash:
        return []
    known = exercise.known_solutions.filter(kind=KnownSolution.Kind.WRONG).defer("files")
    return [wrong for wrong in known if _is_alike(wrong, submission, results)]


def _is_alike(wrong: KnownSolution, submission: Submission, results: Sequence[CheckResult]) -> bool:
    if wrong.ending in STOPPED:
        return submission.verdict == STOPPED[wrong.ending]
    if wrong.ending == KnownSolution.Ending.CRASHES:
        said = [submission.detail, *(result.message for result in results)]
        return any(name in text for name in wrong.names for text in said)
    failed = [result for result in results if result.outcome in (Outcome.FAILED, Outcome.CRASHED)]
    expected = _that_ran(wrong.names, submission)
    return (
        bool(failed)
        and all(any(_is_named(result, name) for result in failed) for name in expected)
        and all(any(_is_named(result, name) for name in expected) for result in failed)
        and any(wrong.shows in result.message for result in failed)
    )


def _that_ran(names: Sequence[str], submission: Submission) -> list[str]:
    """Those of the checks that this run had: a try has the visible ones only."""
    if not submission.is_try:
        return list(names)
    visible = _visible(submission.exercise)
    return [name for name in names if name.partition("[")[0] in visible]


def _visible(exercise: Exercise) -> set[str]:
    return {check["name"].partition("[")[0] for check in exercise.checks if not check["hidden"]}


def _is_named(result: CheckResult, name: str) -> bool:
    return name in (result.name, result.name.partition("[")[0])
