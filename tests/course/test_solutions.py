"""The solutions that the course knows: loaded with their explanations, and kept as the files say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from course.content.exercise_files import without_header
from course.load import load_course
from course.models import Exercise, KnownSolution
from tests.course.conftest import TINY

pytestmark = pytest.mark.django_db
FOLDER = "1-basics/week01-counting/01-counting-lines/count-errors"


@pytest.fixture
def tree(tmp_path) -> Path:
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    return tmp_path


def of_the_first() -> list[KnownSolution]:
    return list(Exercise.objects.get(slug="count-errors").known_solutions.all())


def test_right_ones_are_loaded_before_the_wrong_ones(tree):
    load_course(tree)
    assert [(row.kind, row.name) for row in of_the_first()] == [
        ("solution", ""),
        ("alternative", ""),
        ("wrong", "counts-all"),
        ("wrong", "counts-every-non-200"),
    ]


def test_a_wrong_one_says_how_it_ends_what_its_author_believes_and_what_is_wrong(tree):
    load_course(tree)
    wrong = of_the_first()[3]
    assert wrong.ending == "fails"
    assert wrong.names
    assert wrong.shows
    assert wrong.belief
    assert wrong.explain.startswith("Your function counts every status but 200.")


def test_the_lines_that_say_what_is_wrong_are_no_part_of_its_code(tree):
    load_course(tree)
    assert all("# explain" not in row.files["solution.py"] for row in of_the_first())
    assert of_the_first()[2].files["solution.py"].startswith("def count_errors")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# expect: too slow\n# explain: It waits.\n#   For ever.\n# mine\nx = 1\n", "# mine\nx = 1\n"),
        ("# mine\nx = 1\n", "# mine\nx = 1\n"),
        ("", ""),
    ],
)
def test_a_comment_of_the_code_itself_stays(text, left):
    assert without_header(text) == left


def test_a_second_loading_writes_none_of_them_again(tree):
    load_course(tree)
    before = list(KnownSolution.objects.values())
    assert not load_course(tree)
    assert list(KnownSolution.objects.values()) == before


def test_a_wrong_one_that_changes_is_replaced_and_the_loading_says_so(tree):
    load_course(tree)
    file = tree / FOLDER / "wrong/counts-all.py"
    file.write_text(file.read_text().replace("# explain: Your", "# explain: This"))
    assert "solutions of count-errors: changed" in load_course(tree).lines
    assert of_the_first()[2].explain.startswith("This function")
    assert KnownSolution.objects.filter(exercise__slug="count-errors").count() == 4
