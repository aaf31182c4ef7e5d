import os
import signal
import time


def double(n):
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            if os.fork() == 0:
                os.setpgid(0, 0)
                time.sleep(99)
            os._exit(0)
    time.sleep(99)


doubles = double
