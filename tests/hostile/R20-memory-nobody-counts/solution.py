import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
TRIES = {
    "memfd": lambda: os.memfd_create("hidden"),
    "shared memory": lambda: libc.shmget(0, 50 << 20, 0o1600),
    "semaphores": lambda: libc.semget(0, 250, 0o1600),
    "queue": lambda: libc.msgget(0, 0o1600),
    "named queue": lambda: libc.mq_open(b"/queue", 0o102, 0o600, None),
}


def works(attempt):
    try:
        return attempt() not in (None, -1, False)
    except (OSError, ValueError):
        return False


print("worked:", [name for name, attempt in TRIES.items() if works(attempt)])

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
