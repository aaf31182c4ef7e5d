import numpy as np

large = np.ones(20_000_000)


def double(n):
    global large
    while True:
        large += 1


doubles = double
