import threading
import time


def total(callback):
    got = []

    def ask(n):
        try:
            got.append(callback(n))
            time.sleep(0.02)
            callback(n)
        except Exception:
            pass

    threads = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(4)]
    for thread in threads:
        thread.start()
    while len(got) < 4:
        time.sleep(0.005)
    return sum(got)
