"""Runs the versions of the course's code, side by side, and says where one cannot be run at all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grading.runner import Report, Runner, RunnerUnavailable
from grading.sandbox.wire import Job

PATIENCE_S = 30.0
ASK_AGAIN_S = 0.5


@dataclass(frozen=True)
class Trial:
    """One run of one version of an exercise, and the file that a finding about it points to."""

    version: str
    path: Path
    seed: int
    moved: bool
    files: Mapping[str, str]
    report: Report | None = None

    @property
    def known(self) -> Report:
        """The report of a trial that has been run."""
        assert self.report is not None
        return self.report


class NotRun(Exception):
    """Nothing can be proven of this here; the text says why and what to do."""


class Runs:
    """A few jobs at a time; more would only wait for each other."""

    def __init__(self, runner: Runner, pool: ThreadPoolExecutor) -> None:
        self.runner = runner
        self.pool = pool

    def all(self, jobs: Iterable[Job]) -> list[Report]:
        """A report for each job, in their order; NotRun where one could not be run."""
        return list(self.pool.map(self.one, jobs))

    def one(self, job: Job) -> Report:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.runner.run(job, lambda event: None)
            except RunnerUnavailable as error:
                if error.permanent or time.monotonic() > until:
                    raise NotRun(str(error)) from error
                time.sleep(ASK_AGAIN_S)


@contextmanager
def side_by_side(runner: Runner, jobs: int) -> Iterator[Runs]:
    """Run at most `jobs` at the same time."""
    with ThreadPoolExecutor(jobs, thread_name_prefix="prove") as pool:
        yield Runs(runner, pool)
