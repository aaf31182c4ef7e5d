import time


def double(n):
    time.sleep(1.3)
    return 2 * n


doubles = double
