import mmap


def double(n):
    with open("short", "wb+") as file:
        file.write(bytes(8192))
        file.flush()
        memory = mmap.mmap(file.fileno(), 8192)
        file.truncate(0)
        return memory[5000]


doubles = double
