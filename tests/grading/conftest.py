"""The exercise that submissions here are made to, and the runner that stands in for the sandbox."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from course.models import Exercise, Lesson, Module, Week
from grading.fake_runner import FakeRunner

TESTS = '''
def test_of_two(solution):
    """The double of two"""
    assert solution.double(2) == 4, f"double(2) came back as {solution.double(2)}"


def test_of_nothing(solution):
    """The double of nothing"""
    assert solution.double(0) == 0, f"double(0) came back as {solution.double(0)}"
'''
RIGHT = "def double(n):\n    return 2 * n\n"
HALF_RIGHT = "def double(n):\n    return n\n"
WRONG = "def double(n):\n    return n + 1\n"
CRASHING = "def double(n):\n    return 1 / 0\n"
BROKEN = "def double(n)\n    return 2 * n\n"


@pytest.fixture(autouse=True)
def fake_runner(settings, monkeypatch):
    """Grade in this process. A test that wants a fault sets `fake_runner.unavailable`."""
    settings.GRADIENT_RUNNER = "fake"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    monkeypatch.setattr(FakeRunner, "unavailable", None)
    return FakeRunner


@pytest.fixture(autouse=True)
def bells(monkeypatch):
    """The queues that were rung for; nobody hears the bells in these tests unless a test says so."""
    rung: list[str] = []

    def ring(queue: str) -> bool:
        rung.append(queue)
        return True

    for place in ("submit", "sweep", "tasks", "operations", "worker", "regrade"):
        monkeypatch.setattr(f"grading.{place}.ring", ring)
    return rung


@pytest.fixture
def lesson(course):
    module = Module.objects.create(
        course=course, slug="fundamentals", number=1, title="Fundamentals", aim="Begin."
    )
    week = Week.objects.create(
        module=module,
        slug="python-for-ml",
        number=1,
        last_number=1,
        title="Python for ML",
        aim="Begin.",
        lesson_total=1,
        exercise_total=1,
    )
    return Lesson.objects.create(
        week=week, slug="python-basics", number=1, title="Python Basics", promise="Begin."
    )


@pytest.fixture
def exercise(lesson):
    return make_exercise(lesson, "double-it", 1)


def make_exercise(lesson: Lesson, slug: str, number: int, **other: object) -> Exercise:
    values = {
        "title": "Double it",
        "points": 10,
        "task_html": "<p>Write <code>double</code>.</p>",
        "starter": {"solution.py": "def double(n):\n    ...  # TODO\n"},
        "tests": TESTS,
        "checks": [
            {"name": "test_of_two", "title": "The double of two", "hidden": False},
            {"name": "test_of_nothing", "title": "The double of nothing", "hidden": False},
        ],
        "hints": [{"check": "test_of_two", "html": "<p>Multiply.</p>"}],
        "content_hash": "c" * 64,
    }
    values |= other
    return Exercise.objects.create(
        lesson=lesson, slug=slug, number=number, paths=list(values["starter"]), **values
    )


@pytest.fixture(scope="session")
def sandbox():
    """A real supervisor, for as long as the tests run."""
    from grading.proof.supervisor import NoSandbox, own_sandbox

    try:
        with own_sandbox() as runner:
            yield runner
    except NoSandbox as error:
        pytest.skip(f"needs a sandbox: {error}")
