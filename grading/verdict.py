"""The closed lists of how things end, in order, with the words a learner reads.

Plain Python: no Django rows, no sandbox. `verdict_of` is the one place where facts become a
verdict. A verdict is decided from what the kernel, the supervisor and the checks process said;
nothing that the learner's process printed is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from grading.sandbox.wire import CheckDone, Ending


def _(text: str) -> str:
    """Mark a text for translation, which `grading.words` does when somebody reads it."""
    return text


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"  # the learner's code raised where the check did not ask for it
    SKIPPED = "skipped"  # the run was over before this check's turn

    @property
    def word(self) -> str:
        return OUTCOME_WORDS[self]


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.PASSED: _("passed"),
    Outcome.FAILED: _("failed"),
    Outcome.CRASHED: _("crashed"),
    Outcome.SKIPPED: _("had no turn"),
}


class Verdict(StrEnum):
    """How a submission ended, worst for us first. `sentence` and `next_step` are for the learner."""

    PLATFORM_ERROR = "platform-error"
    FORBIDDEN = "forbidden"
    OUT_OF_MEMORY = "out-of-memory"
    TOO_SLOW = "too-slow"
    TOO_MUCH_OUTPUT = "too-much-output"
    CRASHED = "crashed"
    DOES_NOT_COMPILE = "does-not-compile"
    FAILED = "failed"
    PARTLY_PASSED = "partly-passed"
    PASSED = "passed"

    @property
    def words(self) -> Words:
        return WORDS[self]


@dataclass(frozen=True)
class Words:
    name: str
    sentence: str
    next_step: str


WORDS: dict[Verdict, Words] = {
    Verdict.PASSED: Words(
        _("Passed"),
        _("Every check passed."),
        _("Go on to the next exercise, or read your code once more: would you approve it in a review?"),
    ),
    Verdict.PARTLY_PASSED: Words(
        _("Partly passed"),
        _("Some checks passed, and at least one did not."),
        _("Start with the first check that did not pass: its message names an input to try."),
    ),
    Verdict.FAILED: Words(
        _("Failed"),
        _("Your code ran to its end, and no check passed yet."),
        _("Read the first check's message: it names what was called and what came back."),
    ),
    Verdict.DOES_NOT_COMPILE: Words(
        _("Does not compile"),
        _("Python could not read your code, so no check ran."),
        _("Go to the line that is named; the mistake is there or on the line above."),
    ),
    Verdict.CRASHED: Words(
        _("Crashed"),
        _("Your code ended with an error before it could answer."),
        _("Read the last line of the traceback first, then the line of yours that it names."),
    ),
    Verdict.TOO_MUCH_OUTPUT: Words(
        _("Too much output"),
        _("Your code printed more than a run may, and was stopped."),
        _("Look for a print inside a loop."),
    ),
    Verdict.TOO_SLOW: Words(
        _("Too slow"),
        _("Your code used up its time and was stopped."),
        _("Look for a loop that never ends, a wait, or work that is repeated for every row."),
    ),
    Verdict.OUT_OF_MEMORY: Words(
        _("Out of memory"),
        _("Your code used more memory than a run may, and was stopped."),
        _("Look for a list that keeps everything; handle one line, or one batch, at a time."),
    ),
    Verdict.FORBIDDEN: Words(
        _("Forbidden"),
        _("Your code asked the system for something that a run may not do, and was stopped."),
        _("The exercise needs no network, no other programs and no system calls of its own."),
    ),
    Verdict.PLATFORM_ERROR: Words(
        _("We failed, not you"),
        _("Something of ours broke while your code was being checked. This does not count as an attempt."),
        _("Your code is saved. Submit it again in a minute; we have been told."),
    ),
}

# What the checks and the code alone decide: the same code ends so again. Limits of time, memory and
# output are not in it, nor is what the kernel did.
DECIDED_BY_THE_CODE = frozenset(
    {
        Verdict.PASSED,
        Verdict.PARTLY_PASSED,
        Verdict.FAILED,
        Verdict.CRASHED,
        Verdict.DOES_NOT_COMPILE,
    }
)

# Where there is no verdict, by the submission's state.
WITHOUT_VERDICT: dict[str, Words] = {
    "queued": Words(
        _("Queued"),
        _("Your code is saved and waits for its turn."),
        _("You may leave this page: the verdict will be here when you come back."),
    ),
    "running": Words(
        _("Running"),
        _("Your code is being checked."),
        _("Each check appears below as soon as it is done."),
    ),
    "superseded": Words(
        _("Replaced"),
        _("You submitted again before its turn came. It does not count as an attempt."),
        _("The verdict is beside the submission that replaced it."),
    ),
}


# For a try before a submission, where the words above would say that it was graded.
WORDS_OF_A_TRY: dict[str, Words] = {
    Verdict.PASSED: Words(
        _("Visible checks passed"),
        _("Every visible check passed."),
        _("Submit to have it graded."),
    ),
    Verdict.PARTLY_PASSED: Words(
        _("Some visible checks passed"),
        _("Some visible checks passed, and at least one did not."),
        WORDS[Verdict.PARTLY_PASSED].next_step,
    ),
    Verdict.FAILED: Words(
        _("No visible check passed"),
        _("Your code ran to its end, and no visible check passed yet."),
        WORDS[Verdict.FAILED].next_step,
    ),
    Verdict.PLATFORM_ERROR: Words(
        _("We failed, not you"),
        _("Something of ours broke while your code ran."),
        _("Your code is saved. Run it again in a minute; we have been told."),
    ),
    "queued": Words(
        _("Queued"),
        _("Your code is saved and waits for its turn to run."),
        _("You may leave this page: what came out will be here when you come back."),
    ),
    "running": Words(
        _("Running"),
        _("Your code runs."),
        _("What it prints appears below as it happens, and each visible check as soon as it is done."),
    ),
}


def words_of_try(status: str) -> Words:
    """The words for the status of a try: nothing of it is graded."""
    return WORDS_OF_A_TRY.get(status) or words_for(status)


def words_for(status: str) -> Words:
    """The words for what `Submission.status` says: a verdict, or the state where there is none."""
    return WITHOUT_VERDICT[status] if status in WITHOUT_VERDICT else Verdict(status).words


def verdict_of(
    ending: Ending, expected: Iterable[str], results: Iterable[CheckDone], *, memory_measured: bool = True
) -> Verdict:
    """Turn what happened into the verdict.

    A pass needs every expected check positively recorded as passed, and nothing else recorded: a
    missing, doubled or unknown result is a fault of ours. `memory_measured` says whether the kernel
    watched the memory: where it did not, an uncaught MemoryError is all the evidence there is.
    """
    if ending is not Ending.FINISHED:
        return Verdict(ending.value)
    names = list(expected)
    recorded = list(results)
    if not names or sorted(names) != sorted(result.name for result in recorded):
        return Verdict.PLATFORM_ERROR
    outcomes = [Outcome(result.outcome) for result in recorded]
    if all(outcome is Outcome.PASSED for outcome in outcomes):
        return Verdict.PASSED
    if Outcome.PASSED in outcomes:
        return Verdict.PARTLY_PASSED
    if not memory_measured and any(result.exception == "MemoryError" for result in recorded):
        return Verdict.OUT_OF_MEMORY
    if Outcome.CRASHED in outcomes:
        return Verdict.CRASHED
    return Verdict.FAILED
