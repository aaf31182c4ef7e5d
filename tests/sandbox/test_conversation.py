"""What checks and a learner's code say to each other: callbacks, iterators, records, handles, exceptions."""

from __future__ import annotations

from typing import Any

import pytest


def passes(judge: Any, code: str, tests: str) -> None:
    judged = judge(code, tests)
    shown = [event for event in judged.all("CheckDone") if event["outcome"] != "passed"]
    assert not shown, "\n".join(f"{e['name']}: {e['message']}\n{e['explanation']}" for e in shown)
    assert judged.ended["ending"] == "finished"


def test_records_compare_by_what_they_hold(judge: Any) -> None:
    code = """
        from collections import namedtuple
        from dataclasses import dataclass, field
        from enum import Enum, IntEnum
        from typing import NamedTuple

        @dataclass(frozen=True, slots=True)
        class Hit:
            path: str
            status: int
            tags: list = field(default_factory=list)

        @dataclass
        class Window:
            size: int
            total: float = 0.0
            def add(self, value):
                self.total += value
                return self
            @property
            def mean(self):
                return self.total / self.size

        Point = namedtuple("Point", "x y")

        class Span(NamedTuple):
            start: float
            end: float
            @property
            def length(self): return self.end - self.start

        class Level(Enum):
            LOW = "low"
            HIGH = "high"

        class Code(IntEnum):
            OK = 200

        def hit(): return Hit("/a", 200, ["x"])
        def hits(n): return [Hit(f"/{i}", i, []) for i in range(n)]
        def windows(n): return [Window(i + 1) for i in range(n)]
        def paths(hits): return [hit.path for hit in hits]
        def is_hit(value): return type(value) is Hit
        def level_of(level): return level is Level.HIGH
    """
    tests = """
        from collections import namedtuple
        from dataclasses import dataclass

        @dataclass
        class Hit:
            path: str
            status: int
            tags: list

        def test_dataclass(solution):
            hit = solution.hit()
            assert (hit.path, hit.status, hit.tags) == ("/a", 200, ["x"])
            assert type(hit).__name__ == "Hit"
            assert hit.as_dict() == {"path": "/a", "status": 200, "tags": ["x"]}
            assert hit == solution.Hit("/a", 200, ["x"]) == Hit("/a", 200, ["x"])
            assert hit != solution.Hit("/b", 200, ["x"])
            assert hit != ("/a", 200, ["x"])
            assert repr(hit) == "Hit(path='/a', status=200, tags=['x'])"
            assert not hasattr(hit, "nothing")

        def test_there_and_back(solution):
            hits = solution.hits(100)
            assert solution.paths(hits) == [f"/{i}" for i in range(100)]
            assert solution.is_hit(hits[0])
            assert solution.is_hit(solution.hit())

        def test_live(solution):
            window = solution.Window(4)
            window.add(2)
            window.add(6)
            assert window.total == 8
            assert window.mean == 2
            assert window == solution.Window(4, 8)
            assert [w.mean for w in solution.windows(20)] == [0] * 20

        def test_named_tuple(solution):
            point = solution.Point(1, 2)
            assert point == (1, 2)
            assert (1, 2) == point
            x, y = point
            assert (x, y, point[0], point.y, len(point), point[-1:]) == (1, 2, 1, 2, 2, (2,))
            assert sorted([solution.Point(2, 1), point])[0] == point
            assert {point: 1}[(1, 2)] == 1
            assert solution.Span(1.0, 3.5).length == 2.5

        def test_enums(solution):
            assert solution.Level.HIGH.name == "HIGH"
            assert solution.Level.HIGH.value == "high"
            assert solution.Level.HIGH == solution.Level.HIGH != solution.Level.LOW
            assert solution.Level.HIGH != "high"
            assert solution.Code.OK == 200
            assert type(solution.Code.OK).__name__ == "Code"
            assert solution.level_of(solution.Level.HIGH)
    """
    passes(judge, code, tests)


def test_the_checks_own_records_arrive_as_real_ones(judge: Any) -> None:
    code = """
        import dataclasses

        def sizes(pods): return [pod.name for pod in pods if pod.cpu > 1]
        def doubled(pod): return dataclasses.replace(pod, cpu=pod.cpu * 2).cpu
        def unpacked(pair): left, right = pair; return left + right, pair.left, pair._fields
        def name(colour): return colour.name, colour.value
    """
    tests = """
        from dataclasses import dataclass
        from enum import Enum
        from typing import NamedTuple

        @dataclass
        class Pod:
            name: str
            cpu: float

        class Pair(NamedTuple):
            left: int
            right: int

        class Colour(Enum):
            RED = "r"

        def test_it(solution):
            assert solution.sizes([Pod(str(n), n) for n in range(4)]) == ["2", "3"]
            assert solution.sizes([Pod(str(n), n) for n in range(40)])[-1] == "39"
            assert solution.doubled(Pod("a", 1.5)) == 3.0
            assert solution.unpacked(Pair(1, 2)) == (3, 1, ("left", "right"))
            assert solution.name(Colour.RED) == ("RED", "r")
    """
    passes(judge, code, tests)


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
    passes(judge, code, tests)


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
    passes(judge, code, tests)


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
    passes(judge, code, tests)


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


