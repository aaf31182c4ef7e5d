"""A worker's connection: one request in, frames out, never blocking the loop."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

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
_MOST_INSIDE = 256  # well below the descriptors that a process may have
_PATIENCE = 10.0  # seconds to say what is wanted


class SocketNotMade(Exception):
    """Nobody can reach this program; the text says where and why."""


@contextlib.contextmanager
def listening(path: Path, group: int | None) -> Iterator[socket.socket]:
    """A socket at `path` that only this user, and who is in `group`, may reach.

    The path may be longer than a socket's may.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    except OSError as error:
        raise SocketNotMade(f"{path.parent} cannot be used: {error.strerror}") from error
    short = f"/proc/self/fd/{directory}/{path.name}"
    server = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(short)
        before = os.umask(0o177)
        server.bind(short)
        os.umask(before)
        if group is not None:
            os.chown(short, -1, group)
            os.chmod(short, 0o660)
        server.listen(64)
        server.setblocking(False)
    except OSError as error:
        raise SocketNotMade(f"{path} cannot be made: {error.strerror}") from error
    try:
        yield server
    finally:
        server.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(short)
        os.close(directory)


class Door:
    """Lets workers in: so many at a time, and none that does not say what it wants."""

    def __init__(self, server: socket.socket, loop: Loop, take: Take) -> None:
        self._server = server
        self._loop = loop
        self._take = take
        self._inside = 0
        loop.watch(server, self._on_knock)

    def _on_knock(self) -> None:
        try:
            sock, _ = self._server.accept()
        except OSError:  # gone again, or no descriptor is left: whoever waits is asked in later
            return
        if self._inside >= _MOST_INSIDE:
            with sock, contextlib.suppress(OSError):
                sock.setblocking(False)
                sock.send(frame(Refused("Too many connections are open. Try again in a moment.")))
            return
        self._inside += 1
        connection = Connection(sock, self._loop, self._take, self._on_leave)
        self._loop.after(_PATIENCE, connection.end_where_nothing_was_asked)

    def _on_leave(self) -> None:
        self._inside -= 1


class Connection:
    def __init__(self, sock: socket.socket, loop: Loop, take: Take, on_close: Callable[[], None]) -> None:
        self._sock = sock
        self._loop = loop
        self._take = take
        self._on_close = on_close
        self._in = bytearray()
        self._out = bytearray()
        self._hung_up: Callable[[], None] | None = None
        self._closing = False
        self._closed = False
        sock.setblocking(False)
        loop.watch(sock, self._on_readable)

    def end_where_nothing_was_asked(self) -> None:
        if self._hung_up is None:
            self._close()

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
            self._hung_up = _nothing
            hung_up = self._take(request, self.reply)
            self._hung_up = _nothing if self._closed else hung_up

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
        self._on_close()
        # Its timer keeps this connection for a while, which must not keep the job and its run.
        hung_up, self._hung_up = self._hung_up, _nothing
        self._in.clear()
        self._out.clear()
        if hung_up is not None:
            hung_up()


def _nothing() -> None:
    """Who hangs up after the end changes nothing."""
