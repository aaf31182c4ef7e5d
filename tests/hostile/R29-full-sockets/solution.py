import socket

kept = []
try:
    while True:
        kept.append(socket.socketpair())
        for end in kept[-1]:
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
            try:
                while True:
                    end.send(bytes(1 << 16))
            except BlockingIOError:
                pass
except OSError as error:
    print("at last:", type(error).__name__)
for pair in kept:
    for end in pair:
        end.close()


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
