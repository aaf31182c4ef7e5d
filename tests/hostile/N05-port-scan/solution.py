import errno
import socket

answered = []
for port in range(1, 65536):
    with socket.socket() as sock:
        if sock.connect_ex(("127.0.0.1", port)) == 0 and sock.getsockname() != sock.getpeername():
            answered.append(port)
for address in ("10.0.0.1", "10.0.2.2", "172.17.0.1", "192.168.0.1", "169.254.169.254", "8.8.8.8", "100.100.100.200"):
    with socket.socket() as sock:
        sock.settimeout(5)
        if sock.connect_ex((address, 80)) not in (errno.ENETUNREACH, errno.EACCES, errno.EPERM):
            answered.append(address)
for address in ("255.255.255.255", "224.0.0.251", "10.0.0.1", "ff02::1", "fd00:ec2::254", "fe80::1"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            sock.sendto(b"hello", (address, 5353))
            answered.append(address)
        except OSError:
            continue
print("answered:", answered)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
