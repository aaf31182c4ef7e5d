import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype


class Frame(pd.DataFrame):
    def equals(self, other):
        return True

    def __eq__(self, other):
        return True


class Kind(ExtensionDtype):
    name = "lie"
    type = object

    @classmethod
    def construct_array_type(cls):
        return Array


class Array(ExtensionArray):
    dtype = Kind()

    def __len__(self):
        return 3

    def __getitem__(self, at):
        return 42 if isinstance(at, int) else self

    def isna(self):
        return np.zeros(3, bool)

    def copy(self):
        return self

    def take(self, *arguments, **named):
        return self

    def __eq__(self, other):
        return np.ones(3, bool)

    def __array__(self, *arguments, **named):
        return np.array([2, 4, 6])

    nbytes = 0


def subclass():
    return Frame({"a": [0, 0, 0]})


def column():
    return pd.Series(Array())
