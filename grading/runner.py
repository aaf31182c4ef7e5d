"""What runs a job: the one seam between the queue and whatever executes learner code.

Two runners keep this contract: `sandbox_runner` (the real one) and `fake_runner` (for unit tests).
`tests/grading/test_runner_contract.py` holds both to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from grading.sandbox.wire import (
    Check,
    CheckDone,
    CheckStarted,
    Collected,
    Drawn,
    Ending,
    Figures,
    Finished,
    Health,
    Job,
    Printed,
)
from grading.verdict import Outcome, Verdict, verdict_of

RUNNERS = {
    "sandbox": "grading.sandbox_runner.SandboxRunner",
    "fake": "grading.fake_runner.FakeRunner",
}


@dataclass(frozen=True)
class Waiting:
    """Nothing new, and the run goes on: comes at least every second, for who has a lease to renew."""


Event = Collected | CheckStarted | CheckDone | Drawn | Printed | Waiting


class RunnerUnavailable(Exception):
    """The job could not be run, through no fault of the learner. The text says why and what to do.

    `permanent` where trying again cannot help (an environment that is not installed). `untouched`
    where nobody took the job: it may wait for a runner as long as it takes, and nothing is counted.
    """

    def __init__(self, reason: str, *, permanent: bool = False, untouched: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.untouched = untouched


@dataclass(frozen=True)
class Report:
    """All that is known of one run. Every expected check has exactly one result, in order.

    What scratch code did (`scratch`, `scratch_end`: see `wire.Finished`) has no part in the verdict.
    """

    ending: Ending
    detail: str = ""
    checks: tuple[Check, ...] = ()
    results: tuple[CheckDone, ...] = ()
    drawings: tuple[Drawn, ...] = ()
    figures: Figures = field(default_factory=Figures)
    stdout: str = ""
    stderr: str = ""
    scratch: str = ""
    scratch_end: str = ""
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


def report_of(
    finished: Finished, checks: Iterable[Check], results: Iterable[CheckDone], drawings: Iterable[Drawn]
) -> Report:
    """Put together what came over the wire.

    Where the run ended early, the checks that had no turn are skipped. Where it says that it
    finished, nothing is filled in: a result that is missing then is a fault, and must stay one.
    """
    expected, recorded = tuple(checks), list(results)
    if finished.ending is not Ending.FINISHED:
        had_a_turn = {result.name for result in recorded}
        recorded += [CheckDone(c.name, Outcome.SKIPPED) for c in expected if c.name not in had_a_turn]
    place = {check.name: number for number, check in enumerate(expected)}
    recorded.sort(key=lambda result: place.get(result.name, len(place)))
    return Report(
        ending=finished.ending,
        detail=finished.detail,
        checks=expected,
        results=tuple(recorded),
        drawings=tuple(drawings),
        figures=finished.figures,
        stdout=finished.stdout,
        stderr=finished.stderr,
        scratch=finished.scratch,
        scratch_end=finished.scratch_end,
        environment_digest=finished.environment_digest,
        author_log=finished.author_log,
    )


class Runner(Protocol):
    def run(self, job: Job, on_event: Callable[[Event], None]) -> Report:
        """Run the job to its end, calling `on_event` as checks start and finish and code prints.

        Raises RunnerUnavailable where the job could not be run at all. What `on_event` raises ends
        the run, and passes through.
        """
        ...

    def health(self) -> Health:
        """What protects the host and what is ready; RunnerUnavailable where nobody answers."""
        ...


def configured_runner() -> Runner:
    """The runner that the settings name."""
    return cast(Runner, import_string(RUNNERS[settings.GRADIENT_RUNNER])())
