import os
import signal
import time

signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def double(n):
    while True:
        if os.fork() == 0:
            until = time.monotonic() + 0.05
            while time.monotonic() < until:
                pass
            os._exit(0)
        time.sleep(0.05)


doubles = double
