import os
import signal


def double(n):
    os.kill(os.getpid(), signal.SIGILL)


doubles = double
