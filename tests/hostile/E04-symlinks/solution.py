import os

for name, target in (("out.txt", "/etc/passwd"), ("figure.png", "/etc/shadow"), ("data2", "/"), ("loop", "loop")):
    os.symlink(target, f"/box/{name}")


def double(n):
    return None


doubles = double
