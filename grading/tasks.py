"""The Celery tasks: doorbells, each of which calls one plain function."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_ready

from grading import grade
from grading import sweep as sweeping
from grading.bell import ring
from grading.models import Submission


@shared_task(ignore_result=True)
def grade_next(queue: str) -> None:
    """Grade one submission; where more wait, ring for the next."""
    if grade.grade_next(queue) and Submission.objects.due().filter(queue=queue).exists():
        ring(queue)


@shared_task(ignore_result=True)
def sweep() -> None:
    sweeping.sweep()


@worker_ready.connect
def sweep_at_start(**_: object) -> None:
    """A worker that comes up does not wait for the next beat."""
    sweeping.sweep()
