"""The Celery tasks: doorbells, each of which calls one plain function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery import shared_task
from celery.signals import task_received, worker_init, worker_process_init, worker_ready, worker_shutdown

from grading import grade
from grading import sweep as sweeping
from grading import tidy as tidying
from grading.bell import ring
from grading.models import Submission
from grading.worker import pass_on, watch

if TYPE_CHECKING:
    from celery.worker.consumer import Consumer


@shared_task(ignore_result=True)
def grade_next(queue: str) -> None:
    """Grade one submission; where more wait, ring for the next."""
    if not watch.takes_jobs:
        pass_on(queue)
    elif grade.grade_next(queue) and Submission.objects.due().filter(queue=queue).exists():
        ring(queue)


@shared_task(ignore_result=True)
def sweep() -> None:
    sweeping.sweep()


@shared_task(ignore_result=True)
def tidy() -> None:
    tidying.tidy()


@worker_init.connect
def take_nothing_yet(**_: object) -> None:
    watch.arm()


@worker_process_init.connect
def watch_in_a_child(**_: object) -> None:
    """With a pool of processes each child takes jobs for itself, and has a word of its own."""
    watch.begin()


@worker_ready.connect
def sweep_at_start(sender: Consumer, **_: object) -> None:
    """A worker that comes up does not wait for the next beat."""
    watch.begin(sender)
    sweeping.sweep()


@task_received.connect
def hear(**_: object) -> None:
    watch.hear()


@worker_shutdown.connect
def say_goodbye(**_: object) -> None:
    watch.end()
