import builtins
import sys


class Liar:
    def __getattr__(self, name):
        raise SystemExit

    def write(self, text):
        raise MemoryError

    def flush(self):
        raise KeyboardInterrupt


builtins.print = lambda *arguments, **named: 1 / 0


def double(n):
    sys.stdout = sys.stderr = Liar()
    return 2 * n


def doubles(numbers):
    del sys.stdout
    return [2 * n for n in numbers]
