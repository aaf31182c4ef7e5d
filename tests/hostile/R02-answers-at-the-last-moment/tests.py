"""A check with some honest work of its own after the answer."""

import time


def test_double(solution):
    """`double` doubles a number"""
    got = solution.double(2)
    time.sleep(0.5)
    assert got == 4
