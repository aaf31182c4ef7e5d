M = (1 << 61) - 1


def double(n):
    return {at * M: 1 for at in range(1, 20_000)}


def doubles(numbers):
    return {float(at * M) for at in range(20_000)}
