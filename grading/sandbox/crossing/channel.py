"""Messages over the socket between the learner's process and the checks.

A message is a 4-byte length, a 4-byte count of buffers, 4 bytes for the length of each buffer, then
the tree and the buffers (see `values`). Neither end believes the other: lengths are checked before
memory is taken.
"""

from __future__ import annotations

import select
import socket
import struct
from itertools import accumulate

from grading.sandbox.crossing.values import MAX_BYTES, MAX_TREE

_HEAD = struct.Struct(">II")
_MAX_BUFFERS = 1_000_000
_MAX_MESSAGE = MAX_BYTES + MAX_TREE + 4 * _MAX_BUFFERS
_JOIN = 1 << 16  # below this one system call is cheaper than no copy
_FEW = 16


class Closed(Exception):
    """The other end is gone."""


class Garbled(Exception):
    """What the other end sent is no message."""


class Channel:
    """One end of the conversation. `size` is the size of the last message that arrived."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.size = 0
        sock.setblocking(True)

    def send(self, tree: bytes, buffers: list[bytes | memoryview]) -> None:
        lengths = struct.pack(f">{len(buffers)}I", *map(len, buffers))
        length = len(tree) + len(lengths) + sum(map(len, buffers))
        head = _HEAD.pack(length, len(buffers)) + lengths + tree
        try:
            if length < _JOIN:
                self._sock.sendall(b"".join((head, *buffers)))
                return
            self._sock.sendall(head)
            for buffer in buffers if len(buffers) <= _FEW else [b"".join(buffers)]:
                self._sock.sendall(buffer)
        except OSError as error:
            raise Closed from error

    def receive(self) -> tuple[memoryview, list[memoryview]]:
        """The next message, as its tree and its buffers."""
        length, count = _HEAD.unpack(self._exactly(_HEAD.size))
        if length > _MAX_MESSAGE or count > _MAX_BUFFERS or 4 * count > length:
            raise Garbled(f"a message of {length} bytes in {count} buffers is announced")
        self.size = length
        body = self._exactly(length)
        lengths = struct.unpack_from(f">{count}I", body)
        tree_end = length - sum(lengths)
        if tree_end < 4 * count:
            raise Garbled("the buffers are longer than their message")
        starts = accumulate(lengths, initial=tree_end)
        return body[4 * count : tree_end], [body[at : at + n] for at, n in zip(starts, lengths, strict=False)]

    def has_more(self) -> bool:
        """Whether something has arrived that nobody read yet; an end of file counts."""
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))

    def is_closed(self) -> bool:
        """Whether the other end has closed, with nothing left to read."""
        try:
            return not self._sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self._sock.close()

    def fileno(self) -> int:
        return self._sock.fileno()

    def _exactly(self, count: int) -> memoryview:
        body = memoryview(bytearray(count))
        got = 0
        while got < count:
            try:
                received = self._sock.recv_into(body[got:])
            except OSError as error:
                raise Closed from error
            if not received:
                raise Closed
            got += received
        return body
