import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
memory = mmap.mmap(-1, 1 << 20)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
results = {advice: libc.madvise(ctypes.c_void_p(address), 1 << 20, advice) for advice in range(30)}
print("poisoned:", any(libc.madvise(ctypes.c_void_p(address), 4096, advice) == 0 for advice in (100, 101)))


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
