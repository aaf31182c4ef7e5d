import numpy as np


def double(n):
    large = np.ones(20_000_000)
    return 2 * n if large.sum() == 20_000_000 else 0


def doubles(numbers):
    return [2 * n for n in numbers]
