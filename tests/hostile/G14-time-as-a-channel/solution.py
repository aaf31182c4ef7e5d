import time


def double(n):
    return 2 * n if time.time_ns() % 2 else 0


doubles = double
