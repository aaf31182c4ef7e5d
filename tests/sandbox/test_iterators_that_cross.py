"""Iterators cross in batches, either way, and soon enough."""

from __future__ import annotations

from typing import Any


def test_iterators_cross_in_batches_and_no_further_ahead_than_they_came(judge: Any) -> None:
    code = """
        pulled = 0
        def doubled(numbers):
            for n in numbers:
                yield 2 * n
        def counted(n):
            global pulled
            for i in range(n):
                pulled += 1
                yield i
        def so_far(): return pulled
        def endless():
            while True:
                yield 1
        def fails_after(n):
            yield from range(n)
            raise ValueError("broken line")
        def first(items): return next(iter(items))
        def total(items): return sum(items)
        def maps(): return map(str, [1, 2]), {"a": 1}.items(), (n for n in ())
    """
    tests = """
        import itertools
        import pytest

        def test_pipeline(solution):
            assert list(solution.doubled(iter(range(10_000)))) == list(range(0, 20_000, 2))
            assert solution.total(solution.doubled(solution.doubled(range(100)))) == 4 * 4950

        @pytest.mark.parametrize("taken", [0, 1, 2, 10, 1_000, 20_000])
        def test_the_learner_pulls_little_ahead(solution, taken):
            pulled = itertools.count()
            stream = solution.doubled(pulled)
            for _ in range(taken):
                next(stream)
            assert next(pulled) <= min(2 * taken + 1, taken + 4096) * 2

        def test_the_checks_pull_little_ahead(solution):
            stream = solution.counted(10_000)
            assert solution.so_far() == 0
            next(stream)
            assert solution.so_far() == 1
            for _ in range(99):
                next(stream)
            assert solution.so_far() <= 200

        def test_no_end(solution):
            assert sum(itertools.islice(solution.endless(), 1000)) == 1000
            list(solution.endless())

        def test_an_error_in_the_middle(solution):
            got = []
            with pytest.raises(ValueError, match="broken line"):
                for item in solution.fails_after(100):
                    got.append(item)
            assert got == list(range(100))
            def broken():
                yield 1
                raise OSError("disk")
            with pytest.raises(OSError, match="disk"):
                solution.total(broken())

        def test_other_iterables(solution):
            numbers, items, empty = solution.maps()
            assert (list(numbers), list(items), list(empty)) == (["1", "2"], [("a", 1)], [])
            assert solution.first({"a": 1}.keys()) == "a"
            stream = solution.counted(5)
            next(stream)
            assert solution.first(stream) == 1
    """
    judged = judge(code, tests)
    failed = [event for event in judged.all("CheckDone") if event["outcome"] != "passed"]
    assert [event["name"] for event in failed] == ["test_no_end"], failed
    assert (
        failed[0]["message"] == "More than 1,000,000 items came out of one iterator: is there an end to it?"
    )


def test_300_000_log_lines_there_and_their_records_back_in_seconds(judge: Any) -> None:
    code = """
        from dataclasses import dataclass

        @dataclass
        class Hit:
            path: str
            status: int

        def hits(lines):
            for line in lines:
                path, status = line.split()
                yield Hit(path, int(status))
        def lengths(lines): return map(len, lines)
    """
    tests = """
        import time

        def lines():
            return (f"/api/v1/things/{n}/and/more 200" for n in range(300_000))

        def test_lines(solution):
            start = time.perf_counter()
            assert sum(solution.lengths(lines())) > 300_000
            print("lines", time.perf_counter() - start)

        def test_records(solution):
            start = time.perf_counter()
            assert sum(hit.status for hit in solution.hits(lines())) == 300_000 * 200
            print("records", time.perf_counter() - start)
    """
    judged = judge(code, tests)
    assert set(judged.outcomes.values()) == {"passed"}
    words = judged.ended["author_log"].split()
    assert float(words[1]) < 3  # 0.3 s on a quiet machine
    assert float(words[3]) < 6  # 0.9 s
