import multiprocessing


def double(n):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return pool.map(abs, [2 * n])[0]


doubles = double
