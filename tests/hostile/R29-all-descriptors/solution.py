import fcntl
import os

made = 0
kept = []
try:
    while True:
        kept.append(os.pipe2(os.O_NONBLOCK))
        made += 1
        os.write(kept[-1][1], bytes(1 << 16))
except OSError as error:
    print("pipes:", 50 < made < 200, type(error).__name__)
for pair in kept:
    for end in pair:
        os.close(end)

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
