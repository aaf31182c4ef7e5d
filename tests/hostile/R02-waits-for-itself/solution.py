import os
import queue
import threading

if os.fork() == 0:
    threading.Event().wait()


def double(n):
    queue.Queue().get()


doubles = os.wait
