import time


def double(n):
    while True:
        print(".", end="", flush=True)
        time.sleep(0.1)


doubles = double
