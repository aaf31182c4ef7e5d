"""Variants of an exercise: a folder that holds only what differs, read, checked, loaded and shown."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from course.content import ContentErrors, read_course
from course.content_rules import problems_of
from course.load import load
from course.models import Deadline, Exercise
from tests.course.conftest import FIRST, TINY

EXERCISE = "1-basics/week01-counting/01-counting-lines/count-errors"
TASK = """\
---
title: Count the mistakes of clients
minutes: 5
---
Write `count_errors(statuses)`: how many of the statuses are the fault of the client, 400 to 499?
"""
TESTS = '''\
def test_an_outage(solution):
    """Counts the mistakes of clients"""
    got = solution.count_errors([200, 503, 404])
    assert got == 1, f"count_errors([200, 503, 404]) gave {got!r}: one of them is from 400 to 499"


def test_no_line_at_all(solution):
    """An empty log has none"""
    got = solution.count_errors([])
    assert got == 0, f"count_errors([]) gave {got!r}: nothing was counted, so what is the number?"


def test_not_our_fault(solution):
    """Errors of the server are no mistakes of clients"""
    got = solution.count_errors([500])
    assert got == 0, f"500 is not a mistake of a client, and was counted as {got!r}"
'''


@pytest.fixture
def root(tmp_path) -> Path:
    """A copy of the small course, whose first exercise has a variant."""
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / EXERCISE / "variants" / "count-client-errors"
    folder.mkdir(parents=True)
    (folder / "task.md").write_text(TASK)
    (folder / "tests.py").write_text(TESTS)
    return tmp_path


@pytest.fixture
def loaded(course, root) -> Exercise:
    load(read_course(root))
    return Exercise.objects.get(slug="count-client-errors")


def test_what_a_variant_does_not_say_is_its_exercises(root):
    original, variant, *_ = (exercise for _, exercise in read_course(root).exercises())
    assert (variant.slug, variant.variant_of.slug) == ("count-client-errors", "count-errors")
    assert (variant.title, variant.minutes) == ("Count the mistakes of clients", 5)
    assert (variant.limits, variant.points) == (original.limits, original.points)
    assert variant.starter == original.starter
    assert variant.hints == original.hints
    assert variant.tests != original.tests
    assert variant.content_hash != original.content_hash
    assert variant.tests_path == variant.folder / "tests.py"
    assert variant.path_of_part("solution") == original.folder / "solution.py"


def test_a_variant_is_checked_as_an_exercise_is(root):
    assert problems_of(read_course(root)) == []
    tests = root / EXERCISE / "variants" / "count-client-errors" / "tests.py"
    tests.write_text(TESTS.replace(', f"500 is not a mistake of a client, and was counted as {got!r}"', ""))
    (problem,) = problems_of(read_course(root))
    assert str(problem.path).endswith("count-client-errors/tests.py")
    assert "this assert has no message" in problem.sentence


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("notes.md", "a variant is a folder with a task.md"),
        ("count-client-errors/notes.md", "an exercise has no such file"),
        ("count-client-errors/variants", "an exercise has no such file"),
    ],
)
def test_what_a_variant_may_not_hold_is_named(root, name, said):
    (root / EXERCISE / "variants" / name).write_text("")
    with pytest.raises(ContentErrors, match=said):
        read_course(root)


def test_a_variant_without_a_task_is_named(root):
    (root / EXERCISE / "variants" / "count-client-errors" / "task.md").unlink()
    with pytest.raises(ContentErrors, match="this file is missing"):
        read_course(root)


@pytest.mark.django_db
def test_it_is_loaded_beside_its_exercise_and_counts_nowhere(loaded, root):
    assert loaded.kind == Exercise.Kind.VARIANT
    assert loaded.variant_of.slug == "count-errors"
    assert loaded.optional
    assert loaded.versions.count() == 1
    assert loaded.lesson.week.exercise_total == 1
    assert not load(read_course(root))  # twice changes nothing


@pytest.mark.django_db
def test_one_that_disappears_is_retired(loaded, root):
    shutil.rmtree(root / EXERCISE / "variants")
    assert "exercise count-client-errors: retired" in load(read_course(root)).lines


@pytest.mark.django_db
def test_its_page_says_what_it_is_a_variant_of_and_no_list_shows_it(loaded, learner, browser_of):
    browser = browser_of(learner)
    page = browser.get(f"{FIRST}count-client-errors/").content.decode()
    assert f'A variant of <a href="{FIRST}count-errors/">Count the errors</a>' in page
    assert "A variant of" not in browser.get(f"{FIRST}count-errors/").content.decode()
    assert "count-client-errors" not in browser.get(FIRST).content.decode()


@pytest.mark.django_db
def test_no_deadline_holds_for_it(loaded, learner, cohort, browser_of):
    Deadline.objects.create(cohort=cohort, week=loaded.lesson.week, due_at=datetime(2026, 1, 1, tzinfo=UTC))
    browser = browser_of(learner)
    assert "Was due" in browser.get(f"{FIRST}count-errors/").content.decode()
    assert "Was due" not in browser.get(f"{FIRST}count-client-errors/").content.decode()
