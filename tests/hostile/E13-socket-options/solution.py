import ctypes
import socket
import struct

SOL_SOCKET, SOL_IP, SOL_TCP, SOL_UDP, SOL_IPV6 = 1, 0, 6, 17, 41
FILTER = struct.pack("HL", 1, 0)
JOIN = socket.inet_aton("224.0.0.251") + socket.inet_aton("127.0.0.1")
TRIES = {
    "SO_MARK": (SOL_SOCKET, 36, struct.pack("i", 1)),
    "SO_BINDTODEVICE": (SOL_SOCKET, 25, b"eth0\0"),
    "SO_BINDTOIFINDEX": (SOL_SOCKET, 62, struct.pack("i", 2)),
    "SO_PRIORITY": (SOL_SOCKET, 12, struct.pack("i", 7)),
    "SO_SNDBUF": (SOL_SOCKET, 7, struct.pack("i", 1 << 24)),
    "SO_RCVBUF": (SOL_SOCKET, 8, struct.pack("i", 1 << 24)),
    "SO_RCVBUFFORCE": (SOL_SOCKET, 33, struct.pack("i", 1 << 24)),
    "SO_ATTACH_FILTER": (SOL_SOCKET, 26, FILTER),
    "SO_ATTACH_REUSEPORT_CBPF": (SOL_SOCKET, 51, FILTER),
    "SO_ZEROCOPY": (SOL_SOCKET, 60, struct.pack("i", 1)),
    "SO_TXTIME": (SOL_SOCKET, 61, struct.pack("ii", 1, 0)),
    "SO_BUSY_POLL": (SOL_SOCKET, 46, struct.pack("i", 50)),
    "IP_TRANSPARENT": (SOL_IP, 19, struct.pack("i", 1)),
    "IP_FREEBIND": (SOL_IP, 15, struct.pack("i", 1)),
    "IP_OPTIONS": (SOL_IP, 4, b"\x01\x01\x01\x00"),
    "IP_ADD_MEMBERSHIP": (SOL_IP, 35, JOIN),
    "IP_MULTICAST_TTL": (SOL_IP, 33, struct.pack("i", 64)),
    "IPT_SO_SET_REPLACE": (SOL_IP, 64, bytes(128)),
    "TCP_ULP": (SOL_TCP, 31, b"tls\0"),
    "TCP_REPAIR": (SOL_TCP, 19, struct.pack("i", 1)),
    "TCP_CONGESTION": (SOL_TCP, 13, b"reno\0"),
    "TCP_MD5SIG": (SOL_TCP, 14, bytes(216)),
    "TCP_FASTOPEN": (SOL_TCP, 23, struct.pack("i", 5)),
    "UDP_ENCAP": (SOL_UDP, 100, struct.pack("i", 2)),
    "UDP_SEGMENT": (SOL_UDP, 103, struct.pack("i", 100)),
    "IPV6_ADDRFORM": (SOL_IPV6, 1, struct.pack("i", socket.AF_INET)),
    "IPV6_RTHDR": (SOL_IPV6, 57, bytes(8)),
}


def works(level, option, value):
    worked = False
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(family, kind) as sock:
                try:
                    sock.setsockopt(level, option, value)
                except OSError:
                    continue
                worked = True
    return worked


print("worked:", [name for name, what in TRIES.items() if works(*what)])
with socket.socket() as sock:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print("options work")


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
