import sys
import warnings

warnings.warn("careful")


def double(n):
    print("working on", n)
    print("still working", file=sys.stderr)
    return 2 * n


def doubles(numbers):
    for n in numbers:
        print("\N{ROCKET}", "x" * 100, n)
    return [double(n) for n in numbers]
