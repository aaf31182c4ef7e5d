"""The cast of every scene, and what the tests change in the settings.

Every test meets the same people: two learners who take the course together, their instructor, an
instructor of somebody else, an administrator, and a stranger who is not signed in.

A test that needs what may be absent skips with a reason that says how to get it. Where CI is set a
skip is a failure, unless its reason begins with “this kernel”, which nobody can install, or with “an
environment of gigabytes”, which is built where exercises that ask for it are proven.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

MAY_BE_MISSING = ("this kernel", "an environment of gigabytes")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-tests", action="store_true", help="only tests that use the database")
    parser.addoption("--chaos-rounds", type=int, default=1, help="rounds of strikes in each world")
    parser.addoption("--chaos-seed", type=int, help="play an earlier run again")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --database-tests keep what tells something new on another database or broker."""
    if not config.getoption("--database-tests"):
        return
    kept, left_out = [], []
    for item in items:
        marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres", "valkey"))
        uses = marked or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        (kept if uses else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("needs a PostgreSQL server: ./lms test -m postgres starts one")
    if item.get_closest_marker("valkey") and not settings.GRADIENT_REDIS_URL:
        pytest.skip("needs a Valkey server: ./lms test -m valkey starts one")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI nothing is skipped but for what may be missing there."""
    outcome = yield
    report = outcome.get_result()
    reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
    reason = reason.removeprefix("Skipped: ")
    if os.environ.get("CI") and reason and not reason.startswith(MAY_BE_MISSING):
        report.outcome, report.longrepr = "failed", f"{reason} (in CI nothing may be missing)"


def pytest_configure() -> None:
    """Runs after the settings are read and before Django starts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "zeal"]
    settings.ZEAL_RAISE = True
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    if not settings.GRADIENT_REDIS_URL:
        # A site that runs from this checkout must not hear our bells.
        settings.CELERY_BROKER_URL = "memory://"
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}


@pytest.fixture(autouse=True)
def n_plus_one_fails() -> Iterator[None]:
    """A page that asks the database once per row fails its test."""
    from zeal import zeal_context

    with zeal_context():
        yield


@pytest.fixture(autouse=True)
def cache_forgets() -> Iterator[None]:
    """A cache in the database is rolled back with it; one on a server has to be told."""
    yield
    if settings.GRADIENT_REDIS_URL:
        from django.core.cache import cache

        cache.clear()


@pytest.fixture
def course(db):
    """A course with one row in it; tests that need lessons load `tests/tiny_course`."""
    from course.models import Course

    return Course.objects.create(slug="gradient", title="ML Engineering for DevOps", content_hash="0" * 64)


@pytest.fixture
def cohort(course, instructor):
    from course.models import Cohort

    cohort = Cohort.objects.create(course=course, name="Spring", starts_on=date(2026, 3, 2))
    cohort.instructors.add(instructor)
    return cohort


@pytest.fixture
def learner(cohort):
    return _enrolled("learner@example.org", "Lena Learner", cohort)


@pytest.fixture
def other_learner(cohort):
    """Takes the same course in the same cohort."""
    return _enrolled("learner2@example.org", "Leo Learner", cohort)


@pytest.fixture
def instructor(db):
    """Teaches the cohort."""
    return _person("instructor@example.org", "Ines Instructor", "instructor")


@pytest.fixture
def other_instructor(db):
    """Teaches nobody of the cast."""
    return _person("instructor2@example.org", "Ivo Instructor", "instructor")


@pytest.fixture
def admin_user(db):
    return _person("admin@example.org", "Ada Admin", "admin")


@pytest.fixture
def stranger() -> Client:
    """A browser in which nobody has signed in."""
    return Client()


@pytest.fixture
def browser_of():
    """A browser in which the person has signed in: `browser_of(learner).get(...)`."""

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def _person(email: str, name: str, role: str):
    from accounts.models import Role, User

    return User.objects.create_user(email, "gradient", name=name, role=Role(role))


def _enrolled(email: str, name: str, cohort):
    from course.models import Enrolment

    user = _person(email, name, "learner")
    Enrolment.objects.create(cohort=cohort, user=user)
    return user
