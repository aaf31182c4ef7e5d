"""Frames that carry open descriptors, between the supervisor and a spare."""

from __future__ import annotations

import array
import socket

from grading.sandbox.wire import WireError, frame, frame_length

_HEAD = 4
_MOST = 8


def send_with_descriptors(sock: socket.socket, message: object, descriptors: list[int]) -> None:
    """Send one frame; the descriptors travel with its first byte and stay open here."""
    data = frame(message)
    rights = array.array("i", descriptors)
    sent = sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    if sent < len(data):
        sock.sendall(data[sent:])


def receive_with_descriptors(sock: socket.socket) -> tuple[bytes, list[int]] | None:
    """The next frame's body and what came with it; None where the line closed without one."""
    data, descriptors, _, _ = socket.recv_fds(sock, _HEAD, _MOST)
    if not data:
        return None
    if len(data) < _HEAD:
        raise WireError("a frame's length came in pieces")
    wanted = frame_length(data)
    body = bytearray()
    while len(body) < wanted:
        chunk = sock.recv(min(wanted - len(body), 1 << 20))
        if not chunk:
            raise WireError("the line closed inside a frame")
        body += chunk
    return bytes(body), list(descriptors)
