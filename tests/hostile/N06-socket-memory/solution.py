import os
import socket
import threading

WORKERS = 16


def fill():
    """Open what may be opened, and put into each what it takes. Answers the bytes that wait."""
    server = socket.create_server(("127.0.0.1", 0), backlog=256)
    kept, waiting = [], 0
    try:
        while True:
            left = socket.create_connection(server.getsockname())
            right, _ = server.accept()
            kept += [left, right]
    except OSError:
        pass
    for sock in kept:
        sock.setblocking(False)
        try:
            while True:
                waiting += sock.send(bytes(1 << 16))
        except OSError:
            continue
    return waiting, kept


pipes = []
for _ in range(WORKERS):
    reading, writing = os.pipe()
    if os.fork() == 0:
        waiting, kept = fill()
        os.write(writing, str(waiting).encode())
        threading.Event().wait()
    os.close(writing)
    pipes.append(reading)
total = sum(int(os.read(reading, 100) or 0) for reading in pipes)
print("megabytes in sockets:", total >> 20)
assert total < 300 << 20, total


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
