import numpy as np
import pandas as pd
import scipy.sparse


def objects():
    return np.array([1, "a", None], dtype=object)


def structured():
    return np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])


def masked():
    return np.ma.masked_array([1, 2, 3], mask=[0, 1, 0])


def sparse():
    return scipy.sparse.csr_matrix(np.eye(3))


def matrix():
    return np.matrix([[1, 2]])


def record():
    return np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])


def void():
    return np.void(b"abc")


def sparse_frame():
    return pd.DataFrame({"a": pd.arrays.SparseArray([0, 0, 1])})


def arrow():
    return pd.Series([1, 2], dtype="int64[pyarrow]")


def categorical():
    return pd.Series(["a", "b", "a"], dtype=pd.CategoricalDtype(["b", "a"], ordered=True))


def zoned():
    return pd.date_range("2026-03-29", periods=3, freq="h", tz="Europe/Berlin")


def multi():
    return pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", "y"])


def big_endian():
    return np.array([1, 2, 3], dtype=">i4")


def negative_strides():
    return np.arange(6).reshape(2, 3)[::-1, ::-2]


def no_elements():
    return np.zeros((0, 3))
