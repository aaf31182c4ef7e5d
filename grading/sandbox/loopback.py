"""A network of a run's own, in which nothing is up but the loopback device.

How this works: bringing a device up takes CAP_NET_ADMIN over the namespace it is in, and the sandbox's
container has no such capability. So a child enters a user namespace, where it has them all, makes the
network there, brings `lo` up, hands a descriptor of the network back and ends; this process then moves
into the network and nowhere else, for which CAP_SYS_ADMIN is enough. As root, without root and in a
container it is the same; where the host forbids user namespaces it fails, and no run has this permission.

There is no other device and no route, so that every other address is unreachable at once.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
import traceback
from pathlib import Path

from grading.sandbox import kernel

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
_INTERFACE = struct.Struct("16sh22x")  # struct ifreq: a name and flags
# Where no control group counts what waits in sockets, this does: bytes, at least, at first, at most.
_BUFFER = "4096 32768 65536"


def enter_own_network() -> None:
    """Leave the zygote's network for a new one with 127.0.0.1 and ::1. OSError where it cannot be made."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        ended = 1
        try:
            _make(theirs)
            ended = 0
        except BaseException:
            traceback.print_exc()  # to the supervisor's log
        finally:
            os._exit(ended)
    theirs.close()
    with ours:
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    os.waitpid(child, 0)
    if not descriptors:
        raise OSError(errno.EPERM, "no network of its own can be made: are user namespaces allowed?")
    kernel.join_namespaces(descriptors[0], kernel.CLONE_NEWNET)
    os.close(descriptors[0])


def _make(line: socket.socket) -> None:
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = fcntl.ioctl(any_socket, _GET_FLAGS, _INTERFACE.pack(b"lo", 0))
        _, flags = _INTERFACE.unpack(asked)
        fcntl.ioctl(any_socket, _SET_FLAGS, _INTERFACE.pack(b"lo", flags | _UP))
    for name in ("tcp_rmem", "tcp_wmem"):
        Path(f"/proc/sys/net/ipv4/{name}").write_text(_BUFFER)
    network = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    socket.send_fds(line, [b"n"], [network])
