text = "a" * 10**11
number = 10**10**10
nested = ((("x" * 1000,) * 1000,) * 1000,) * 1000


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
