from concurrent.futures import ProcessPoolExecutor


def twice(n):
    return 2 * n


def double(n):
    return 2 * n


def doubles(numbers):
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(twice, numbers))
