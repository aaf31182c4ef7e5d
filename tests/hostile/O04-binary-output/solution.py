import sys

sys.stdout.buffer.write(bytes(range(256)) * 3)
sys.stdout.flush()


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
