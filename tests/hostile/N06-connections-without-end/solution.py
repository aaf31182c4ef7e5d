import socket

server = socket.create_server(("127.0.0.1", 0), backlog=4096)
kept = []
try:
    while True:
        kept.append(socket.create_connection(server.getsockname(), timeout=1))
        kept.append(server.accept())
except OSError as error:
    kept.clear()
    print(error)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
