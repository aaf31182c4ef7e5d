import ctypes

libc = ctypes.CDLL(None, use_errno=True)
IO_URING_SETUP = 425


def double(n):
    return libc.syscall(IO_URING_SETUP, 8, None)
