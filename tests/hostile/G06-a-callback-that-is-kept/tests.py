"""Checks that each lend a function of their own."""


def test_first(solution):
    """`double` calls the function"""
    assert solution.double(lambda n: n) == 2


def test_second(solution):
    """`double` calls the function it gets"""
    assert solution.double(lambda n: 2 * n) == 2, "another check's function was called"
