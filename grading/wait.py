"""A short wait for a verdict that is about to come, so that most answers to a POST are final.

Bounded twice: in time, and in how many of a process's threads may wait at once.
"""

from __future__ import annotations

import time
from threading import BoundedSemaphore

import structlog
from django.db import DatabaseError

from grading.health import last_sighting
from grading.models import Submission

log = structlog.get_logger(__name__)

PATIENCE_S = 0.8
LOOK_EVERY_S = 0.03
_seats = BoundedSemaphore(2)


def wait_briefly(submission: Submission) -> None:
    """Return when the submission is done, or soon: at once where nobody grades or others wait.

    The row is safe by now, so a database that breaks here must not fail the answer.
    """
    if not last_sighting().ready or not _seats.acquire(blocking=False):
        return
    try:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and not _has_ended(submission):
            time.sleep(LOOK_EVERY_S)
    except DatabaseError as error:
        log.warning("the database broke while somebody waited for a verdict", error=str(error))
    finally:
        _seats.release()


def _has_ended(submission: Submission) -> bool:
    return not Submission.objects.in_progress().filter(pk=submission.pk).exists()
