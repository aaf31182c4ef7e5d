import decimal
from collections import Counter, OrderedDict, defaultdict, deque

import pytest


def test_everything(solution):
    """each feature gives its plain value"""
    got = solution.everything()
    assert got["pair"] == (1, 2) and got["level"] == 2 and got["answer"] == 42
    assert got["third"] == decimal.Decimal("0.3333333333")
    assert got["counter"] == Counter("aab") and got["ordered"] == OrderedDict(a=1)
    assert got["default"] == defaultdict(list, a=[1]) and got["deque"] == deque([1, 2])
    assert got["chunks"] == [("a", "a"), ("b", "b")] and got["hints"] is True


def test_records(solution):
    """`parsed` gives a request"""
    assert solution.parsed("/cart 12.5").as_dict() == {"path": "/cart", "ms": 12.5, "tags": []}
    with pytest.raises(TypeError):
        solution.parsed("nothing")


def test_iterators(solution):
    """`numbers` yields"""
    assert list(solution.numbers()) == [0, 1, 2]
    assert solution.fibonacci(80) == 23416728348467685
    assert solution.slow_sum(list(range(100))) == 4950
