"""The doorbell: tells the workers that a queue has something in it, and nothing more.

A bell that is lost costs time only: the rows are the queue, and `sweep` rings again.
"""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def ring(queue: str) -> bool:
    """Wake a worker for the queue; False, and a line in the log, where the broker is not there."""
    try:
        current_app.send_task("grading.tasks.grade_next", args=[queue], queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("the broker does not answer; the sweeper will ring again", queue=queue, error=str(error))
        return False
    return True
