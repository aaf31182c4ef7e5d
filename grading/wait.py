"""A short wait for a verdict that is about to come, so that most answers to a POST are final.

Bounded twice: in time, and in how many of a process's threads may wait at once. That is half of them,
so that pages are served however many wait.
"""

from __future__ import annotations

from datetime import timedelta
from threading import BoundedSemaphore

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from grading.health import last_sighting
from grading.models import Submission
from grading.wake import wait_until_done

log = structlog.get_logger(__name__)

PATIENCE_S = 1.5
LIVE_S = 0.3  # a run that has just begun is most often over by then; else its page is live
seats = BoundedSemaphore(settings.GRADIENT_WEB_THREADS // 2)


def wait_briefly(submission: Submission) -> bool:
    """Return when the submission is done, or soon: at once, with False, where none grades or others wait.

    The row is safe by now, so a database that breaks here must not fail the answer.
    """
    return not submission.ended and last_sighting().ready and _wait(submission, PATIENCE_S)


def _wait(submission: Submission, seconds: float) -> bool:
    if not seats.acquire(blocking=False):
        return False
    try:
        wait_until_done(submission.pk, seconds)
    except DatabaseError as error:
        log.warning("the database broke while somebody waited for a verdict", error=str(error))
    finally:
        seats.release()
    return True


def wait_for_its_turn(submission: Submission) -> None:
    """The same for a page that asks again, and what came of it; one that runs is answered as it is, live."""
    if submission.state == Submission.State.QUEUED:
        waited = wait_briefly(submission)
    else:
        waited = _has_just_begun(submission) and _wait(submission, LIVE_S)
    if waited:
        submission.refresh_from_db()


def _has_just_begun(submission: Submission) -> bool:
    begun = submission.claimed_at if submission.state == Submission.State.RUNNING else None
    return begun is not None and timedelta() <= timezone.now() - begun < timedelta(seconds=LIVE_S)
