import pytest


def test_retry(solution):
    """`retry` tries again"""
    calls = []

    def action():
        calls.append(1)
        if len(calls) < 3:
            raise ConnectionError("not yet")
        return "done"

    assert solution.retry(action, 5) == "done"
    with pytest.raises(ConnectionError):
        calls.clear()
        solution.retry(action, 2)


def test_lends(solution):
    """iterators and keys go over"""
    assert solution.total(str(n) for n in range(2_000)) == 1_999_000
    assert solution.sort_by([3, 1, 2], lambda n: -n) == [3, 2, 1]
    assert [list(b) for b in solution.batches([1, 2, 3], 2)] == [[1, 2], [3]]


def test_objects(solution):
    """an object keeps its count"""
    counter = solution.Counter()
    counter.add(2).add(3)
    assert counter.count == 5
