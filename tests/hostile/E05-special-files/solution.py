import os
import stat

TRIES = (
    lambda: os.mkfifo("/box/fifo"),
    lambda: os.mknod("/box/device", stat.S_IFCHR | 0o666, os.makedev(1, 1)),
    lambda: os.link("/python/bin/python3.11", "/box/python"),
)


def double(n):
    done = 0
    for attempt in TRIES[1:]:
        try:
            attempt()
            done += 1
        except OSError:
            continue
    print("made:", done)
    return None


doubles = double
