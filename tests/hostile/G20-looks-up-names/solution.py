import socket
import time


def main():
    began = time.monotonic()
    found = {info[4][0] for info in socket.getaddrinfo("localhost", 80, flags=socket.AI_ADDRCONFIG)}
    assert found <= {"127.0.0.1", "::1"} and "127.0.0.1" in found, found
    for name in ("example.org", "metadata.google.internal", "host.docker.internal"):
        try:
            socket.getaddrinfo(name, 80)
        except socket.gaierror:
            continue
        raise AssertionError(name)
    return "quick" if time.monotonic() - began < 2 else "slow", socket.getfqdn("127.0.0.1")
