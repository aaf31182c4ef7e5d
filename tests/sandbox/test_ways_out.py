"""No way out of a check is a pass: exits, ends, noise, stubbornness."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "way_out",
    [
        "import sys; sys.exit(0)",
        "raise SystemExit",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
        "raise BaseException('x')",
        "import pytest; pytest.exit('done', returncode=0)",
        "import pytest; pytest.skip('done', allow_module_level=True)",
        "import unittest; raise unittest.SkipTest('done')",
        "from hypothesis import assume; assume(False)",
    ],
)
def test_no_way_out_is_a_pass(judge: Any, way_out: str) -> None:
    tests = """
        from hypothesis import given, settings, strategies as st

        def test_plain(solution):
            assert solution.answer() == 7

        @settings(max_examples=5, deadline=None, database=None)
        @given(st.integers())
        def test_property(solution, n):
            assert solution.answer() == 7
    """
    called = judge(f"def answer():\n    {way_out}", tests)
    assert set(called.outcomes.values()) == {"crashed"}
    assert called.ended["ending"] == "finished"
    imported = judge(way_out, tests)
    assert imported.ended["ending"] == "crashed"
    assert imported.all("CheckDone") == []


@pytest.mark.parametrize(
    "way_out", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)", "import os; os.abort()"]
)
def test_a_process_that_is_gone_has_passed_nothing_more(judge: Any, way_out: str) -> None:
    code = f"def first(): return 1\ndef second():\n    {way_out}"
    tests = """
        def test_first(solution): assert solution.first() == 1
        def test_second(solution):
            try:
                assert solution.second() == 1
            except Exception:
                pass
        def test_third(solution): pass
    """
    judged = judge(code, tests)
    assert judged.outcomes == {"test_first": "passed", "test_second": "skipped", "test_third": "skipped"}
    assert judged.ended["learner_gone"]
    assert judged.ended["ending"] == "finished"


@pytest.mark.parametrize(
    "forgery",
    [
        "b'{\"passed\": true}' * 100",
        "b'\\0\\0\\0\\0\\0\\0\\0\\0'",
        "b'\\0\\0\\0\\2\\0\\0\\0\\0\\x91\\x01'",
        "b'\\xff' * 100_000",
    ],
)
@pytest.mark.parametrize("where", ["while a call is answered", "between two calls"])
def test_noise_on_the_channel_ends_the_run_as_a_crash(judge: Any, forgery: str, where: str) -> None:
    code = f"""
        import os, stat, threading, time

        def shout():
            for fd in range(3, 64):
                try:
                    if stat.S_ISSOCK(os.fstat(fd).st_mode):
                        os.write(fd, {forgery})
                except OSError:
                    pass

        def now(): shout()
        def later(): threading.Timer(0.05, shout).start()
    """
    call = "solution.now()" if where == "while a call is answered" else "solution.later(); time.sleep(0.2)"
    tests = f"""
        import time

        def test_noise(solution):
            try:
                {call}
                solution.now()
                solution.now()
            except Exception:
                pass
        def test_after(solution): pass
    """
    judged = judge(code, tests)
    assert judged.ended["ending"] == "crashed"
    assert judged.ended["detail"].startswith("Your program wrote into the channel")
    assert set(judged.outcomes.values()) == {"skipped"}


def test_a_closed_channel_is_a_process_that_is_gone(judge: Any) -> None:
    code = "import os\ndef shut(): os.closerange(3, 256)"
    judged = judge(code, "def test_it(solution): solution.shut()")
    assert judged.only["outcome"] == "skipped"
    assert judged.ended["learner_gone"]


def test_code_that_swallows_everything_does_not_hold_the_checks(judge: Any) -> None:
    code = """
        def stubborn(callback):
            for _ in range(3):
                try:
                    callback()
                except BaseException:
                    pass
            return "still here"
    """
    tests = """
        def test_it(solution):
            def fails(): assert False, "seen"
            assert solution.stubborn(fails) == "still here"
    """
    assert judge(code, tests).only["outcome"] == "passed"
