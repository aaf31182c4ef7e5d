"""Checks are compiled by the first run of an exercise, and nobody else has a say in it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from grading.sandbox.wire import Job
from grading.verdict import Verdict
from tests.hostile.supervised import ENVIRONMENTS
from tests.hostile.unwell import sandbox_with, unwell

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]

WRONG = Job(
    "wrong",
    "base",
    {"solution.py": "def double(n):\n    return n + n + 1\n"},
    "def test_double(solution):\n    got = solution.double(2)\n    assert got == 4, f'{got} came back'\n",
)
RIGHT = msgspec.structs.replace(WRONG, files={"solution.py": "def double(n):\n    return 2 * n\n"})
# The checks' process of this sandbox tells what it got, in the text that its author's messages are kept in.
TELLS = """
_honest = _make_code
def _make_code(session, tests, code, keep):
    print("with code" if code else "without", file=sys.__stderr__, flush=True)
    _honest(session, tests, code, keep)
"""
SAYS_IT_TWICE = """
def _make_code(session, tests, code, keep):
    session.read(tests)
    if keep and b"came back" in tests.read_bytes():
        keep(b"one")
        keep(b"two")
"""


def test_later_runs_get_the_code_and_explain_as_the_first_did(tmp_path: Path) -> None:
    with unwell(tmp_path, source=sandbox_with(tmp_path, {"checks": TELLS})) as (sandbox, _):
        first, second = sandbox.run(WRONG), sandbox.run(WRONG)
        other = sandbox.run(msgspec.structs.replace(WRONG, tests=WRONG.tests + "\n"))
        assert [report.author_log.splitlines()[0] for report in (first, second, other)] == [
            "without",
            "with code",
            "without",
        ]
        assert first.results[0].explanation == second.results[0].explanation != ""
        assert first.results[0].message == second.results[0].message == "5 came back"
        assert sandbox.run(RIGHT).verdict is Verdict.PASSED


def test_code_that_comes_twice_ends_the_run_as_ours_and_is_not_kept(tmp_path: Path) -> None:
    with unwell(tmp_path, source=sandbox_with(tmp_path, {"checks": SAYS_IT_TWICE})) as (sandbox, _):
        for _ in range(2):
            report = sandbox.run(RIGHT)
            assert report.verdict is Verdict.PLATFORM_ERROR
            assert "code that nobody asked for" in report.author_log
