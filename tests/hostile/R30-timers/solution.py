import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
made = ctypes.c_void_p()
signal.pthread_sigmask(signal.SIG_BLOCK, range(34, 64))
count = 0
while count < 200_000 and libc.syscall(222, 1, None, ctypes.byref(made)) == 0:
    count += 1
queued = 0
while queued < 200_000 and libc.sigqueue(os.getpid(), 40, 0) == 0:
    queued += 1
print("timers:", count < 300, "queued:", queued < 300)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
