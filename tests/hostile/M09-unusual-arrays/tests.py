"""What crosses is what it was; what does not is refused in a sentence."""

import numpy as np
import pandas as pd
import pytest


@pytest.mark.parametrize("name", ["objects", "structured", "record", "sparse_frame", "arrow"])
def test_is_refused(solution, name):
    """what has no plain form is refused in words, or stays a handle"""
    with pytest.raises(Exception, match="cannot take|cross|plain"):
        got = getattr(solution, name)()
        assert not isinstance(got, (np.ndarray, pd.DataFrame, pd.Series))
        bool(got)


@pytest.mark.parametrize("name", ["masked", "sparse", "matrix", "void"])
def test_is_no_plain_array(solution, name):
    """a subclass or a container of a library is never taken for an array"""
    try:
        got = getattr(solution, name)()
    except Exception as error:
        assert "cannot take" in str(error)
        return
    assert type(got) is not np.ndarray
    assert not got == 1


def test_a_categorical(solution):
    """categories cross in their order"""
    got = solution.categorical()
    assert list(got.cat.categories) == ["b", "a"] and got.cat.ordered


def test_times_with_a_zone(solution):
    """a zone crosses, over a change of the clocks"""
    assert solution.zoned().equals(pd.date_range("2026-03-29", periods=3, freq="h", tz="Europe/Berlin"))


def test_an_index_of_two_levels(solution):
    """two levels cross with their names"""
    assert solution.multi().equals(pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", "y"]))


def test_memory_the_other_way_round(solution):
    """byte order and strides do not change the numbers"""
    assert solution.big_endian().tolist() == [1, 2, 3]
    assert solution.negative_strides().tolist() == [[5, 3], [2, 0]]
    assert solution.no_elements().shape == (0, 3)
