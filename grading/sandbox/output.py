"""What a process of a run prints: counted whole, kept up to what is shown, never parsed.

How this works: a stream is one part, or two where scratch code comes after the checks. What was kept of
a part is said twice: in pieces while the run goes on (`unsaid`), and as one text at its end (`text`). The
pieces together are the beginning of that text, so whoever looks on sees nothing that the end does not show.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from grading.sandbox.text import clean
from grading.sandbox.wire import SHOWN, Printed, Stream

_LONGEST_ESCAPE = 64  # bytes that a piece ends early for
_ESCAPE = re.compile(  # as in `text`, but nothing is taken for whole that may go on
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])"
)


class Output:
    """One descriptor that a process writes to."""

    def __init__(self, descriptor: int, stream: Stream = Stream.STDOUT) -> None:
        self.descriptor = descriptor
        self.total = 0
        self._parts = [_Part(stream)]

    def read(self) -> int:
        """Take what is there: the number of bytes, 0 at the end of the stream and where there are none."""
        try:
            data = os.read(self.descriptor, 1 << 16)
        except BlockingIOError:
            return 0
        self.total += len(data)
        kept = self._parts[-1].kept
        kept += data[: max(0, SHOWN - len(kept))]
        return len(data)

    def turn_to(self, stream: Stream) -> None:
        """What is read from here on is of another stream."""
        self._parts.append(_Part(stream))

    def unsaid(self) -> Iterator[Printed]:
        """What was kept since the last time, as far as it can be shown by itself."""
        for part in self._parts:
            if text := part.unsaid():
                yield Printed(part.stream, text)

    def text(self, stream: Stream = Stream.STDOUT) -> str:
        return "".join(clean(bytes(part.kept), SHOWN) for part in self._parts if part.stream is stream)


class _Part:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.kept = bytearray()
        self._said = 0

    def unsaid(self) -> str:
        piece = bytes(self.kept[self._said :])
        piece = piece[: _end_of_whole(piece)]
        self._said += len(piece)
        return clean(piece, SHOWN)


def _end_of_whole(piece: bytes) -> int:
    """Where the last whole thing in it ends: before half a character, escape sequence or line end."""
    end = len(piece) - _begun_character(piece)
    escape = piece.find(b"\x1b", max(0, end - _LONGEST_ESCAPE), end)
    while escape >= 0:
        whole = _ESCAPE.match(piece, escape, end)
        if whole is None:
            end = escape
            break
        escape = piece.find(b"\x1b", whole.end(), end)
    return end - piece.endswith(b"\r", 0, end)


def _begun_character(piece: bytes) -> int:
    """How many bytes at its end are the beginning of a character in UTF-8 that is not whole yet."""
    for back, byte in enumerate(reversed(piece[-3:]), 1):
        if byte >= 0xC2:
            needs = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF5 else 1
            return back if back < needs else 0
        if byte < 0x80:
            break
    return 0
