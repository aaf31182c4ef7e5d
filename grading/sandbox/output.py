"""What a process of a run prints: counted whole, kept up to what is shown, never parsed."""

from __future__ import annotations

import os

from grading.sandbox.text import clean

SHOWN = 64 * 1024  # bytes of each stream that a learner is shown


class Output:
    """One stream of the learner's: counted whole, kept up to what is shown."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.total = 0
        self.kept = bytearray()

    def read(self) -> int:
        """Take what is there: the number of bytes, 0 at the end of the stream and where there are none."""
        try:
            data = os.read(self.descriptor, 1 << 16)
        except BlockingIOError:
            return 0
        self.total += len(data)
        self.kept += data[: max(0, SHOWN - len(self.kept))]
        return len(data)

    def text(self) -> str:
        return clean(bytes(self.kept), SHOWN)
