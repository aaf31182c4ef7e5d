import itertools

answers = itertools.cycle([float("nan"), float("inf"), -0.0, 10**1_000_000])


def double(n):
    return next(answers)


def doubles(numbers):
    return [float("nan")] * len(numbers)
