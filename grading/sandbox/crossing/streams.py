"""An iterator that runs on the other side, pulled over in batches.

The first pull asks for one item, and each further batch for twice as many, up to `BATCH_ITEMS` items or
about `BATCH_BYTES`. So the producer is never further ahead than its consumer has already come.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

BATCH_ITEMS = 4096
BATCH_BYTES = 256 * 1024
MAX_ITEMS = 1_000_000
MAX_STREAM_BYTES = 256 * 1024 * 1024


class TooMany(Exception):
    """More items came than a check takes. The text is a whole sentence."""


class _Asker(Protocol):
    released: list[int]

    def ask(self, operation: str, *arguments: Any) -> Any: ...

    def last_size(self) -> int: ...


class Stream:
    """Iterate an iterator of the other side; `limit` is how many items are taken at most.

    Where there is a limit, there is one on their size as well.
    """

    def __init__(self, side: _Asker, number: int, limit: int | None = None) -> None:
        self._side = side
        self._number = number
        self._limit = limit
        self._ready: deque[Any] = deque()
        self._taken = 0
        self._bytes = 0
        self._ask_for = 1
        self._ended = False
        self._error: BaseException | None = None

    @property
    def untouched(self) -> int | None:
        """Its number, while nothing has been pulled: then it can go back to its owner as it is."""
        return None if self._taken or self._ended else self._number

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Any:
        if not self._ready and not self._ended:
            self._pull()
        if self._ready:
            return self._ready.popleft()
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        raise StopIteration

    def close(self) -> None:
        self._ready.clear()
        self._ended = True

    def __del__(self) -> None:
        self._side.released.append(self._number)

    def _pull(self) -> None:
        items, more, error = self._side.ask("next", self._number, self._ask_for)
        self._ready.extend(items)
        self._taken += len(items)
        self._ended = not more
        self._error = error
        if self._limit is not None and self._taken > self._limit:
            self.close()
            raise TooMany(f"More than {self._limit:,} items came out of one iterator: is there an end to it?")
        size = self._side.last_size()
        self._bytes += size
        if self._limit is not None and self._bytes > MAX_STREAM_BYTES:
            self.close()
            raise TooMany(
                f"More than {MAX_STREAM_BYTES >> 20} MB came out of one iterator: is there an end to it?"
            )
        if size < BATCH_BYTES // 2:
            self._ask_for = min(2 * self._ask_for, BATCH_ITEMS)
        elif size > BATCH_BYTES:
            self._ask_for = max(self._ask_for // 2, 1)
