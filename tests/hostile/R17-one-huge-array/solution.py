import numpy as np


def double(n):
    return np.zeros(10**12)


def doubles(numbers):
    return np.zeros(10**12)
