"""What an operator wants to know of the queue and its workers, in a constant number of queries.

Also the one thing to do about it: `requeue`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grading.access import submissions_taught_by
from grading.bell import ring
from grading.health import BELIEVED
from grading.models import Submission, Worker
from grading.queue import SubmissionQuerySet
from grading.sweep import LOST_TOO_OFTEN
from grading.verdict import Verdict

TROUBLES_SHOWN = 20
STUCK_AFTER = timedelta(minutes=2)  # everything has had a turn by now, or a sweep, where there is a worker


@dataclass(frozen=True)
class QueueFigures:
    name: str
    waiting: int
    running: int
    oldest: datetime | None
    """When the submission that waits longest was made."""


def queue_figures() -> list[QueueFigures]:
    """How many wait and run in each queue, of everybody: the queue is one for all."""
    state = Submission.State
    found = {
        row["queue"]: row
        for row in Submission.objects.in_progress()
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=Q(state=state.QUEUED)),
            running=Count("pk", filter=Q(state=state.RUNNING)),
            oldest=Min("created_at", filter=Q(state=state.QUEUED)),
        )
    }
    return [
        QueueFigures(str(queue.label), row["waiting"], row["running"], row["oldest"])
        if (row := found.get(queue.value))
        else QueueFigures(str(queue.label), 0, 0, None)
        for queue in Submission.Queue
    ]


@dataclass(frozen=True)
class WorkerLine:
    """A worker by its last word, and the submissions that name it now."""

    worker: Worker
    silent: bool
    does: list[Submission] = field(default_factory=list)


def worker_lines() -> list[WorkerLine]:
    """Every worker that was heard of within the hour and has not said goodbye."""
    running = Submission.objects.filter(state=Submission.State.RUNNING).select_related("exercise")
    does = defaultdict(list)
    for submission in running.only("worker", "claimed_at", "exercise__title").order_by("claimed_at"):
        does[submission.worker].append(submission)
    believed = timezone.now() - BELIEVED
    return [
        WorkerLine(worker, silent=worker.heard_at < believed, does=does[worker.name])
        for worker in Worker.objects.all()
    ]


@dataclass(frozen=True)
class Trouble:
    submission: Submission
    why: str


@dataclass(frozen=True)
class Troubles:
    """What we failed and what is stuck, of the learners this person teaches; the newest are shown."""

    total: int
    shown: list[Trouble]


def troubles(user: User) -> Troubles:
    now = timezone.now()
    found = _in_trouble(submissions_taught_by(user), now).defer("files", "stdout", "stderr")
    shown = list(found.select_related("exercise", "user")[: TROUBLES_SHOWN + 1])
    total = len(shown) if len(shown) <= TROUBLES_SHOWN else found.count()
    return Troubles(total, [Trouble(one, _why(one)) for one in shown[:TROUBLES_SHOWN]])


def _in_trouble(rows: SubmissionQuerySet, now: datetime) -> SubmissionQuerySet:
    return rows.filter(Q(verdict=Verdict.PLATFORM_ERROR) | _waits(now) | _is_lost(now))


def _waits(now: datetime) -> Q:
    return Q(state=Submission.State.QUEUED, not_before__lt=now - STUCK_AFTER)


def _is_lost(now: datetime) -> Q:
    """Nobody has swept since its lease ran out."""
    return Q(state=Submission.State.RUNNING, lease_until__lt=now - STUCK_AFTER)


def _why(submission: Submission) -> str:
    match submission.state:
        case Submission.State.QUEUED:
            return _("It waits, and no worker has taken it for minutes.")
        case Submission.State.RUNNING:
            return _("Its worker is gone, and nobody sweeps: is the beat running?")
        case _other:
            return submission.detail


def requeue(rows: SubmissionQuerySet) -> int:
    """Of these, queue again what we failed and what is stuck, and ring; how many there were."""
    now = timezone.now()
    waiting = rows.filter(_waits(now)).update(not_before=now)
    lost = rows.filter(_is_lost(now)).count_failure(LOST_TOO_OFTEN)
    failed = rows.retry()
    for queue in _queues_with_something_due():
        ring(queue)
    return waiting + lost + failed


def _queues_with_something_due() -> Iterator[str]:
    yield from Submission.objects.due().order_by().values_list("queue", flat=True).distinct()
