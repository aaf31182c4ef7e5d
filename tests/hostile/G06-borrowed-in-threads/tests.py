"""A check whose callback is called from threads."""


def test_total(solution):
    """`total` adds what the callback gives"""
    assert solution.total(lambda n: n) == 6


def test_again(solution):
    """`total` works a second time"""
    assert solution.total(lambda n: 2 * n) == 12
