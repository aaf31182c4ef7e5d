import time


def double(n):
    time.sleep(9999)
