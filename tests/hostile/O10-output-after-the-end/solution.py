import os
import threading
import time


def mutter():
    while True:
        print("still here", flush=True)
        time.sleep(0.001)


if os.fork() == 0:
    os.setsid()
    mutter()
threading.Thread(target=mutter, daemon=True).start()

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
