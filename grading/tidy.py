"""What a beat does every hour: forget what nobody will ask for again.

A try counts nowhere, and its text is in the learner's draft; sessions end, and leave their rows behind.
Submissions, verdicts and grades are kept for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.contrib.sessions.models import Session
from django.utils import timezone

from grading.models import Submission

log = structlog.get_logger(__name__)

TRIES_KEPT = timedelta(days=30)
AT_ONCE = 500  # SQLite has one writer: nobody waits long for it


@dataclass(frozen=True)
class TidyCount:
    tries: int
    sessions: int


def tidy() -> TidyCount:
    """Delete tries older than TRIES_KEPT that have ended, and sessions that are over."""
    ended = Submission.objects.filter(
        purpose=Submission.Purpose.RUN,
        state__in=[Submission.State.DONE, Submission.State.SUPERSEDED],
        created_at__lt=timezone.now() - TRIES_KEPT,
    )
    tries = 0
    while some := list(ended.values_list("pk", flat=True)[:AT_ONCE]):
        Submission.objects.filter(pk__in=some).delete()
        tries += len(some)
    over = Session.objects.filter(expire_date__lt=timezone.now())
    sessions, _ = over.delete()
    if tries or sessions:
        log.info("tidied", tries=tries, sessions=sessions)
    return TidyCount(tries=tries, sessions=sessions)
