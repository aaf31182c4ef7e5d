"""The proof finds what it promises to find: a small course is proven, then broken in one place at a time."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from course.content import read_course
from grading.proof.exercise import problems_of_exercise
from grading.proof.inside.block_checks import first_difference, same
from grading.proof.lesson import problems_of_lesson
from grading.proof.runs import side_by_side
from grading.proof.scope import NothingToProve, scope_of
from grading.proof.supervisor import own_sandbox

TINY = Path(__file__).resolve().parent.parent / "tiny_course"
LESSON = "1-basics/week01-counting/01-counting-lines"
EXERCISE = "1-basics/week02-sorting/01-top-paths/top-paths"
PLOT = "from matplotlib import pyplot\n_ = pyplot.bar([1, 2, 3], [200, 302, 503])\nprint('drawn')"


@pytest.fixture(scope="module")
def runs():
    with own_sandbox(data=TINY / "data") as runner, side_by_side(runner, 2) as runs:
        yield runs


@pytest.fixture
def tiny(tmp_path):
    """A copy of the small course, with a real plot in it; `tiny(path, old, new)` edits a file."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)

    def edit(path: str, old: str, new: str) -> None:
        text = (root / path).read_text()
        assert old in text
        (root / path).write_text(text.replace(old, new, 1))

    edit(f"{LESSON}/lesson.md", 'print("drawn")', PLOT)
    edit.root = root
    return edit


@pytest.fixture
def exercise_problems(tiny, runs):
    def exercise_problems(slug="top-paths"):
        course = read_course(tiny.root)
        exercise = next(one for _, one in course.exercises() if one.slug == slug)
        return [
            str(problem).removeprefix(f"{tiny.root}/") for problem in problems_of_exercise(exercise, runs)
        ]

    return exercise_problems


@pytest.fixture
def lesson_problems(tiny, runs):
    def lesson_problems(**options):
        course = read_course(tiny.root)
        lesson = next(one for _, _, one in course.lessons() if one.slug == "counting-lines")
        found = problems_of_lesson(lesson, course, runs, **options)
        return [str(problem).removeprefix(f"{tiny.root}/") for problem in found]

    return lesson_problems


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["count-errors", "top-paths"])
def test_an_exercise_that_is_right_is_proven(exercise_problems, slug):
    assert exercise_problems(slug) == []


VARIANT = """---
title: The last paths
---
Write `top(paths, n)`: the last `n` of the paths.
"""


@pytest.mark.slow
def test_a_variant_that_its_exercises_own_solution_passes_is_found(tiny, exercise_problems):
    folder = tiny.root / EXERCISE / "variants" / "last-paths"
    folder.mkdir(parents=True)
    (folder / "task.md").write_text(VARIANT)
    tests = (tiny.root / EXERCISE / "tests.py").read_text()
    (folder / "tests.py").write_text(f"{tests}\n# the same, but for this line\n")
    assert exercise_problems("last-paths") == [
        f"{EXERCISE}/variants/last-paths/task.md:1: "
        "the solution of the exercise passes this variant too: ask for something else."
    ]


def test_a_variant_is_proven_by_its_name_and_with_its_lesson(tiny):
    folder = tiny.root / EXERCISE / "variants" / "last-paths"
    folder.mkdir(parents=True)
    (folder / "task.md").write_text(VARIANT)
    course = read_course(tiny.root)
    assert [one.slug for one in scope_of(course, "last-paths").exercises] == ["last-paths"]
    for both in ("top-paths", str(tiny.root / EXERCISE)):
        assert [one.slug for one in scope_of(course, both).exercises] == ["top-paths", "last-paths"]


def only_if(condition: str) -> str:
    """The beginning of a solution that is right on a condition of its own."""
    return f"""import os, time

def top(paths, n):
    return right(paths, n) if {condition} else []

def right("""


