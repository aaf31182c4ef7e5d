"""A check that hands over a callback and an iterator without an end."""
import itertools
import time


def test_comes_back(solution):
    """`double` comes back"""

    def slowly(n):
        time.sleep(0.01)
        return n

    assert solution.double(slowly, itertools.count()) == 2, "double should come back with 2"
