import multiprocessing
import os


def in_a_child(n):
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, str(2 * n).encode())
        os._exit(0)
    os.wait()
    return int(os.read(read, 100))


def twice(n):
    return 2 * n


def in_a_pool(numbers):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(twice, numbers)
