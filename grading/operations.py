"""What an operator wants to know of the queue, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import User
from grading.access import submissions_taught_by
from grading.models import Submission
from grading.verdict import Verdict

FAILURES_SHOWN = 20


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
        for row in Submission.objects.filter(state__in=[state.QUEUED, state.RUNNING])
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


def failures_of_ours(user: User) -> QuerySet[Submission]:
    """The newest submissions that we failed, of the learners this person teaches."""
    return (
        submissions_taught_by(user)
        .filter(verdict=Verdict.PLATFORM_ERROR)
        .select_related("exercise", "user")[:FAILURES_SHOWN]
    )
