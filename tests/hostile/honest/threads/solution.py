import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed


def doubled(numbers):
    with ThreadPoolExecutor(4) as pool:
        return sorted(future.result() for future in as_completed([pool.submit(lambda n=n: 2 * n) for n in numbers]))


def pipeline(numbers):
    todo, done = queue.Queue(), queue.Queue()
    local = threading.local()

    def work():
        local.count = 0
        while (n := todo.get()) is not None:
            done.put(2 * n)
            local.count += 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in [*numbers, None, None, None]:
        todo.put(n)
    for thread in threads:
        thread.join()
    return sorted(done.queue)


def rang():
    event = threading.Event()
    threading.Timer(0.01, event.set).start()
    return event.wait(5)
