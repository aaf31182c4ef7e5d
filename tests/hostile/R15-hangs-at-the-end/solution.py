import atexit
import threading
import time


def for_ever():
    while True:
        time.sleep(0.1)


class Last:
    def __del__(self):
        for_ever()


last = Last()
atexit.register(for_ever)
threading.Thread(target=for_ever).start()

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
