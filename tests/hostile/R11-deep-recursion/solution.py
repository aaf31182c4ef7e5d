def double(n):
    return double(n)


def doubles(numbers):
    return double(numbers)
