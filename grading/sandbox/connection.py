"""A worker's connection: one request in, frames out, never blocking the loop."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from grading.sandbox.loop import Loop
from grading.sandbox.wire import (
    Finished,
    Health,
    Refused,
    Request,
    WireError,
    decode_request,
    frame,
    frame_length,
)

Take = Callable[[Request, Callable[[object], None]], Callable[[], None]]
_MOST_REQUEST = 16 * 1024 * 1024
_MOST_UNSENT = 64 * 1024 * 1024


class Connection:
    def __init__(self, sock: socket.socket, loop: Loop, take: Take) -> None:
        self._sock = sock
        self._loop = loop
        self._take = take
        self._in = bytearray()
        self._out = bytearray()
        self._hung_up: Callable[[], None] | None = None
        self._closing = False
        self._closed = False
        sock.setblocking(False)
        loop.watch(sock, self._on_readable)

    @classmethod
    def accept(cls, server: socket.socket, loop: Loop, take: Take) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            sock, _ = server.accept()
            cls(sock, loop, take)

    def reply(self, message: object) -> None:
        """Send a message; after the last one of its kind the connection is closed."""
        if self._closed:
            return
        self._out += frame(message)
        self._closing = isinstance(message, Finished | Refused | Health)
        if len(self._out) > _MOST_UNSENT:
            self._close()
            return
        self._flush()

    def _on_readable(self) -> None:
        try:
            data = self._sock.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close()
            return
        if self._hung_up is not None:
            return  # one request a connection; anything after it is nobody's
        self._in += data
        try:
            self._take_request()
        except WireError as error:
            self.reply(Refused(f"That is no request of this protocol: {error}.", permanent=True))

    def _take_request(self) -> None:
        if len(self._in) < 4:
            return
        length = frame_length(bytes(self._in[:4]))
        if length > _MOST_REQUEST:
            raise WireError(f"{length} bytes announced, at most {_MOST_REQUEST} are taken")
        if len(self._in) >= 4 + length:
            request = decode_request(bytes(self._in[4 : 4 + length]))
            self._in.clear()
            self._hung_up = lambda: None
            self._hung_up = self._take(request, self.reply)

    def _flush(self) -> None:
        try:
            while self._out:
                sent = self._sock.send(self._out)
                del self._out[:sent]
        except BlockingIOError:
            self._loop.watch_writes(self._sock, self._flush)
            return
        except OSError:
            self._close()
            return
        if self._closing:
            self._close()

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._loop.forget(self._sock)
        self._sock.close()
        if self._hung_up is not None:
            self._hung_up()
