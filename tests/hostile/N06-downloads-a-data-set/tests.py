"""A check that needs what was to be downloaded."""


def test_digits(solution):
    """`digits` gives the digits"""
    assert len(solution.digits()) > 0, "there are no digits"
