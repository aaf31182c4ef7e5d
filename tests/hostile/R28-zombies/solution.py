import os

for _ in range(60):
    try:
        if os.fork() == 0:
            try:
                os.fork()
            finally:
                os._exit(0)  # child and grandchild alike, or they would go on as the program
    except OSError:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            continue

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
