"""What checks and a learner's code may do with each other's objects: handles, callbacks, fakes."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest


def test_handles_reach_the_object_and_nothing_private(judge: Any) -> None:
    code = """
        class Cache:
            def __init__(self, size):
                self.size = size
                self._items = {}
                self.log = None
            def __len__(self): return len(self._items)
            def __getitem__(self, key): return self._items[key]
            def __contains__(self, key): return key in self._items
            def __iter__(self): return iter(self._items)
            def __enter__(self): self.log = "open"; return self
            def __exit__(self, *error): self.log = "shut"
            def put(self, key, value):
                self._items[key] = value
                return self
        def size_of(cache): return cache.size
        def is_same(a, b): return a is b
    """
    tests = """
        import pytest

        def test_it(solution):
            cache = solution.Cache(3)
            cache.put("a", 1).put("b", [2])
            assert (len(cache), cache["b"], list(cache)) == (2, [2], ["a", "b"])
            assert "a" in cache and "z" not in cache
            assert cache.size == solution.size_of(cache) == 3
            cache.size = 5
            assert cache.size == 5
            assert solution.is_same(cache, cache)
            with cache as opened:
                assert opened.log == "open"
            assert cache.log == "shut"
            assert type(cache).__name__ == "Cache"
            assert not callable(cache) and callable(solution.size_of)
            with pytest.raises(KeyError):
                cache["zz"]
            for private in ("_items", "__dict__", "__class__x", "__globals__"):
                with pytest.raises(AttributeError):
                    getattr(cache, private)
            with pytest.raises(TypeError):
                len(solution.size_of)

        def test_thousands_of_handles_are_given_back(solution):
            for _ in range(3_000):
                solution.Cache(1)
            assert solution.beside(lent) < 100

        def lent(solution):
            import gc
            return sum(type(value) is solution.Cache for value in gc.get_objects())
    """
    judge.passes(code, tests)


def test_callbacks_go_both_ways_and_inwards(judge: Any) -> None:
    code = """
        import threading

        def apply(f, *args, **kwargs): return f(*args, **kwargs)
        def twice(f): return lambda x: f(f(x))
        def down(f, n): return f(n)
        def retry(call, wait, times):
            for n in range(times):
                try:
                    return call()
                except (TimeoutError, ConnectionError) as error:
                    wait(2 ** n)
            raise RuntimeError("gave up") from error
        def sort(items, key): return sorted(items, key=key)
        def in_threads(f, n):
            threads = [threading.Thread(target=f, args=(i,)) for i in range(n)]
            for t in threads: t.start()
            for t in threads: t.join()
        def describe(client): return client.get("/x"), client.calls, [item for item in client.items]
        def peek(client): return client._secret
        def frames(items): return items.gi_frame
        def module(client): return client.np
        def later(f): threading.Timer(0.05, f).start()
    """
    tests = """
        import time
        import numpy as np
        import pytest
        from unittest.mock import Mock

        class Client:
            def __init__(self):
                self.calls = 0
                self.items = iter([1, 2])
                self._secret = 5
                self.np = np
            def get(self, path):
                self.calls += 1
                return {"path": path}

        class Unlucky(Exception):
            pass

        def test_call(solution):
            assert solution.apply(lambda a, b: a * b, 6, b=7) == 42
            assert solution.apply(np.sum, [1, 2]) == 3
            assert solution.twice(lambda x: x + 1)(5) == 7
            assert solution.sort(["bb", "a"], key=len) == ["a", "bb"]
            assert solution.apply(solution.apply, len, "abc") == 3

        def test_clock(solution):
            waits = []
            answers = iter([TimeoutError("slow"), ConnectionResetError(), "fine"])
            def call():
                answer = next(answers)
                if isinstance(answer, Exception):
                    raise answer
                return answer
            assert solution.retry(call, waits.append, 5) == "fine"
            assert waits == [1, 2]

        def test_own_exception(solution):
            def call(): raise Unlucky("no luck")
            with pytest.raises(Unlucky, match="no luck"):
                solution.apply(call)

        def test_depth(solution):
            def again(n): return n if n == 0 else solution.down(again, n - 1)
            assert solution.down(again, 20) == 0
            with pytest.raises(RecursionError):
                solution.down(again, 500)
            assert solution.down(again, 20) == 0

        def test_threads(solution):
            seen = []
            solution.in_threads(seen.append, 20)
            assert sorted(seen) == list(range(20))

        def test_fake(solution):
            assert solution.describe(Client()) == ({"path": "/x"}, 1, [1, 2])
            mock = Mock()
            mock.get.return_value = 5
            mock.calls = 1
            mock.items = [3]
            assert solution.describe(mock) == (5, 1, [3])
            mock.get.assert_called_once_with("/x")
            with pytest.raises(AttributeError):
                solution.peek(Client())

        def test_generators_show_no_frames(solution):
            with pytest.raises(AttributeError):
                solution.frames(n for n in range(3))

        def test_after_the_call_nobody_listens(solution):
            seen = []
            solution.later(lambda: seen.append(1))
            time.sleep(0.2)
            assert solution.apply(len, "ab") == 2
            assert seen == []
    """
    judge.passes(code, tests)


def test_checks_may_patch_and_use_threads_and_wider_fixtures(judge: Any) -> None:
    code = """
        import time
        LIMIT = 3
        def limit(): return LIMIT
        def wait(n): time.sleep(0.001); return n
    """
    tests = """
        from concurrent.futures import ThreadPoolExecutor
        import pytest

        @pytest.fixture(scope="module")
        def limit(solution): return solution.limit()

        def test_patch(solution, monkeypatch, limit):
            assert solution.LIMIT == limit == 3
            monkeypatch.setattr(solution, "LIMIT", 5)
            assert solution.limit() == 5

        def test_restored(solution):
            assert solution.limit() == 3

        def test_threads(solution):
            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(lambda n: solution.wait(n), range(100))) == list(range(100))
    """
    judge.passes(code, tests)


def test_a_callback_that_hands_out_a_library_is_the_authors_mistake(judge: Any) -> None:
    code = "def module(client): return client.np"
    tests = """
        import numpy as np
        class Client:
            np = np
        def test_it(solution): solution.module(Client())
    """
    assert judge(code, tests).ended["ending"] == "platform-error"


def test_a_failed_assertion_in_a_callback_keeps_its_words_from_the_learner(judge: Any) -> None:
    code = """
        heard = []
        def call(f):
            try:
                f(3)
            except Exception as error:
                heard.append(str(error))
                raise
        def peek(): return heard
    """
    tests = """
        def test_it(solution):
            def check(value): assert value == 4, "the words of the author"
            solution.call(check)
        def test_heard(solution):
            assert "words" not in str(solution.peek())
    """
    judged = judge(code, tests)
    assert judged.outcomes == {"test_it": "failed", "test_heard": "passed"}
    assert judged.check("test_it")["message"] == "the words of the author"


@pytest.mark.parametrize(
    "tampering",
    [
        "client.send.assert_called_once_with = lambda *arguments: None",
        "client.send.call_count = 1",
        "client.send.called = True",
        "client.send.mock_calls.append(client.send)",
        "client.send.reset_mock()",
        "client.send.return_value = 1",
        "client.configure_mock(send=len)",
        "client.attach_mock(client.other, 'send')",
        "client.send.side_effect = None",
        "client.send.method_calls",
        "client.send.await_count = 1",
    ],
)
def test_what_a_mock_recorded_is_for_the_checks_alone(judge: Any, tampering: str) -> None:
    code = f"""
        def notify(client):
            try:
                {tampering}
            except AttributeError as error:
                return str(error)
    """
    tests = """
        from unittest.mock import AsyncMock, Mock

        def test_it(solution):
            client = Mock(send=AsyncMock() if "await" in TAMPERING else Mock())
            assert "is for the checks that made it" in solution.notify(client)
            client.send.assert_not_called()
    """
    judge.passes(code, f"TAMPERING = {tampering!r}\n" + textwrap.dedent(tests))
