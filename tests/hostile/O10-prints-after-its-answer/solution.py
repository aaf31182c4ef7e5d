import os
import threading
import time


def late():
    time.sleep(0.2)
    while True:
        os.write(1, b"late " * 1000)


threading.Thread(target=late, daemon=True).start()


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
