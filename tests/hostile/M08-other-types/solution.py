import itertools
import math
import threading


async def coroutine():
    return 42


answers = itertools.cycle(
    [int, math, lambda: 42, coroutine, open("/dev/null"), threading.Thread(), iter([42]), type, object(), NotImplemented]
)


def double(n):
    return next(answers)


def doubles(numbers):
    return next(answers)
