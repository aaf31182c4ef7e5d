import sys

for name, attempt in {
    "input": input,
    "breakpoint": breakpoint,
    "help": lambda: help(len),
    "quit": lambda: quit("done"),
    "exit": exit,
    "read": sys.stdin.read,
}.items():
    try:
        attempt()
        print(f"{name}: nothing")
    except BaseException as error:
        print(f"{name}: {type(error).__name__}")


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
