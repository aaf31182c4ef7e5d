"""A learner's files are compiled and loaded: what is said of those that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from grading.sandbox.checks import over
from grading.sandbox.judging.side import LearnerGone
from grading.sandbox.wire import Ending

TESTS = "def test_it(solution): assert solution.answer() == 7"


def test_a_syntax_error_is_told_with_its_line_and_a_caret(judge: Any) -> None:
    judged = judge("def answer():\n    return (7", TESTS)
    assert judged.ended["ending"] == "does-not-compile"
    assert judged.ended["detail"].splitlines() == [
        'File "solution.py", line 2',
        "    return (7",
        "           ^",
        "SyntaxError: '(' was never closed",
    ]
    assert judged.all("Collected") == []
    assert judged.all("CheckDone") == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1\n  y = 2", "IndentationError: unexpected indent"),
        ("if x:\n\ty\n        z", "TabError"),
        ("x = 1\ny = '\0'", "line 2\nThe file holds a NUL byte"),
        ("x = '\ud800'", "surrogates not allowed"),
        ("(" * 100_000, "too many nested parentheses"),
        ("-" * 100_000 + "1", "nested too deeply"),
        ("x = " + "+".join(["1"] * 100_000), "nested too deeply"),
        ("!rm -rf /", "SyntaxError"),
        ("x = 1\nfrom __future__ import annotations", "from __future__ imports must occur at the beginning"),
        ("return 1", "'return' outside function"),
        ("x = " + "9" * 5_000, "SyntaxError"),
        ("x = 'a" + "b" * 10_000, "unterminated string literal"),
        ("def f(\u202ea): pass", "invalid non-printable character U+202E"),
    ],
    ids=lambda text: text[:20].encode("ascii", "replace").decode(),
)
def test_what_python_cannot_read_does_not_compile(judge: Any, source: str, sentence: str) -> None:
    judged = judge({"solution.py": source}, TESTS)
    assert judged.ended["ending"] == "does-not-compile"
    assert sentence in judged.ended["detail"]
    assert judged.ended["detail"].startswith('File "solution.py"')
    assert len(judged.ended["detail"]) < 1_000


@pytest.mark.parametrize(
    "source",
    [
        "\ufeffdef answer(): return 7",
        "def answer():\r\n    return 7\r\n",
        "def answer():\r    return 7\r",
        "# -*- coding: latin-1 -*-\nü = 7\ndef answer(): return ü",
        "\fdef answer(): return 7",
        "def ａｎｓｗｅｒ(): return 7",  # NFKC makes it answer
        "from __future__ import annotations\ndef answer(x: Nothing = 1): return 7",
    ],
)
def test_what_python_can_read_is_read(judge: Any, source: str) -> None:
    assert judge({"solution.py": source}, TESTS).only["outcome"] == "passed"


@pytest.mark.parametrize("source", ["", "# only a comment", "pass"])
def test_an_empty_file_is_told_what_to_define(judge: Any, source: str) -> None:
    judged = judge({"solution.py": source}, TESTS)
    assert judged.only["message"] == "Define `answer`: your file has nothing of that name."


def test_an_error_while_loading_is_a_crash_with_its_frames(judge: Any) -> None:
    judged = judge("def load():\n    return int('x')\n\nVALUE = load()", TESTS)
    assert judged.ended["ending"] == "crashed"
    assert judged.ended["detail"].splitlines() == [
        "Traceback (most recent call last):",
        '  File "solution.py", line 4, in <module>',
        "    VALUE = load()",
        '  File "solution.py", line 2, in load',
        "    return int('x')",
        "ValueError: invalid literal for int() with base 10: 'x'",
    ]


def test_endless_recursion_is_an_error_with_few_frames(judge: Any) -> None:
    judged = judge("def answer(): return answer()", TESTS)
    assert judged.only["exception"] == "RecursionError"
    assert judged.only["traceback"].count("in answer") < 20
    assert "…" in judged.only["traceback"]


def test_several_files_import_each_other_but_never_stand_in_for_a_library(judge: Any) -> None:
    files = {
        "solution.py": "import random\nfrom parts.parse import seven\nfrom numpy import mean\n"
        "def answer(): return int(mean([seven(), 7]))\ndef origin(): return random.random() < 1",
        "parts/__init__.py": "",
        "parts/parse.py": "import solution\ndef seven(): return 7",
        "random.py": "def random(): return 5",
        "numpy.py": "def mean(x): return 5",
        "conftest.py": "raise SystemExit",
        "sitecustomize.py": "raise SystemExit",
        "pytest.ini": "[pytest]\naddopts = --exitfirst",
    }
    tests = TESTS + "\ndef test_random(solution): assert solution.origin()"
    judged = judge(files, tests)
    assert judged.outcomes == {"test_it": "passed", "test_random": "passed"}


def test_every_file_is_compiled_and_the_wrong_one_named(judge: Any) -> None:
    judged = judge({"solution.py": "", "parts/parse.py": "def f(:"}, TESTS)
    assert judged.ended["ending"] == "does-not-compile"
    assert judged.ended["detail"].startswith('File "parts/parse.py", line 1')


def test_frames_of_all_the_learners_files_are_shown(judge: Any) -> None:
    files = {"solution.py": "from parse import fail as answer", "parse.py": "def fail():\n    return 1 / 0"}
    judged = judge(files, TESTS)
    assert '  File "parse.py", line 2, in fail\n    return 1 / 0' in judged.only["traceback"]


def test_files_that_are_no_python_are_there_to_be_read(judge: Any) -> None:
    tests = "def test_it(solution): assert solution.files['Dockerfile'] == b'FROM debian\\n'"
    assert judge({"Dockerfile": "FROM debian\n"}, tests).only["outcome"] == "passed"


def test_the_module_is_called_solution_and_is_no_program(judge: Any) -> None:
    code = """
        import pickle
        import sys
        from pathlib import Path

        class Thing:
            pass

        def facts():
            same = type(pickle.loads(pickle.dumps(Thing()))) is Thing
            return __name__, Path(__file__).name, sys.argv, same, sys.modules["solution"].facts is facts

        if __name__ == "__main__":
            raise SystemExit
    """
    tests = """
        def test_it(solution):
            assert solution.facts() == ("solution", "solution.py", ["solution.py"], True, True)
    """
    assert judge(code, tests).only["outcome"] == "passed"


def test_a_process_that_dies_while_compiling_did_not_compile() -> None:
    """Compiling runs nothing of the learner's, so an end then is the compiler's."""
    ended = over(LearnerGone(), Ending.DOES_NOT_COMPILE)
    assert ended.learner_gone
    assert ended.ending is Ending.DOES_NOT_COMPILE
