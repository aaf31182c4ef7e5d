import time


def double(n):
    return b"x" * 60_000_000


def doubles(numbers):
    time.sleep(99)
