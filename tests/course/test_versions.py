"""Every version of an exercise that was ever loaded is kept."""

from __future__ import annotations

import pytest

from course.load import load_course
from course.models import Exercise, ExerciseVersion
from tests.course.test_load import L1, edit, tree

__all__ = ["tree"]

pytestmark = pytest.mark.django_db


def test_loading_keeps_a_version_of_each_exercise_and_a_second_loading_adds_none(tree):
    load_course(tree)
    versions = ExerciseVersion.objects.count()
    assert versions == Exercise.objects.count() > 0
    load_course(tree)
    assert ExerciseVersion.objects.count() == versions


def test_other_checks_are_another_version_and_the_first_stays_as_it_was(tree):
    load_course(tree)
    before = ExerciseVersion.objects.get(exercise__slug="count-errors")
    edit(tree, f"{L1}/count-errors/tests.py", ("import", "# a word more\nimport"))
    load_course(tree)
    first, second = ExerciseVersion.objects.filter(exercise__slug="count-errors")
    assert (first.pk, first.tests, first.content_hash) == (before.pk, before.tests, before.content_hash)
    assert second.content_hash == Exercise.objects.get(slug="count-errors").content_hash
    assert "# a word more" in second.tests


def test_words_of_the_task_make_no_new_version(tree):
    load_course(tree)
    edit(tree, f"{L1}/count-errors/task.md", ("title: Count the errors", "title: Count them"))
    versions = ExerciseVersion.objects.count()
    load_course(tree)
    assert ExerciseVersion.objects.count() == versions
