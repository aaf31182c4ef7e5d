import os
import signal

for number in sorted(signal.valid_signals()):
    if os.fork() == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(0)
    os.waitpid(-1, os.WUNTRACED)
    try:
        os.kill(-1, signal.SIGCONT)
    except OSError:
        pass


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
