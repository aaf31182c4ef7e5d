import fcntl
import os

for descriptor in (1, 2):
    try:
        fcntl.fcntl(descriptor, 1031, 1 << 20)
        os.set_blocking(descriptor, False)
        os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        print(type(error).__name__)
os.write(1, b"x" * 500_000)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
