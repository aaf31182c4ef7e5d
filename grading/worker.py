"""This process as a worker: whether it takes jobs, and the word that it leaves.

How this works: a worker that starts takes nothing until its runner has graded the trial job as it
must (`grading.canary`). A thread of its own tries that: at the start, after a failure of ours, when
the sandbox is not the one it was, and every ten minutes; where it fails, again and again, less and
less often. The same thread leaves a word in the table of workers every few seconds, for the
operator's page. What a worker does now is not in it: the rows that run name their worker. It
sweeps where nobody else has for a while: a beat's task waits for a worker that is free. And where
rows wait and no bell has been heard for long, it makes the worker connect to the broker anew.

A process that is no worker (a shell, a test) never starts the thread, and takes jobs.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import connection
from django.utils import timezone

from grading.bell import ring
from grading.canary import why_not_trusted
from grading.health import BELIEVED, last_sighting, record_health
from grading.models import Submission, Worker
from grading.queue import this_worker
from grading.runner import configured_runner
from grading.sweep import sweep

if TYPE_CHECKING:
    from celery.worker.consumer import Consumer

log = structlog.get_logger(__name__)

WORD_EVERY_S = 5.0
TRY_AGAIN_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # after one failed trial, two, …
TRUSTED_FOR_S = 600.0
PASS_ON_AFTER_S = 0.2
BELLS = 8
SWEEPS_ITSELF_AFTER = timedelta(seconds=12)  # the beat is gone, or everybody is busy with long runs
DEAF_AFTER_S = 12.0  # where rows wait, the sweeps ring every five seconds
BEFORE_THE_FIRST = "It has just started, and has not graded its trial job yet."


class Watch:
    """`takes_jobs` is read before each claim; everything else happens in the thread."""

    def __init__(self) -> None:
        self.takes_jobs = True
        self.reason = ""
        self._armed = False
        self._failed = 0
        self._try_at = 0.0
        self._tried_with: object = None
        self._canary_at = timezone.now()
        self._started_at = timezone.now()
        self._wake, self._over = threading.Event(), threading.Event()
        self._consumer: Consumer | None = None
        self._heard_at = time.monotonic()

    def arm(self) -> None:
        """Take nothing from now on, until the trial job has been graded."""
        self._armed, self.takes_jobs, self.reason = True, False, BEFORE_THE_FIRST

    def begin(self, consumer: Consumer | None = None) -> None:
        """`consumer` is what hears the bells, in the process that does."""
        self._started_at, self._consumer = timezone.now(), consumer
        self.hear()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def end(self) -> None:
        """Say goodbye: a worker that was stopped is not missed."""
        self._over.set()
        self._wake.set()
        Worker.objects.filter(name=this_worker()).delete()

    def hear(self) -> None:
        """A bell, of whichever kind."""
        self._heard_at = time.monotonic()

    def doubt(self) -> None:
        """A run broke on our side: take nothing until the trial job has been graded again."""
        if self._armed and self.takes_jobs:
            self.takes_jobs, self.reason = False, "A run broke on our side; the trial job comes first."
            self._try_at = 0.0
            self._wake.set()

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                self.look()
            except Exception:  # a database that is away, say: it goes on, and what it takes stays as it was
                log.exception("the worker could not look after itself")
                connection.close_if_unusable_or_obsolete()
            self._wake.wait(min(WORD_EVERY_S, max(0.05, self._try_at - time.monotonic())))
            self._wake.clear()
        connection.close()

    def look(self) -> None:
        """Try the runner where that is due, sweep where nobody does, and leave word."""
        sandbox = _sandbox_of_now()
        if time.monotonic() >= self._try_at or (self.takes_jobs and sandbox != self._tried_with):
            self._try(sandbox)
        self._leave_word()
        if not _swept_lately():
            sweep()
        if self._consumer is not None and self._is_deaf():
            self._connect_anew(self._consumer)

    def _is_deaf(self) -> bool:
        """Whether rows wait and nothing is heard: for long, or because long runs keep this worker busy."""
        if not self.takes_jobs or time.monotonic() - self._heard_at < DEAF_AFTER_S:
            return False
        return Submission.objects.due(timezone.now() - timedelta(seconds=DEAF_AFTER_S)).exists()

    def _connect_anew(self, consumer: Consumer) -> None:
        """Let the worker lose its connection to the broker, and with it all that it waits for in vain.

        A message that could not be acknowledged, as the broker was away for a moment, counts as in
        progress for ever: with as many of these as threads kombu asks for no more, and so never
        learns that its connection is gone. A busy worker loses nothing: its runs go on.
        """
        log.error("submissions wait and no bell is heard: the worker connects to the broker anew")
        self.hear()
        consumer.call_soon(_lose_connection)

    def _try(self, sandbox: object) -> None:
        self._try_at = time.monotonic() + WORD_EVERY_S  # whatever happens meanwhile
        reason, before = why_not_trusted(configured_runner()), self.takes_jobs
        self._canary_at, self._tried_with = timezone.now(), sandbox
        self._failed = self._failed + 1 if reason else 0
        pause = TRY_AGAIN_S[min(self._failed, len(TRY_AGAIN_S)) - 1] if reason else TRUSTED_FOR_S
        self._try_at = time.monotonic() + pause
        self.reason, self.takes_jobs = reason, not reason
        if reason:
            log.error("this worker takes no jobs", reason=reason, again_in_s=pause)
        if before != self.takes_jobs:
            self._leave_word()
            record_health()
            self._tried_with = _sandbox_of_now()
        if self.takes_jobs and not before:
            log.info("this worker takes jobs")
            _ring_for_what_waited()

    def _leave_word(self) -> None:
        said = {
            "heard_at": timezone.now(),
            "started_at": self._started_at,
            "takes_jobs": self.takes_jobs,
            "reason": self.reason,
            "canary_at": self._canary_at,
        }
        if not self._over.is_set():
            Worker.objects.update_or_create(name=this_worker(), defaults=said)


def _lose_connection() -> None:
    """Run by the worker's loop, which takes this for a broken connection and makes another."""
    raise ConnectionResetError("no bell is heard")


watch = Watch()


def _sandbox_of_now() -> object:
    """What tells one sandbox from another, as a sweep saw it last; None where nobody has seen it."""
    health = last_sighting().health
    return health and (health.shape, health.generation, health.environments)


def _ring_for_what_waited() -> None:
    """Their bells were heard by nobody; a few are enough for every thread to have one that goes on."""
    for queue in Submission.Queue.values:
        for _ in range(min(Submission.objects.due().filter(queue=queue).count(), BELLS)):
            ring(queue)


def _swept_lately() -> bool:
    """A sweep leaves a sighting. One from the future is from before a clock was set back."""
    seen_at = last_sighting().seen_at
    return seen_at is not None and timedelta(0) <= timezone.now() - seen_at < SWEEPS_ITSELF_AFTER


def pass_on(queue: str) -> None:
    """A bell that this worker must not answer goes to another, where there is one that may."""
    heard = timezone.now() - BELIEVED
    others = Worker.objects.filter(takes_jobs=True, heard_at__gt=heard).exclude(name=this_worker())
    if others.exists() and Submission.objects.due().filter(queue=queue).exists():
        time.sleep(PASS_ON_AFTER_S)
        ring(queue)
