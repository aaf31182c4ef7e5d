import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
FAILED = ctypes.c_void_p(-1).value
PRIVATE_ANONYMOUS, FIXED, GROWSDOWN, HUGETLB = 0x22, 0x10, 0x100, 0x40000

print("huge:", libc.mmap(None, 1 << 30, 3, PRIVATE_ANONYMOUS | HUGETLB, -1, 0) != FAILED)
print("at address 0:", libc.mmap(None, 4096, 7, PRIVATE_ANONYMOUS | FIXED, -1, 0) != FAILED)
grows = libc.mmap(None, 1 << 16, 3, PRIVATE_ANONYMOUS | GROWSDOWN, -1, 0)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
