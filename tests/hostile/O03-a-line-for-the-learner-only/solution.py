print("x" * 1_000_000)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
