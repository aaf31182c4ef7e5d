import ctypes
import mmap

memory = mmap.mmap(-1, 4096, prot=7)
memory.write(b"\xb8\x2a\x00\x00\x00\xc3")
run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
print("ran:", run())


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
