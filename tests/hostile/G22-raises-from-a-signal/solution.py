import signal


def handler(*arguments):
    raise MemoryError("from a signal")


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
