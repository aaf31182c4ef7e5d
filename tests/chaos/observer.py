"""Looks at the rows a few times a second, from outside, and remembers what it saw first."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.chaos.timeline import Timeline

LOOK_EVERY_S = 0.25
MARKER = re.compile(r"# ([a-z0-9]+-\d+)(?:\\n|\n)")
ROWS = """
    SELECT CAST(id AS text), CAST(files AS text), state, verdict, failures, CAST(finished_at AS text)
    FROM grading_submission
"""


@dataclass(frozen=True)
class Row:
    id: str
    marker: str
    state: str
    verdict: str
    failures: int
    finished_at: str


class Observer:
    """`query` may raise: the database is killed too, and is asked again a moment later."""

    def __init__(self, query: Callable[[str], list[tuple[Any, ...]]], timeline: Timeline) -> None:
        self.ended: dict[str, Row] = {}  # each row as it was first seen with an end
        self.ended_at: dict[str, float] = {}  # time.monotonic
        self.changed: list[str] = []  # an end that became another one
        self._query = query
        self._timeline = timeline
        self._graded: set[str] = set()
        self._unfinished: list[Row] | None = None
        self._failures: dict[str, int] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()

    def is_graded(self, marker: str) -> bool:
        """Whether any row of this text has its verdict; one that gave way to a later row has none."""
        return marker in self._graded

    def wait_until_empty(self, seconds: float) -> list[Row]:
        """Wait until nothing is queued or running; what still is after that time."""
        until = time.monotonic() + seconds
        self._unfinished = None
        while self._unfinished != [] and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)
        return self._unfinished if self._unfinished is not None else self.look()

    def look(self) -> list[Row]:
        """Look once; the rows that have no end yet."""
        unfinished = []
        for values in self._query(ROWS):
            row = Row(values[0], _marker(values[1]), *values[2:])
            if row.failures > self._failures.get(row.id, 0):
                self._timeline.note(f"{row.marker} was tried in vain, {row.failures} times by now")
                self._failures[row.id] = row.failures
            if row.state in ("queued", "running"):
                unfinished.append(row)
            self._compare(row)
        return unfinished

    def _compare(self, row: Row) -> None:
        before = self.ended.get(row.id)
        if before is None and row.state in ("done", "superseded"):
            self.ended[row.id], self.ended_at[row.id] = row, time.monotonic()
            if row.state == "done":
                self._graded.add(row.marker)
            self._timeline.note(f"{row.marker} ended: {row.verdict or row.state}")
        elif before is not None and before != row:
            self.changed.append(f"{row.marker} ended as {before}, and later it was {row}")

    def _look_on(self) -> None:
        while not self._ending.wait(LOOK_EVERY_S):
            try:
                self._unfinished = self.look()
            except Exception as error:  # noqa: BLE001 (whatever a driver raises: it was killed)
                self._timeline.note(f"the observer could not look: {type(error).__name__}")


def _marker(files: str) -> str:
    found = MARKER.findall(files)
    return found[-1] if found else "unknown"
