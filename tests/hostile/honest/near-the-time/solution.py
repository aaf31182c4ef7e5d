import time


def double(n):
    until = time.process_time() + 0.17
    while time.process_time() < until:
        pass
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
