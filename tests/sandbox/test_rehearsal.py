"""Each environment has an exercise that its zygotes rehearse; each check of it can be played alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grading.sandbox import pages
from grading.sandbox.pages import Touched
from grading.sandbox.rehearsal import Exercise

LISTS = Path("grading/sandbox/environments")
NAMES = sorted(path.stem for path in LISTS.glob("*.preload"))


@pytest.mark.parametrize("name", NAMES)
def test_each_environment_has_its_rehearsal(name: str) -> None:
    folder = LISTS / f"{name}.rehearsal"
    exercise = Exercise((folder / "solution.py").read_text(), (folder / "tests.py").read_text())
    assert len(exercise.by_check()) >= 5


@pytest.mark.parametrize("names", [["test_a"], ["test_a", "test_b", "test_c"]])
def test_a_rehearsal_can_be_played_check_by_check(names: list[str]) -> None:
    tests = "\n".join(f"def {name}(): pass" for name in names)
    left = []
    for exercise in Exercise("", tests).by_check():
        space: dict[str, object] = {}
        exec(compile(ast.parse(exercise.tests), "tests.py", "exec"), space)
        left += [name for name in space if name.startswith("test_")]
    assert left == names


def test_the_pages_that_most_runs_write_to_come_first_and_neighbours_are_one_range() -> None:
    runs = [Touched([5, 6, 9], [1]), Touched([5, 6], [3]), Touched([5, 7], [])]
    size = pages._PAGE
    assert pages.most_touched(runs, 2 * size).written == ((5 * size, 2 * size),)
    found = pages.most_touched(runs, 100 * size)
    assert found.written == ((5 * size, 3 * size), (9 * size, size))
    assert found.read == ((1 * size, 3 * size),)  # of a file, what lies between is mapped too


def test_what_this_process_has_just_written_is_among_what_it_touched() -> None:
    kept = bytearray(64 * pages._PAGE)
    for at in range(0, len(kept), pages._PAGE):
        kept[at] = 1
    assert len(pages.touched().written) >= 64
    pages.bring(pages.most_touched([pages.touched()], 1 << 20))  # harmless where it is there already
