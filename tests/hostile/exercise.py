import pytest


def test_doubles_a_number(solution):
    """`double` doubles a number"""
    got = solution.double(21)
    assert got == 2 * 21, f"double(21) came back as {got!r}: is it twice the number?"


def test_doubles_what_is_negative(solution, rng):
    """`double` doubles negative numbers too"""
    number = -int(rng.integers(1, 1000))
    got = solution.double(number)
    assert got == 2 * number, f"double({number}) came back as {got!r}"


@pytest.mark.hidden
def test_doubles_a_list(solution):
    """`doubles` doubles every number of a list"""
    expected = {"MARK-OF-A-HIDDEN-TEST-7f3a": [2, 4, 6]}
    got = solution.doubles([1, 2, 3])
    assert list(got) in expected.values(), "doubles([1, 2, 3]) did not double each number"
