"""Seeds, files, programs, probes, figures, Hypothesis: what a check has at hand."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.slow

FINE = """
    def add(a, b):
        return a + b
"""


def test_the_same_seed_gives_the_same_numbers_and_each_check_its_own(judge: Any) -> None:
    tests = """
        def test_a(rng, seed): print("a", seed, rng.integers(10**9))
        def test_b(rng): print("b", rng.integers(10**9))
    """
    first, again, other = (judge(FINE, tests, seed=seed).ended["author_log"] for seed in (5, 5, 6))
    assert first == again
    assert first != other
    assert first.split()[2] != first.split()[4]


def test_a_learners_own_random_numbers_repeat_but_do_not_tell_the_seed(judge: Any) -> None:
    code = """
        import random
        import numpy as np

        def draw(seed):
            random_ones = [random.random(), float(np.random.rand())]
            np.random.seed(seed)
            return random_ones
    """
    tests = """
        def test_it(solution, seed): print(solution.draw(seed))
    """
    first, again, other = (judge(code, tests, seed=seed).ended["author_log"] for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_files_data_and_programs(judge: Any, tmp_path: Any) -> None:
    (tmp_path / "access.log").write_text("GET /\n")
    code = """
        import sys
        from pathlib import Path

        def copy():
            Path("out.txt").write_bytes(Path("data/access.log").read_bytes() + b"\\xff")

        if __name__ == "__main__":
            print("read", sys.stdin.read(), sys.argv[1:])
            print("bad", file=sys.stderr)
            sys.exit(3)
    """
    tests = """
        import pytest

        def test_files(solution, data):
            assert (data / "access.log").read_text() == "GET /\\n"
            solution.copy()
            assert solution.files["out.txt"] == b"GET /\\n\\xff"
            assert sorted(solution.files) == ["out.txt", "solution.py"]

        def test_program(solution):
            run = solution.run(stdin="süß", args=["-v"])
            assert (run.stdout, run.stderr, run.exit_code) == ("read süß ['-v']\\n", "bad\\n", 3)

        def test_missing(solution):
            solution.files["other.txt"]

        def test_tmp_path(tmp_path):
            (tmp_path / "x").write_text("x")
    """
    judged = judge(code, tests, data=str(tmp_path))
    assert judged.outcomes == {
        "test_files": "passed",
        "test_program": "passed",
        "test_missing": "failed",
        "test_tmp_path": "passed",
    }
    assert judged.check("test_missing")["message"].startswith("Write the file `other.txt`")


def test_a_probe_runs_beside_the_learners_code(judge: Any) -> None:
    tests = """
        def calls(solution, times):
            seen = []
            original = solution.add
            solution.add = lambda a, b: seen.append((a, b)) or original(a, b)
            for n in range(times):
                solution.twice(n)
            return seen

        def asserts(solution):
            assert solution.twice(2) == 5, "twice(2) is not 5"

        def test_calls(solution):
            assert solution.beside(calls, times=2) == [(0, 0), (1, 1)]

        def test_assertion(solution):
            solution.beside(asserts)
    """
    code = "def add(a, b): return a + b\ndef twice(n): return add(n, n)"
    judged = judge(code, tests)
    assert judged.outcomes == {"test_calls": "passed", "test_assertion": "failed"}
    assert judged.check("test_assertion")["message"] == "twice(2) is not 5"


def test_a_figure_left_open_is_shown_with_its_words(judge: Any) -> None:
    code = """
        import matplotlib.pyplot as plt

        def draw(width):
            figure, axes = plt.subplots(figsize=(width, 3))
            axes.plot([1, 2], label="p99")
            axes.set_title("Latency\\x1b[31m")
            axes.set_xlabel("time (s)")
            axes.legend()
    """
    judged = judge(code, "def test_it(solution):\n    solution.draw(4)\n    solution.draw(400)")
    small, large = judged.all("Drawn")
    assert (small["width"], small["height"]) == (400, 300)
    assert large["width"] <= 1600
    assert small["text"] == "Latency · time (s) · p99"
    assert judged.ended["ending"] == "finished"


def test_a_large_difference_is_said_in_a_line_and_quickly(judge: Any) -> None:
    code = """
        def lines(): return [f"line {n}" for n in range(200_000)]
        def text(): return "\\n".join(lines())
        def table(): return {n: n for n in range(5_000)}
    """
    tests = """
        def test_list(solution):
            assert solution.lines() == [f"line {n}" if n != 777 else "" for n in range(200_000)]

        def test_text(solution):
            assert solution.text() == solution.text().replace("line 777", "LINE 777")

        def test_dict(solution):
            assert solution.table() == {n: n if n != 77 else 0 for n in range(5_000)}
    """
    judged = judge(code, tests)
    assert set(judged.outcomes.values()) == {"failed"}
    assert "they differ first at 777: 'line 777' == ''" in judged.check("test_list")["explanation"]
    assert "line 776\\nline 777" in judged.check("test_text")["explanation"]
    assert "at 77: 77 == 0" in judged.check("test_dict")["explanation"]
    assert all(check["duration_ms"] < 5_000 for check in judged.all("CheckDone"))


def test_hypothesis_works_in_a_check(judge: Any) -> None:
    tests = """
        from hypothesis import given, settings, strategies as st

        @settings(max_examples=20, deadline=None, database=None)
        @given(st.integers(), st.integers())
        def test_sum(solution, a, b):
            assert solution.add(a, b) == a + b, "the sum is wrong"
    """
    assert judge(FINE, tests).only["outcome"] == "passed"
    judged = judge("def add(a, b): return a + b if a < 5 else 0", tests)
    assert judged.only["outcome"] == "failed"
    assert judged.only["message"] == "the sum is wrong"
    assert "Failing test case" in judged.only["explanation"]
    crashed = judge("def add(a, b): raise ValueError('no')", tests)
    assert crashed.only["outcome"] == "crashed"
