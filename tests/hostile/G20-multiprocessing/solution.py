import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def square(number):
    return number * number


def main():
    found = []
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            found.append(pool.map(square, [1, 2, 3]))
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            found.append(list(pool.map(square, [4])))
        queue = context.SimpleQueue()
        process = context.Process(target=queue.put, args=("done",))
        process.start()
        found.append(queue.get())
        process.join()
    return found
