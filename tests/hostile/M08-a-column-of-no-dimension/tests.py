"""A check that takes what it gets."""


def test_any(solution):
    """`double` gives anything"""
    assert solution.double(1) is None, "it should give nothing"
