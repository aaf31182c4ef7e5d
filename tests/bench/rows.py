"""The rows of the site that is measured: who learns there, the exercise, and when each step came.

Imported once Django is set up for that site.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts.models import User
from course.models import Cohort, Course, Enrolment, Exercise, Lesson
from grading.models import Submission
from tests.bench.__main__ import HERE, JOB

PASSWORD = "a long password of a learner"
STEPS = ("created_at", "claimed_at", "started_at", "checked_at")


@dataclass(frozen=True)
class Places:
    """The addresses that a learner visits."""

    lesson: str
    exercise: str


def make_exercise() -> Places:
    """The five checks of `./lms bench --sandbox`, as an exercise of the first lesson that is written."""
    lesson = Lesson.objects.current().filter(planned=False).select_related("week__module").first()
    assert lesson is not None
    names = [line[4:].partition("(")[0] for line in JOB.tests.splitlines() if line.startswith("def test_")]
    exercise = Exercise.objects.create(
        lesson=lesson,
        slug="bench-five-checks",
        number=99,
        title="Five checks",
        task_html="<p>Five functions.</p>",
        starter={"solution.py": (HERE / "solution.py").read_text()},
        paths=["solution.py"],
        tests=JOB.tests,
        checks=[{"name": name, "title": name, "hidden": False} for name in names],
        limits={"cpu_s": 5, "wall_s": 20},
        content_hash=hashlib.sha256(JOB.tests.encode()).hexdigest(),
    )
    return Places(lesson.get_absolute_url(), exercise.get_absolute_url())


def make_learners(count: int) -> list[str]:
    """Learners with a place in a cohort; their addresses. They share a password, and so its hash."""
    password = make_password(PASSWORD)
    cohort = Cohort.objects.create(course=Course.objects.get(), name="Bench", starts_on="2026-01-05")
    people = User.objects.bulk_create(
        User(email=f"bench{n}@example.org", name=f"Learner {n}", password=password) for n in range(count)
    )
    Enrolment.objects.bulk_create(Enrolment(user=person, cohort=cohort) for person in people)
    return [person.email for person in people]


def steps_of(submissions: Iterable[str]) -> dict[str, list[float]]:
    """Submission → seconds since the epoch of each of STEPS; those that have not come to all are left out."""
    rows = Submission.objects.filter(pk__in=list(submissions)).values_list("pk", *STEPS)
    return {str(pk): [at.timestamp() for at in times] for pk, *times in rows if None not in times}


def servers() -> str:
    """The database and the broker, with their versions."""
    if connection.vendor == "sqlite":
        from sqlite3 import sqlite_version

        return f"SQLite {sqlite_version}, the broker of files"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        database = cursor.fetchone()[0].split()[0]
    import redis

    told = redis.Redis.from_url(settings.GRADIENT_REDIS_URL).info("server")
    broker = told.get("valkey_version") or told["redis_version"]
    return f"PostgreSQL {database}, {'Valkey' if 'valkey_version' in told else 'Redis'} {broker}"
