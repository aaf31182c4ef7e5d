import glob
import os

marks = []
for path in sorted(glob.glob("/env/numpy/*.pyi"))[:20]:
    before = os.stat(path).st_atime_ns
    open(path, "rb").read()
    file = os.open(path, os.O_RDONLY)
    os.pread(file, 10, 0)
    os.close(file)
    if os.stat(path).st_atime_ns != before and before > os.stat(path).st_mtime_ns:
        marks.append(path)
print("marks:", marks)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
