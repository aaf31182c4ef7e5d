"""How the site is wired. Importing this makes the Celery app, so that tasks find it everywhere."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
