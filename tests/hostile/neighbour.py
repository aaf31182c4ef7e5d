"""The honest learner whose run shares the machine with a hostile one, and must not notice."""

from __future__ import annotations

import statistics
import time
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from grading.runner import Report
from grading.sandbox.wire import Job
from grading.verdict import Verdict
from tests.hostile.supervised import Supervised

_BETWEEN = 0.1  # seconds from one honest run to the next


@dataclass(frozen=True)
class Beside:
    """`hostile` is the report of the case; `verdicts` and `waits` (ms) are of the honest runs meanwhile."""

    hostile: Report
    verdicts: tuple[Verdict, ...]
    waits: tuple[int, ...]


def run_beside(sandbox: Supervised, hostile: Job, honest: Job) -> Beside:
    """Run `hostile`, and `honest` again and again for as long as it takes; at least once."""
    verdicts, waits = [], []
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(sandbox.run, hostile)
        while True:
            wait, report = timed(sandbox, honest)
            verdicts.append(report.verdict)
            waits.append(wait)
            if futures.wait([ended], _BETWEEN).done:
                break
        return Beside(ended.result(), tuple(verdicts), tuple(waits))


def timed(sandbox: Supervised, job: Job) -> tuple[int, Report]:
    """How many milliseconds a worker waits for this job, and what it is told."""
    began = time.perf_counter()
    report = sandbox.run(job)
    return round((time.perf_counter() - began) * 1000), report


def alone(sandbox: Supervised, honest: Job, times: int = 5) -> int:
    """The median wait where nobody else runs."""
    waits = []
    for _ in range(times):
        waits.append(timed(sandbox, honest)[0])
        sandbox.settle()
    return round(statistics.median(waits))
