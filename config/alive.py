"""A file that is touched as long as the worker or the beat turns: their health checks look at its age.

The worker touches it from its own event loop, the beat whenever the broker has taken a bell from it.
Neither listens anywhere, so there is nothing else to ask.
"""

from __future__ import annotations

from typing import Any

from celery import Celery, bootsteps
from celery.signals import after_task_publish, beat_init
from django.conf import settings

EVERY_S = 5.0


def watch(app: Celery) -> None:
    """Have whatever this process becomes, a worker or a beat, touch the file."""
    app.steps["worker"].add(_Touch)
    beat_init.connect(_begin)


def touch(**_: object) -> None:
    (settings.GRADIENT_VAR / "alive").touch()


class _Touch(bootsteps.StartStopStep):
    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        touch()
        parent.timer.call_repeatedly(EVERY_S, touch)


def _begin(**_: object) -> None:
    after_task_publish.connect(touch)
