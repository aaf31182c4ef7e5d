import multiprocessing

kept = []
try:
    for _ in range(2000):
        kept.append(multiprocessing.Semaphore(1))
except OSError as error:
    print("at last:", type(error).__name__)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
