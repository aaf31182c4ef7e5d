import socket

KINDS = (socket.SOCK_DGRAM, socket.SOCK_RAW)
TRIES = {f"kind {kind}": lambda kind=kind: socket.socketpair(socket.AF_UNIX, kind) for kind in KINDS}


def works(attempt):
    try:
        return attempt() not in (None, -1, False)
    except (OSError, ValueError):
        return False


print("worked:", [name for name, attempt in TRIES.items() if works(attempt)])

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