NOBODY_FAILS = 'def test_n(solution):\n    """N"""\n    assert 1, ""\n\n\ndef test_ties'
USES_A_HIDDEN_ONE = '''import pytest


@pytest.mark.hidden
def test_n(solution):
    """N"""
    assert solution.top([], 1) == [], "there is nothing to count"


again = test_n


def test_more(solution):
    """More"""
    again(solution)


def test_ties'''
WRONG_ONE = "wrong/by-name-only.py"
ALREADY_RIGHT = "return sorted(set(paths), key=lambda p: (-paths.count(p), p))[:n]"

# (file, what stands there, what to put in its place, what the proof says)
BREAKS = {
    "solution fails": ("solution.py", "-counts[path]", "counts[path]", "with seed 0, this does not pass"),
    "asks the clock": ("solution.py", "def top(", only_if("time.time() < 1.82e9"), "400 days later"),
    "asks the zone": ("alternative.py", "def top(", only_if("not time.timezone"), "in Asia/Kathmandu"),
    "leaves it to chance": ("solution.py", "def top(", only_if("os.urandom(1)[0] % 2"), "solution.py:1: "),
    "starter raises": ("starter.py", "return []", "raise NotImplementedError", "must fail without an error"),
    "starter passes": ("starter.py", "return []", ALREADY_RIGHT, "the starter passes"),
    "text not shown": (WRONG_ONE, "was asked for twice", "no such words", "says “no such words”"),
    "fails more": (WRONG_ONE, "sorted(set(paths))", "paths", "it also fails test_ties_by_name"),
    "fails less": (
        WRONG_ONE,
        "fails test_the",
        "fails test_ties_by_name test_the",
        "not fail test_ties_by_name",
    ),
    "does not crash": (
        WRONG_ONE,
        "fails test_the_most_frequent_first",
        "crashes KeyError",
        "not crash with KeyE",
    ),
    "is not slow": (WRONG_ONE, "fails test_the_most_frequent_first", "too slow", "does not end as too-slow"),
    "check without teeth": ("tests.py", "def test_ties", NOBODY_FAILS, "tests.py:7: nothing fails test_n"),
    "uses a hidden one": (
        "tests.py",
        "def test_ties",
        USES_A_HIDDEN_ONE,
        "the checks themselves break on try",
    ),
    "wordy": ("tests.py", "/b was asked", f"/b was {'really ' * 60}asked", "1 to 60 teach best"),
    "broken checks": (
        "tests.py",
        "def test_the",
        "import nothing\n\n\ndef test_the",
        "checks themselves break",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new", "says"), BREAKS.values(), ids=BREAKS)
def test_an_exercise_that_does_not_hold_its_promise_is_found(exercise_problems, tiny, file, old, new, says):
    tiny(f"{EXERCISE}/{file}", old, new)
    problems = exercise_problems()
    assert any(says in problem for problem in problems), problems


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expects", "code"),
    [
        ("crashes KeyError", "def top(paths, n):\n    return {}[n]\n"),
        ("too slow", "def top(paths, n):\n    while True:\n        pass\n"),
        (
            "out of memory",
            "def top(paths, n):\n    x = []\n    while True:\n        x.append(bytearray(10**7))\n",
        ),
    ],
)
def test_a_wrong_one_may_crash_or_use_up_a_limit(exercise_problems, tiny, expects, code):
    header = f"# expect: {expects}\n# misconception: order-does-not-matter\n# explain: It is wrong.\n"
    (tiny.root / EXERCISE / "wrong" / "another.py").write_text(header + code)
    task = tiny.root / EXERCISE / "task.md"
    limits = "limits: {cpu_s: 2, wall_s: 4, memory_mb: 200}"
    task.write_text(re.sub("^limits:.*$", limits, task.read_text(), flags=re.MULTILINE))
    assert exercise_problems() == []


@pytest.mark.slow
def test_an_exercise_is_proven_with_what_it_permits(exercise_problems, tiny):
    listens = 'import socket\n\nsocket.create_server(("127.0.0.1", 0)).close()\n\n\n'
    tiny(f"{LESSON}/count-errors/solution.py", "def count", f"{listens}def count")
    assert any("PermissionError" in problem for problem in exercise_problems("count-errors"))
    tiny(f"{LESSON}/count-errors/task.md", "minutes: 10\n", "minutes: 10\npermissions: [loopback]\n")
    assert exercise_problems("count-errors") == []


@pytest.mark.slow
def test_a_lesson_whose_blocks_keep_their_contract_is_proven_and_drawn(lesson_problems, tiny):
    (tiny.root / LESSON / "plot-1.svg").write_text("<svg/>")
    assert lesson_problems(draw=True) == []
    assert (tiny.root / LESSON / "plot-1.svg").read_text().startswith("<?xml")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("```output\n1\n", "```output\n2\n", "line 1 of the output is `1`, and the fence says `2`"),
        ("```output\n1\n", "```output\n1\n2\n", "the block prints 1 lines, and the fence holds 2"),
        ('int("five hundred")', "int(500)", "the block raises nothing, and promises ValueError"),
        ('int("five hundred")', "{}[1]", "the block raises KeyError: 1, and promises ValueError"),
        ("statuses = (200", "statuses = nothing, (200", "the block raises NameError"),
        ("_ = pyplot.bar", "_ = max", "exactly one figure open"),
        ("statuses = (200", "while True: pass\nstatuses = (200", "within 20 s"),
    ],
)
def test_a_block_that_does_not_keep_its_contract_is_found(lesson_problems, tiny, monkeypatch, old, new, says):
    from grading.proof import lesson
    from grading.sandbox.wire import Limits

    monkeypatch.setattr(lesson, "LIMITS", Limits(cpu_s=3, wall_s=6, memory_mb=512))
    tiny(f"{LESSON}/lesson.md", old, new)
    problems = lesson_problems()
    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith(f"{LESSON}/lesson.md:") for problem in problems)


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("p99 = 12.345 ms", "p99 = 12.349 ms"),
        ("a   1.0", "a 1.0"),
        ("1.234e-05", "1.235e-05"),
        ("300,000 lines", "300000 lines"),
        ("[1. 2.5]", "[1.  2.5]"),
    ],
)
def test_lines_agree_in_words_and_to_three_digits(line, other):
    assert same(line, other)


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("12.3 ms", "12.9 ms"),
        ("2026-11-23", "2027-11-23"),
        ("3 errors", "4 errors"),
        ("a b", "a c"),
        ("-1.5", "1.5"),
    ],
)
def test_lines_that_differ_are_told_apart(line, other):
    assert not same(line, other)


