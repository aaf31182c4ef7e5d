import pytest


@pytest.mark.parametrize("turn", range(12))
def test_a_number(solution, turn):
    """a number is that number"""
    got = solution.double(21)
    assert got == 42 and type(got) is int, "it is not 42"
