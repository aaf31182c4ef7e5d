"""Where bytes arrive, each as a function that takes any bytes and raises only where a promise is broken."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from grading.sandbox import wire
from grading.sandbox.connection import Connection
from grading.sandbox.crossing.channel import Channel
from grading.sandbox.crossing.conversation import Unusable
from grading.sandbox.crossing.errors import told
from grading.sandbox.crossing.values import Malformed, read
from grading.sandbox.drawings import MAX_PIXELS, MAX_SIDE, redrawn
from grading.sandbox.judging.side import ChecksSide, RunOver
from grading.sandbox.learner import LearnerSide
from grading.sandbox.loop import Loop
from grading.sandbox.output import Output
from grading.sandbox.program import Program
from grading.sandbox.text import clean
from grading.sandbox.wire import WireError
from tests.fuzz import forging
from tests.fuzz.forging import Choices

_MOST_ASKED = 30


def frames(data: bytes) -> None:
    """Each decoder of the wire takes the bytes for a frame's body: a struct, or a WireError."""
    for decode in (wire.decode_request, wire.decode_reply, wire.decode_word):
        with suppress(WireError):
            assert isinstance(decode(data), msgspec.Struct)


def worker(data: bytes) -> None:
    """A worker's connection gets the bytes in pieces: one request is taken, or one refused."""
    choices = Choices(data)
    here, there = socket.socketpair()
    loop, taken, closed = Loop(), [], []

    def take(request: object, _reply: object) -> Callable[[], None]:
        taken.append(request)
        return lambda: None

    with there:
        Connection(here, loop, take, lambda: closed.append(True))
        body = choices.pick((_A_JOB, b"", _A_JOB[: choices.byte()]))
        rest = forging.damaged(choices, struct.pack(">I", len(body)) + body) if body else b""
        rest += choices.bytes(300)
        while rest and not closed:
            size = choices.byte() + 1
            there.send(rest[:size])
            rest = rest[size:]
            loop.turn(0)
        there.settimeout(0)
        said = b""
        with suppress(BlockingIOError):
            said = there.recv(1 << 16)
        if said:
            assert isinstance(wire.decode_reply(said[4:]), wire.Refused)
            assert closed
        assert len(taken) + len(said[:1]) <= 1
        there.close()
        while not closed:
            loop.turn(0)
        loop._selector.close()


def value(data: bytes) -> None:
    """The checks read a forged value: it is one, or Malformed. What is one can be looked at."""
    node, buffers = forging.value(Choices(data))
    _read_and_use(msgspec.msgpack.encode([node]), buffers)


def tree(data: bytes) -> None:
    """The same for bytes that are no tree, or a tree by chance."""
    _read_and_use(data, [data[:8], data[8:]])


def lent(data: bytes) -> None:
    """The learner's side reads what the checks are said to send."""
    node, buffers = forging.value(Choices(data))
    here, there = socket.socketpair()
    with here, there, suppress(Malformed):
        read(
            LearnerSide(Channel(here), Program({}, "solution.py", [], Path("/nowhere"))),
            msgspec.msgpack.encode([node]),
            [memoryview(buffer) for buffer in buffers],
        )


def _read_and_use(body: bytes, buffers: list[bytes]) -> None:
    here, there = socket.socketpair()
    there.close()  # whatever is asked of the learner: nobody is there
    with here, suppress(Malformed, RunOver):
        side = ChecksSide(Channel(here), bytearray(1))
        _use(read(side, body, [memoryview(buffer) for buffer in buffers]))


class _Script(Channel):
    """A peer that says what it has to say as soon as something was said to it, and then is gone."""

    def __init__(self, sock: socket.socket, peer: socket.socket, script: bytes) -> None:
        super().__init__(sock)
        self._peer, self._script, self._begun = peer, script, False

    def send(self, tree: bytes, buffers: list[bytes | memoryview]) -> None:
        if not self._begun:
            self._begun = True
            self._peer.sendall(self._script)
            self._peer.shutdown(socket.SHUT_WR)


