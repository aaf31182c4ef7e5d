import os

full = os.open("/dev/full", os.O_WRONLY)
os.dup2(full, 1)
os.dup2(full, 2)
print("x" * 100_000)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
