import time


def double(n):
    return 2 * n


def doubles(numbers):
    time.sleep(99)
