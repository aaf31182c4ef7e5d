"""Tells the worker what a run prints while it runs: a few times a second, and not where it ends at once.

How many messages that can be does not depend on what is printed: `_MOST_TURNS` for each stream, however
long the run may last. So neither a flood nor a worker that reads slowly makes anything grow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grading.sandbox.loop import Loop
from grading.sandbox.output import Output

EVERY_S = 0.2  # at the least, between two messages and before the first
_MOST_TURNS = 500  # of one run


class Live:
    def __init__(
        self, loop: Loop, outputs: Sequence[Output], wall_s: float, reply: Callable[[object], None]
    ) -> None:
        self._loop = loop
        self._outputs = outputs
        self._every = max(EVERY_S, wall_s / _MOST_TURNS)
        self._reply = reply
        self._due = False
        self._over = False

    def noticed(self) -> None:
        """Something was printed: say it soon."""
        if not self._due:
            self._due = True
            self._loop.after(self._every, self._say)

    def end(self) -> None:
        """The run is over: what is unsaid comes with `Finished`."""
        self._over = True

    def _say(self) -> None:
        self._due = False
        if self._over:
            return
        for output in self._outputs:
            for printed in output.unsaid():
                self._reply(printed)
