import numpy as np


def test_a_number(solution):
    """a number is that number"""
    assert solution.double(21) == 2 * 21, "double(21) is not twice the number"


def test_close(solution):
    """numbers are close"""
    np.testing.assert_allclose(solution.doubles([1, 2, 3]), [2, 4, 6], err_msg="not close")


def test_equal(solution):
    """arrays are equal"""
    np.testing.assert_array_equal(solution.doubles([1, 2, 3]), [2, 4, 6], err_msg="not equal")


def test_all(solution):
    """every element is right"""
    assert np.array_equal(solution.doubles([1, 2, 3]), [2, 4, 6]), "not equal either"
