"""What has fields crosses as a record, and goes back as what it was."""

from __future__ import annotations

from typing import Any


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
    judge.passes(code, tests)


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
    judge.passes(code, tests)
