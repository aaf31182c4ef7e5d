"""A short wait for a verdict that is about to come, so that most answers to a POST are final.

Bounded twice: in time, and in how many of a process's threads may wait at once. That is half of them,
so that pages are served however many wait.
"""

from __future__ import annotations

from threading import BoundedSemaphore

import structlog
from django.conf import settings
from django.db import DatabaseError

from grading.health import last_sighting
from grading.models import Submission
from grading.wake import wait_until_done

log = structlog.get_logger(__name__)

PATIENCE_S = 0.8
seats = BoundedSemaphore(settings.GRADIENT_WEB_THREADS // 2)


def wait_briefly(submission: Submission) -> bool:
    """Return when the submission is done, or soon: at once, with False, where none grades or others wait.

    The row is safe by now, so a database that breaks here must not fail the answer.
    """
    if submission.ended or not last_sighting().ready or not seats.acquire(blocking=False):
        return False
    try:
        wait_until_done(submission.pk, PATIENCE_S)
    except DatabaseError as error:
        log.warning("the database broke while somebody waited for a verdict", error=str(error))
    finally:
        seats.release()
    return True


def wait_for_its_turn(submission: Submission) -> None:
    """The same for a page that asks again, and what came of it; one that runs is answered as it is, live."""
    if submission.state == Submission.State.QUEUED and wait_briefly(submission):
        submission.refresh_from_db()
