import os

read, write = os.pipe()
os.close(read)
try:
    os.write(write, b"x")
except OSError as error:
    print(type(error).__name__)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