def test_exceptions_arrive_as_their_type(judge: Any) -> None:
    code = """
        import json
        import subprocess
        import numpy as np

        class AppError(Exception):
            def __init__(self, status, *, hint):
                super().__init__(status)
                self.status = status
                self.hint = hint
            def __str__(self): return f"status {self.status}"
        class NotFound(AppError, KeyError): pass
        class Odd(Exception):
            def __str__(self): raise RuntimeError

        def fail(kind):
            if kind == "json": json.loads("{")
            if kind == "linalg": np.linalg.inv(np.zeros((2, 2)))
            if kind == "unicode": b"\\xff".decode()
            if kind == "os": open("/no/such/file")
            if kind == "own": raise NotFound(404, hint="look")
            if kind == "odd": raise Odd
            if kind == "group": raise ExceptionGroup("several", [ValueError(1)])
            if kind == "exit": raise SystemExit(2)
            if kind == "process": raise subprocess.CalledProcessError(3, "ls")
            if kind == "deep": fail("deep")
            if kind == "base": raise BaseException("b")
            raise kind
        def catches(f):
            try:
                f()
            except AppError:
                return "caught"
        def raises(kind):
            try:
                raise kind("x")
            except kind:
                return "raised"
        def caught(): return [ValueError("x", 1), KeyError]
    """
    tests = """
        import json
        import subprocess
        import numpy as np
        import pytest

        def test_types(solution):
            with pytest.raises(json.JSONDecodeError): solution.fail("json")
            with pytest.raises(np.linalg.LinAlgError): solution.fail("linalg")
            with pytest.raises(UnicodeDecodeError): solution.fail("unicode")
            with pytest.raises(subprocess.CalledProcessError) as called: solution.fail("process")
            assert called.value.returncode == 3
            with pytest.raises(FileNotFoundError) as missing: solution.fail("os")
            assert missing.value.errno == 2
            with pytest.raises(RecursionError): solution.fail("deep")
            with pytest.raises(Exception, match="several"): solution.fail("group")
            with pytest.raises(Exception): solution.fail("base")
            with pytest.raises(Exception): solution.fail("odd")

        def test_own(solution):
            with pytest.raises(solution.NotFound) as found: solution.fail("own")
            assert (found.value.status, found.value.hint, str(found.value)) == (404, "look", "status 404")
            with pytest.raises(solution.AppError): solution.fail("own")
            with pytest.raises(KeyError): solution.fail("own")
            assert type(found.value).__name__ == "NotFound"

        def test_exit(solution):
            with pytest.raises(SystemExit) as ended: solution.fail("exit")
            assert ended.value.code == 2

        def test_passed_in(solution):
            with pytest.raises(TimeoutError): solution.fail(TimeoutError)
            with pytest.raises(solution.AppError): solution.fail(solution.AppError(1, hint=""))

        def test_raised_by_a_fake(solution):
            class Unlucky(Exception): pass
            def fake(): raise solution.NotFound(404, hint="x")
            assert solution.catches(fake) == "caught"
            assert solution.raises(Unlucky) == "raised"
            with pytest.raises(Unlucky): solution.fail(Unlucky)

        def test_as_values(solution):
            error, kind = solution.caught()
            assert type(error) is ValueError and error.args == ("x", 1) and kind is KeyError
    """
    passes(judge, code, tests)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def f(): return 10 ** 5000", "Your code gave back a `int` that a check cannot take"),
        ("def f():\n    x = []\n    x.append(x)\n    return x", "nested more than 100 deep"),
        ("import numpy as np\ndef f(): return np.array([object()])", "its dtype is object"),
        ("def f(): return bytes(70_000_000)", "larger than 64 MB"),
        ("import pandas as pd\ndef f(): return pd.Series([1], dtype='Sparse[int]')", "Sparse"),
    ],
)
def test_a_value_that_cannot_cross_fails_with_its_reason(judge: Any, code: str, sentence: str) -> None:
    judged = judge(code, "def test_it(solution): solution.f()\ndef test_next(solution): solution.f")
    assert judged.outcomes == {"test_it": "failed", "test_next": "passed"}
    assert sentence in judged.check("test_it")["message"]
