"""What a beat does every few seconds, so that nothing is ever stuck.

A lease that ran out means that a worker died: its submission goes back into the queue, or, after
the last allowed failure, ends as ours. A row that is due has its bell rung again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.utils import timezone

from grading.bell import ring
from grading.health import record_health
from grading.models import Submission, Worker

log = structlog.get_logger(__name__)

RUNG_BY_NOW = timedelta(seconds=2)  # a row this old has had its own bell, if that one was heard
FORGOTTEN_AFTER = timedelta(hours=1)  # a worker that did not say goodbye
LOST_TOO_OFTEN = (
    "The worker that checked this submission stopped before it was done, several times. "
    "That is ours to mend, and we have been told."
)


@dataclass(frozen=True)
class SweepCount:
    put_back: int
    rung: int


def sweep() -> SweepCount:
    """Put back what lost its worker, ring for what waits, and note how the runner is."""
    if mended := Submission.objects.mend_clocks(timezone.now()):
        log.warning("a clock was set back; leases and back-offs were shortened", submissions=mended)
    put_back = _put_back_the_overdue()
    rung = sum(_ring_if_waiting(queue) for queue in Submission.Queue.values)
    Worker.objects.filter(heard_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    record_health()
    return SweepCount(put_back=put_back, rung=rung)


def _put_back_the_overdue() -> int:
    now = timezone.now()
    overdue = Submission.objects.overdue(now)
    for submission, failures in overdue.values_list("pk", "failures"):
        log.error("a worker was lost while grading", submission=str(submission), failures=failures + 1)
    return overdue.count_failure(LOST_TOO_OFTEN)


def _ring_if_waiting(queue: str) -> bool:
    """One bell is enough: whoever grades one row rings for the next."""
    now = timezone.now()
    waiting = Submission.objects.due(now).filter(queue=queue, created_at__lt=now - RUNG_BY_NOW)
    return waiting.exists() and ring(queue)
