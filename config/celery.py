"""The Celery app: doorbells for the grading queue. All of its settings are in `config.settings`."""

from __future__ import annotations

import os

from celery import Celery

from config import alive
from config import broker as _broker  # noqa: F401 (makes the scheme files:// known)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gradient")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["grading"])
alive.watch(app)
