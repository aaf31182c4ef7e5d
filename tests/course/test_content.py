"""Reading the course's files: what is right is read, what is wrong is named with its line.

Each folder of `tests/bad_content/` holds what differs from the tiny course: files laid over it, files
REMOVED from it, and the problems EXPECTED. For each rule there is a folder of its name.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.content import ContentErrors, CourseContent, read_course
from course.content.test_file import read_checks
from course.content.yaml_lines import read_yaml
from course.content_rules import RULES, problems_of
from tests.course.conftest import TINY

BAD = Path(__file__).resolve().parent.parent / "bad_content"
CASES = sorted(path.name for path in BAD.iterdir() if path.is_dir())


def problems_in(root: Path) -> list[str]:
    try:
        problems = problems_of(read_course(root))
    except ContentErrors as errors:
        problems = errors.problems
    return [f"{problem.path.relative_to(root)}:{problem.line}: {problem.sentence}" for problem in problems]


def test_the_tiny_course_has_no_problem():
    assert problems_in(TINY) == []


@pytest.mark.parametrize("case", CASES)
def test_a_bad_tree_is_refused_with_the_line_and_what_to_do(case, tmp_path):
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    shutil.copytree(BAD / case, tmp_path, dirs_exist_ok=True)
    (tmp_path / "EXPECTED").unlink()
    removed = tmp_path / "REMOVED"
    for name in removed.read_text().split() if removed.exists() else ():
        (tmp_path / name).unlink()
    removed.unlink(missing_ok=True)
    assert problems_in(tmp_path) == (BAD / case / "EXPECTED").read_text().splitlines()


def test_each_rule_has_a_bad_tree():
    rules = {rule.__name__.replace("_", "-") for rule in RULES}
    assert rules - set(CASES) == {"files-are-small"}, "that one is below: its file is too large to keep"


def test_no_lesson_has_the_address_of_the_quiz_of_its_week(tmp_path):
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "1-basics/week02-sorting/01-top-paths").rename(tmp_path / "1-basics/week02-sorting/01-quiz")
    sentence = "no lesson may be called `quiz`: the site uses that address."
    assert f"1-basics/week02-sorting/01-quiz:1: {sentence}" in problems_in(tmp_path)


def test_no_file_is_over_5_mb(tmp_path):
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "README.md").write_bytes(b"x" * 6_000_000)
    assert problems_in(tmp_path) == [
        "README.md:1: this file has 6.0 MB, over 5: use fewer rows or rounded values."
    ]


def test_a_problem_names_its_path_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContentErrors) as caught:
        read_course(tmp_path)
    assert str(caught.value).splitlines()[-1].startswith("resources.yaml:1: this file is missing")


def test_what_is_inherited_is_stated_once(tiny_content: CourseContent):
    exercises = {exercise.slug: exercise for _, exercise in tiny_content.exercises()}
    assert exercises["count-errors"].limits == {"cpu_s": 2.0, "wall_s": 5.0}
    assert exercises["top-paths"].limits == {"cpu_s": 2.0, "wall_s": 5.0, "memory_mb": 256}
    assert (exercises["count-errors"].points, exercises["top-paths"].points) == (10, 20)
    assert (exercises["count-errors"].level, exercises["top-paths"].level) == (1, 2)


def test_the_header_of_a_wrong_solution_may_go_on(tiny_content: CourseContent):
    (_, exercise), _ = tiny_content.exercises()
    wrong = {wrong.slug: wrong for wrong in exercise.wrong}["counts-every-non-200"]
    assert wrong.explain.endswith("Redirects are healthy, and a 404 is the mistake of a client.")
    assert wrong.expects.names == ("test_not_our_fault",)


def copy_with(tmp_path: Path, path: str, old: str, new: str) -> CourseContent:
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    file = tmp_path / path
    file.write_text(file.read_text().replace(old, new))
    return read_course(tmp_path)


EXERCISE = "1-basics/week01-counting/01-counting-lines/count-errors"


@pytest.mark.parametrize(
    ("path", "old", "new", "decides"),
    [
        (f"{EXERCISE}/tests.py", "got == 2", "got == 3", True),
        (f"{EXERCISE}/task.md", "minutes: 10", "minutes: 10\nlimits: {cpu_s: 3}", True),
        (f"{EXERCISE}/task.md", "minutes: 10", "minutes: 10\ndata: [tiny-log-v1]", True),
        (f"{EXERCISE}/task.md", "minutes: 10", "minutes: 10\nenvironment: ops", True),
        (f"{EXERCISE}/task.md", "minutes: 10", "minutes: 10\npermissions: [loopback]", True),
        ("course.md", "cpu_s: 2", "cpu_s: 3", True),
        (f"{EXERCISE}/task.md", "how many", "count how many", False),
        (f"{EXERCISE}/hints.md", "What does", "What would", False),
        (f"{EXERCISE}/starter.py", "TODO", "TODO:", False),
    ],
)
def test_the_hash_changes_with_all_that_decides_a_verdict_and_with_nothing_else(
    tmp_path, tiny_content, path, old, new, decides
):
    before, after = (
        next(course.exercises())[1] for course in (tiny_content, copy_with(tmp_path, path, old, new))
    )
    assert (before.content_hash != after.content_hash) is decides
    assert tiny_content.content_hash != read_course(tmp_path).content_hash


def test_checks_are_named_as_pytest_names_them(tmp_path):
    text = '''
import pytest

@pytest.mark.parametrize("b", [True, None, 2.5, -1])
@pytest.mark.parametrize(("a", "c"), [("x", 1), ("y", [2]), pytest.param(3, 4, id="three")])
def test_cases(a, b, c):
    """Cases"""

@pytest.mark.parametrize("n", [1, 2], ids=["one", "two"])
def test_named(n):
    """Named"""

def test_plain():
    """Plain"""
'''
    file = tmp_path / "test_it.py"
    file.write_text(text)
    collected = Names()
    pytest.main(
        ["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:django", "-c", "/dev/null", str(file)],
        [collected],
    )
    checks, problems = read_checks(text, file)
    assert not problems
    assert [check.name for check in checks] == collected.names


class Names:
    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.names = [item.name for item in session.items]


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(plain)
def test_yaml_is_read_as_everybody_reads_it(value):
    import yaml

    text = yaml.safe_dump(value, allow_unicode=True)
    parsed = read_yaml(text)
    assert parsed.faults == []
    assert parsed.value == yaml.safe_load(text)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_either_yaml_or_named_with_a_line(text):
    parsed = read_yaml(text)
    assert all(line >= 1 and sentence for line, sentence in parsed.faults)


def test_reading_and_checking_need_no_django():
    code = "import course.content_rules, sys; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_fresh_copy_of_the_template_only_wants_to_be_filled(tmp_path):
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    template = TINY.parent.parent / "fixtures" / "_template" / "01-copy-me"
    shutil.copytree(template, tmp_path / "1-basics" / "week02-sorting" / "02-copy-me")
    counts = tmp_path / "course.md"
    counts.write_text(counts.read_text().replace("lessons: 3", "lessons: 4"))
    to_fill = (
        "misconceptions.yaml does not hold",
        "concepts.yaml does not define",
        "minutes do not fit",
        "questions",
    )
    assert [line for line in problems_in(tmp_path) if not any(part in line for part in to_fill)] == []
