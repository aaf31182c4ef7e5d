import mmap
import os


def double(n):
    kept = []
    for _ in range(8):
        kept.append(mmap.mmap(-1, 60_000_000))
        if os.fork() == 0:
            for at in range(0, 60_000_000, 4096):
                kept[-1][at] = 1
            os._exit(0)
        os.wait()
    return 0


doubles = double
