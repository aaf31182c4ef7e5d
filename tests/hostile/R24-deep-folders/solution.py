import os

start = os.getcwd()
depth = 0
while depth < 600:
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
    depth += 1
print("depth:", depth)
os.chdir(start)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
