import os


def double(n):
    for at in range(200):
        open(f"{at:03}" + "\u202e" * 80 + "\n", "w").close()
    open(os.fsencode("bad-") + b"\xff\xfe", "w").close()
    return 2 * n
