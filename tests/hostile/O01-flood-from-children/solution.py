import os
import time


def double(n):
    for _ in range(10):
        if os.fork() == 0:
            os.write(1, b"x" * 200_000)
            os._exit(0)
    time.sleep(99)


doubles = double
