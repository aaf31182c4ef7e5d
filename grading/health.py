"""How the runner is, as a worker last saw it.

The web process does not ask the supervisor: in the larger shapes it runs elsewhere. A worker asks
with every sweep and leaves the answer in the shared cache; when no answer is left there, no worker
is alive, and the pages say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import structlog
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext
from redis.exceptions import RedisError

from grading.models import Worker
from grading.runner import RunnerUnavailable, configured_runner
from grading.sandbox.wire import Health

log = structlog.get_logger(__name__)

KEY = "grading-health"
BELIEVED_FOR_S = 30
BELIEVED = timedelta(seconds=15)  # a worker leaves its word every 5 s
CACHE_AWAY = (RedisError, DatabaseError, OSError)  # it lies on a server, or in the database


@dataclass(frozen=True)
class Sighting:
    """Whether submissions are graded now; where not, `reason` is the sentence that says why."""

    ready: bool
    reason: str = ""
    health: Health | None = None
    seen_at: datetime | None = None

    def lacks(self, environment: str) -> bool:
        """Whether jobs are taken, and those that need this environment are not."""
        return self.ready and self.health is not None and environment not in self.health.environments


def record_health() -> Sighting:
    """Ask the runner how it is, and leave the answer where the pages find it."""
    try:
        health = configured_runner().health()
    except RunnerUnavailable as error:
        sighting = Sighting(ready=False, reason=str(error), seen_at=timezone.now())
    else:
        reason = health.reason if not health.ready else _why_no_worker_takes_jobs()
        sighting = Sighting(health.ready and not reason, reason, health, timezone.now())
    try:
        cache.set(KEY, msgspec.json.encode(sighting), BELIEVED_FOR_S)
    except CACHE_AWAY as error:
        log.warning("the cache does not answer; the next sweep tells it again", error=str(error))
    return sighting


def _why_no_worker_takes_jobs() -> str:
    """The reason of one of them, where all that were heard of lately refuse; empty where one takes jobs."""
    heard = list(Worker.objects.filter(heard_at__gt=timezone.now() - BELIEVED))
    return heard[0].reason if heard and not any(worker.takes_jobs for worker in heard) else ""


def last_sighting() -> Sighting:
    """What a worker last left. Cheap: one look into the cache, and no page fails for want of it."""
    try:
        stored = cache.get(KEY)
    except CACHE_AWAY as error:
        log.warning("the cache does not answer", error=str(error))
        return Sighting(ready=False, reason=gettext("How grading is cannot be told at this moment."))
    if stored is None:
        return Sighting(ready=False, reason=gettext("No worker is running: start one, or ask for one to be."))
    return msgspec.json.decode(stored, type=Sighting)
