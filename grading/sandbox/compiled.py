"""The checks of each exercise as code, kept so that they are compiled once and not in each run.

How this works: pytest rewrites every `assert` of a test file so that it can explain itself, which takes as
long as a small exercise's checks do. The first checks process that is given a test file compiles it and
says the code to the supervisor, before it has read anything from the learner's process: so nothing that a
learner sends can be in it. Later runs get the code with their job.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256

MOST_BYTES = 1 << 20  # of one file's code; what is longer is compiled in each run
_MOST_KEPT = 32 << 20  # bytes of all


class CompiledTests:
    """Test file and environment → code, as `marshal` writes it; those that were not used for longest go."""

    def __init__(self, most_kept: int = _MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, environment: str, tests: str) -> bytes:
        """The code; empty where it is not known."""
        key = _key(environment, tests)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key, b"")

    def keep(self, environment: str, tests: str, code: bytes) -> None:
        """Keep it, where nothing is kept for that file yet."""
        key = _key(environment, tests)
        if key in self._kept or len(code) > MOST_BYTES:
            return
        self._kept[key] = code
        self._bytes += len(code)
        while self._bytes > self._most_kept:
            self._bytes -= len(self._kept.popitem(last=False)[1])

    def forget(self, environment: str, tests: str) -> None:
        """Have it compiled again: a run with it ended by a failure of ours."""
        self._bytes -= len(self._kept.pop(_key(environment, tests), b""))


def _key(environment: str, tests: str) -> bytes:
    return sha256(f"{environment}\n{tests}".encode("utf-8", "surrogatepass")).digest()
