import ctypes
import socket

libc = ctypes.CDLL(None, use_errno=True)
AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK, AF_SMC, AF_XDP, AF_KCM, AF_TIPC, AF_CAN, AF_BLUETOOTH = (
    16, 17, 38, 40, 43, 44, 41, 30, 29, 31,
)
IPPROTO_MPTCP, IPPROTO_SCTP, IPPROTO_UDPLITE = 262, 132, 136
STREAM, DATAGRAM, RAW, RDM, SEQPACKET, DCCP, PACKET = 1, 2, 3, 4, 5, 6, 10
wanted = [(family, kind, 0) for family in range(3, 47) if family != socket.AF_INET6 for kind in (1, 2, 3, 5)]
wanted += [(family, RAW, protocol) for family in (socket.AF_INET, socket.AF_INET6) for protocol in (0, 1, 6, 17, 255)]
wanted += [(socket.AF_INET, DATAGRAM, 1), (socket.AF_INET6, DATAGRAM, 58)]  # ping
wanted += [(socket.AF_INET, kind, 0) for kind in (RDM, SEQPACKET, DCCP, PACKET)]
wanted += [(socket.AF_INET, STREAM, IPPROTO_MPTCP), (socket.AF_INET, STREAM, IPPROTO_SCTP)]
wanted += [(socket.AF_INET6, DATAGRAM, IPPROTO_UDPLITE), (socket.AF_UNIX, RAW, 0)]
print("worked:", [what for what in wanted if libc.socket(*what) != -1])
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
print("TCP works")


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