def test_the_first_difference_is_named():
    assert first_difference("a\nb\n", "a\nb") == ""
    assert "line 2" in first_difference("a\nb\n", "a\nc\n")


@pytest.mark.parametrize(
    ("what", "exercises", "lessons"),
    [
        ("", ["count-errors", "top-paths"], ["counting-lines", "top-paths"]),
        ("week01", ["count-errors"], ["counting-lines"]),
        ("week1", ["count-errors"], ["counting-lines"]),
        ("basics", ["count-errors", "top-paths"], ["counting-lines", "top-paths"]),
        ("count-errors", ["count-errors"], []),
        (str(TINY / LESSON), ["count-errors"], ["counting-lines"]),
        (str(TINY / LESSON / "count-errors"), ["count-errors"], []),
    ],
)
def test_a_part_of_the_course_is_named_by_word_or_by_folder(what, exercises, lessons):
    scope = scope_of(read_course(TINY), what)
    assert [one.slug for one in scope.exercises] == exercises
    assert [one.slug for one in scope.lessons] == lessons


def test_one_environment_of_it_can_be_proven_alone():
    course = read_course(TINY)
    scope = scope_of(course)
    lesson, exercise = scope.lessons[0], scope.exercises[1]
    scope.lessons[0] = dataclasses.replace(lesson, environment="torch")
    scope.exercises[1] = dataclasses.replace(exercise, environment="torch")
    assert scope.within("torch").lessons == [scope.lessons[0]]
    assert scope.within("torch").exercises == [scope.exercises[1]]
    assert scope.within("base").exercises == [scope.exercises[0]]
    assert scope.within("torch").folders == scope.folders


def test_what_is_not_there_is_said_with_what_is_near():
    with pytest.raises(NothingToProve, match="Did you mean count-errors"):
        scope_of(read_course(TINY), "count-error")
