"""What happened, in order, in one file: the first thing to read of a round that failed."""

from __future__ import annotations

import threading
import time
from pathlib import Path


class Timeline:
    """Each line has the seconds since the start of the round, or of the world before the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def begin(self, what: str) -> None:
        with self._lock:
            self._began = time.monotonic()
        self.note(f"── {what}")

    @property
    def now(self) -> float:
        return time.monotonic() - self._began

    def note(self, what: str) -> None:
        with self._lock, self.path.open("a") as lines:
            lines.write(f"{self.now:8.2f}  {what}\n")
