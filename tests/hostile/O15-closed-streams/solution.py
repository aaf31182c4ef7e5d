import os
import sys

sys.stdout.close()
os.close(2)
os.open("/dev/full", os.O_WRONLY)
sys.stderr.write("nowhere")


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
