"""A check whose own work on what it got takes very long."""


def test_distinct(solution):
    """`double` gives each number once"""
    got = solution.double(1)
    assert len(set(got)) == len(got)
