import ctypes
import mmap

# mov eax, 20 (getpid of i386); int 0x80; ret
CODE = bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])


def double(n):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
