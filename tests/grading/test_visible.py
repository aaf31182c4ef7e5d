"""The tests without the hidden ones: nothing that only these use is left, and everything the others use."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from course.content.test_file import read_checks
from grading.visible import visible_source

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
WEEK_1 = sorted(path.parent for path in FIXTURES.glob("1-*/week01-*/*/*/tests.py"))
SHOWN = "def test_shown(solution):\n    assert solution.f() == 1\n"


def visible(source: str) -> str:
    shown = visible_source(dedent(source))
    ast.parse(shown)
    return shown


def names(source: str) -> set[str]:
    """The functions, classes and names that are left."""
    return {node.name for node in ast.walk(ast.parse(source)) if hasattr(node, "name") and node.name} | {
        node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)
    }


@pytest.mark.parametrize(
    "hidden",
    [
        "@pytest.mark.hidden\ndef test_secret(solution):\n    assert solution.f() == SECRET\n",
        "@pytest.mark.hidden()\nasync def test_secret():\n    assert SECRET\n",
        "@pytest.mark.parametrize('n', [1, SECRET])\n@pytest.mark.hidden\ndef test_secret(n): pass\n",
        "mark = pytest.mark\n@mark.hidden\ndef test_secret():\n    assert SECRET\n",
        "hide = pytest.mark.hidden\nother = hide\n@other\ndef test_secret():\n    assert SECRET\n",
        "from pytest import mark as m\n@ m.hidden\ndef test_secret():\n    assert SECRET\n",
        "CASES = [pytest.param(SECRET, marks=pytest.mark.hidden)]\n"
        "@pytest.mark.parametrize('n', CASES)\ndef test_secret(n):\n    assert SECRET\n",
        "@pytest.mark.parametrize('n', [pytest.param(SECRET, marks=[pytest.mark.hidden])])\n"
        "def test_secret(n): pass\n",
        "@pytest.mark.hidden\nclass TestSecret:\n    def test_it(self):\n        assert SECRET\n",
        "class TestSecret:\n    pytestmark = [pytest.mark.hidden]\n    def test_it(self): assert SECRET\n",
        "class TestSecret:\n    @pytest.mark.hidden\n    def test_it(self):\n        assert SECRET\n",
    ],
)
def test_what_is_hidden_by_any_mark_is_gone_and_what_it_alone_uses(hidden):
    shown = visible(f"import pytest\nSECRET = 5\n\n{hidden}\n\n{SHOWN}")
    assert "ecret" not in shown.lower()
    assert "test_shown" in names(shown)


def test_where_the_file_is_hidden_nothing_is_left():
    assert visible(f"import pytest\npytestmark = [pytest.mark.hidden]\n{SHOWN}") == ""
    assert visible("import pytest\n@pytest.mark.hidden\ndef test_it(): pass\n") == ""
    assert visible("") == ""


def test_another_mark_hides_nothing():
    source = f"import pytest\npytestmark = pytest.mark.slow\n@pytest.mark.slow\n{SHOWN}"
    assert visible(source) == source.rstrip("\n") + "\n"


def test_of_the_cases_only_the_hidden_ones_go_and_their_names_with_them():
    shown = visible(
        """
        import pytest
        @pytest.mark.parametrize(
            ("n", "why"),
            [(1, "a"), pytest.param(2, "b", marks=pytest.mark.hidden), (3, "c")],
            ids=["one", "two", "three"],
        )
        def test_it(solution, n, why): pass
        """
    )
    checks, problems = read_checks(shown.replace("pass", "'''It'''"), Path("tests.py"))
    assert not problems
    assert [check.name for check in checks] == ["test_it[one]", "test_it[three]"]
    assert "2" not in shown


@pytest.mark.parametrize("cases", ["(pytest.param(1, marks=pytest.mark.hidden), 2)", "list(CASES)"])
def test_cases_that_cannot_be_cut_take_the_test_with_them(cases):
    source = f"""
CASES = [pytest.param(1, marks=pytest.mark.hidden), 2]
@pytest.mark.parametrize("n", {cases})
def test_it(n): pass
"""
    assert "test_it" not in visible(f"import pytest\n{source}\n{SHOWN}")


def test_what_a_visible_test_reaches_stays_by_whatever_way():
    shown = visible(
        '''
        """Secret words about the file."""
        from __future__ import annotations
        import json, pytest
        import gzip

        BASE = 1
        TABLE = {"a": BASE}
        TABLE["b"] = 2
        for key in ["c"]:
            TABLE[key] = 3
        SECRETS = {}
        SECRETS["a"] = gzip

        @pytest.fixture
        def row(deeper): return deeper
        @pytest.fixture
        def deeper(): return json.loads("1")
        @pytest.fixture(autouse=True)
        def always(): yield
        @pytest.fixture
        def by_name(): yield
        def helper(x): return TABLE[x]
        def secret_helper(x): return SECRETS[x]

        @pytest.mark.usefixtures("by_name")
        def test_shown(row):
            assert helper(row)

        @pytest.mark.hidden
        def test_secret(row):
            assert secret_helper(row)
        '''
    )
    assert {"json", "BASE", "TABLE", "key", "row", "deeper", "always", "by_name", "helper"} <= names(shown)
    assert not {"SECRETS", "secret_helper", "test_secret"} & names(shown)
    assert "gzip" not in shown
    assert "Secret words" not in shown
    assert 'TABLE["b"] = 2' in shown


def test_every_line_keeps_its_number():
    source = "import pytest\n\n@pytest.mark.hidden\ndef test_é():\n    assert '€'\n\n" + SHOWN
    assert visible(source).split("\n")[6:] == source.split("\n")[6:]


@pytest.mark.parametrize("folder", WEEK_1, ids=lambda folder: folder.name)
def test_of_week_one_exactly_the_announced_visible_checks_are_left(folder):
    path = folder / "tests.py"
    announced, _ = read_checks(path.read_text(), path)
    left, problems = read_checks(visible_source(path.read_text()), path)
    assert not problems
    assert [check.name for check in left] == [check.name for check in announced if not check.hidden]
    assert len(left) < len(announced)
