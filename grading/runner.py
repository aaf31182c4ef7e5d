"""What runs a job: the one seam between the queue and whatever executes learner code.

Two runners keep this contract: `sandbox_runner` (the real one) and `fake_runner` (for unit tests).
`tests/grading/test_runner_contract.py` holds both to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from grading.sandbox.wire import (
    Check,
    CheckDone,
    CheckStarted,
    Collected,
    Drawn,
    Ending,
    Figures,
    Health,
    Job,
)
from grading.verdict import Verdict, verdict_of

Event = Collected | CheckStarted | CheckDone | Drawn


class RunnerUnavailable(Exception):
    """The job could not be run, through no fault of the learner. The text says why and what to do.

    `permanent` where trying again cannot help (an environment that is not installed).
    """

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True)
class Report:
    """All that is known of one run. Every expected check has exactly one result, in order."""

    ending: Ending
    detail: str = ""
    checks: tuple[Check, ...] = ()
    results: tuple[CheckDone, ...] = ()
    drawings: tuple[Drawn, ...] = ()
    figures: Figures = field(default_factory=Figures)
    stdout: str = ""
    stderr: str = ""
    environment_digest: str = ""
    author_log: str = ""

    @property
    def verdict(self) -> Verdict:
        return verdict_of(
            self.ending,
            [check.name for check in self.checks],
            self.results,
            memory_measured=self.figures.memory_bytes is not None,
        )


class Runner(Protocol):
    def run(self, job: Job, on_event: Callable[[Event], None]) -> Report:
        """Run the job to its end, calling `on_event` as checks start and finish.

        Raises RunnerUnavailable where the job could not be run at all.
        """
        ...

    def health(self) -> Health:
        """What protects the host and what is ready; RunnerUnavailable where nobody answers."""
        ...
