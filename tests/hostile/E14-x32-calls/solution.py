import ctypes


def double(n):
    return ctypes.CDLL(None).syscall(0x40000000 + 39)


doubles = double
