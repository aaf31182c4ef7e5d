import ctypes
import os
import select

libc = ctypes.CDLL(None, use_errno=True)
kept = []
try:
    while True:
        one = select.epoll()
        for other in kept[-4:]:
            one.register(other, select.EPOLLIN)
        kept += [one, os.eventfd(0), libc.timerfd_create(1, 0)]
except OSError as error:
    print(type(error).__name__, len(kept) < 256)
for thing in kept:
    thing.close() if hasattr(thing, "close") else os.close(thing)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
