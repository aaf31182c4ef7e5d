import pytest


@pytest.mark.parametrize("turn", range(13))
def test_a_number(solution, turn):
    """a number is that number"""
    got = solution.double(21)
    assert bool(got == 42), f"double(21) came back as {got!r}"