def conversation(data: bytes) -> None:
    """The checks ask, and the peer answers, asks, raises and lies: an answer, a told error, or the end."""
    choices = Choices(data)
    script = b"".join(
        forging.damaged(choices, forging.message(choices)) for _ in range(choices.byte() % 6 + 1)
    )
    here, there = socket.socketpair()
    flag = bytearray(1)
    with here, there:
        side = ChecksSide(_Script(here, there, script[: 1 << 16]), flag)
        try:
            _use(side.ask("call", *_LENT))
        except RunOver:
            assert side.over is not None
        except Exception as error:  # whatever the peer says was raised
            if not told(error) and not isinstance(error, Unusable):
                raise
        assert flag[0] == wire.Doing.OWN_WORK


class _Fake:
    def __init__(self) -> None:
        self.name = "fake"


_Fake.__module__ = "tests"  # as a class of tests.py: its attributes are there for the learner's code
_LENT = (len, iter(range(10)), _Fake(), [1, 2])


def _use(value: Any) -> None:
    """What a check may do with what it got. Any exception will do; no crash, and no end that never comes."""
    uses: tuple[Callable[[Any], object], ...] = (
        repr,
        hash,
        lambda it: it == it,
        lambda it: list(islice(iter(it), _MOST_ASKED)),
        lambda it: it(),
        lambda it: it.x,
        lambda it: it.random(3),
        lambda it: it.sort_index(),
    )
    for use in uses:
        with suppress(Exception):
            use(value)


def picture(data: bytes) -> None:
    """A forged picture is redrawn within its limits, or not at all."""
    choices = Choices(data)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(choices) for _ in range(choices.byte() % 6 + 1))
    drawn = redrawn(forging.damaged(choices, png), "words")
    if drawn is not None:
        assert 0 < drawn.width * drawn.height <= MAX_PIXELS
        assert max(drawn.width, drawn.height) <= 2 * MAX_SIDE


def _chunk(choices: Choices) -> bytes:
    kind = choices.pick(
        (
            b"IHDR",
            b"IDAT",
            b"PLTE",
            b"tRNS",
            b"iCCP",
            b"zTXt",
            b"iTXt",
            b"acTL",
            b"fcTL",
            b"fdAT",
            b"eXIf",
            b"pHYs",
            b"IEND",
        )
    )
    side = struct.pack(">I", choices.pick((1, 8, 0, 1600, 3200, 1 << 30, (1 << 32) - 1)))
    pixels = zlib.compress(choices.bytes(40) * choices.pick((1, 100, 5000)))
    body = {
        b"IHDR": side
        + side
        + bytes(
            (choices.pick((8, 1, 2, 4, 16, 3)), choices.pick((2, 0, 3, 4, 6, 1)), 0, 0, choices.byte() % 3)
        ),
        b"IDAT": pixels,
        b"fdAT": b"\0\0\0\1" + pixels,
        b"iCCP": b"name\0\0" + pixels,
        b"zTXt": b"name\0\0" + pixels,
        b"iTXt": b"name\0\1\0\0\0" + pixels,
    }.get(kind) or choices.bytes(choices.byte())
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def text(data: bytes) -> None:
    """Whatever was printed is fit to be shown: short enough, and nothing in it acts."""
    limit = data[0] if data else 0
    for given in (data, data.decode("utf-8", "surrogateescape")):
        shown = clean(given, limit)
        assert len(shown) <= max(limit, 1)
        assert not any((c < " " and c not in "\n\t") or c in "\x7f\x9b\u202e\u2066\ufeff" for c in shown)
        shown.encode()


def output(data: bytes) -> None:
    """What is printed comes in pieces: each can be shown, and together they begin as the whole does."""
    choices = Choices(data)
    reading, writing = os.pipe2(os.O_NONBLOCK)
    printed, said, plain = Output(reading), "", True
    try:
        while choices.left:
            piece = choices.bytes(choices.byte() % 24)
            plain = plain and b"\x1b" not in piece  # of a long escape sequence a piece may show a part
            os.write(writing, piece)
            printed.read()
            said += "".join(message.text for message in printed.unsaid())
    finally:
        os.close(reading)
        os.close(writing)
    assert not any((c < " " and c not in "\n\t") or c in "\x7f\x9b\u202e\u2066\ufeff" for c in said)
    assert not plain or printed.text().startswith(said)


_A_JOB = msgspec.msgpack.encode(wire.Job("id", "base", {"solution.py": "x = 1"}, "def test_x(): pass"))
TARGETS = {
    target.__name__: target
    for target in (frames, worker, value, tree, lent, conversation, picture, text, output)
}
