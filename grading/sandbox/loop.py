"""The supervisor's event loop: descriptors to watch, moments to wait for, one thread."""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import time
from collections.abc import Callable

Watchable = socket.socket | int


class Loop:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._running = True

    def watch(self, what: Watchable, on_readable: Callable[[], None]) -> None:
        """Call back whenever there is something to read, an end of file included."""
        self._selector.register(what, selectors.EVENT_READ, on_readable)

    def watch_writes(self, what: Watchable, on_writable: Callable[[], None]) -> None:
        """Call back once when there is room to write again, beside the reads watched already."""
        key = self._selector.get_key(what)
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        self._selector.modify(what, both, (key.data, on_writable))

    def forget(self, *watched: Watchable) -> None:
        for what in watched:
            try:
                self._selector.unregister(what)
            except (KeyError, ValueError):
                continue

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._count), call))

    def until_true(self, attempt: Callable[[], bool], *, every: float = 0.02, tries: int = 250) -> None:
        """Try now and then again until it answers True; the kernel takes a moment to let go."""
        if not attempt() and tries > 1:
            self.after(every, lambda: self.until_true(attempt, every=every, tries=tries - 1))

    def stop(self) -> None:
        self._running = False

    def run(self) -> None:
        while self._running:
            self.turn()

    def turn(self, longest: float = 0.5) -> None:
        """Wait for the next thing and do it."""
        wait = longest
        if self._timers:
            wait = min(wait, max(0.0, self._timers[0][0] - time.monotonic()))
        for key, events in self._selector.select(wait):
            self._dispatch(key, events)
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()

    def _dispatch(self, key: selectors.SelectorKey, events: int) -> None:
        # A callback of this same turn may have forgotten it, or its number may belong to another now.
        current = self._selector.get_map().get(key.fd)
        if current is None or current.data is not key.data:
            return
        if isinstance(key.data, tuple):
            on_readable, on_writable = key.data
            if events & selectors.EVENT_WRITE:
                self._selector.modify(key.fileobj, selectors.EVENT_READ, on_readable)
                on_writable()
            if events & selectors.EVENT_READ:
                on_readable()
        else:
            key.data()
