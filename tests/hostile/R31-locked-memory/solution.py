import ctypes

libc = ctypes.CDLL(None, use_errno=True)
page = ctypes.create_string_buffer(1 << 20)
TRIES = {"all": lambda: libc.mlockall(3), "some": lambda: libc.mlock(page, 1 << 20)}


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
