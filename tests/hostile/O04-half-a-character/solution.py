import sys

sys.stdout.buffer.write(b"half: \xe2\x82\n")
sys.stdout.buffer.write(b"lone: \xed\xa0\x80\n")
sys.stdout.buffer.write(b"nul: \0\n")
sys.stdout.flush()


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
