import socket

worked = []
left, right = socket.socketpair()
for name, attempt in {
    "bind": lambda: left.bind("\0x"),
    "bind a file": lambda: left.bind("/box/x"),
    "listen": lambda: left.listen(),
    "connect": lambda: right.connect("\0x"),
    "accept": lambda: left.accept(),
    "send elsewhere": lambda: left.sendto(b"x", "\0x"),
}.items():
    try:
        attempt()
        worked.append(name)
    except OSError:
        pass
print("worked:", worked)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
