"""An exercise of ours, played in a zygote before it serves, and in a child of it to see what a run touches.

The first run in an interpreter meets imports that libraries put off, caches that fill and bytecode that
adapts itself. A rehearsal takes that from the learners' time. It is also the proof that an environment
works at all: a zygote whose rehearsal does not pass never serves.

`environments/<name>.rehearsal/` holds `solution.py` and `tests.py`, as an exercise does.
"""

from __future__ import annotations

import importlib
import linecache
import os
import re
import socket
import sys
import tempfile
from dataclasses import dataclass, replace

import msgspec

from grading.sandbox import pages
from grading.sandbox.pages import Pages, Touched
from grading.sandbox.wire import CheckDone, ChecksEnded, Ending

_SEED = 1
_MODULES = ("solution", "tests")


class RehearsalFailed(Exception):
    """The environment cannot do what its rehearsal asks; the text says which check found that."""


@dataclass(frozen=True)
class Exercise:
    solution: str
    tests: str
    code: bytes = b""  # of the tests, as most runs have it: see `compiled.py`

    def by_check(self) -> list[Exercise]:
        """The same with one check each."""
        names = re.findall(r"^def (test_\w+)", self.tests, re.MULTILINE)
        without = {name: "".join(f"\ndel {other}" for other in names if other != name) for name in names}
        return [Exercise(self.solution, f"{self.tests}{without[name]}\n") for name in names]

    def compiled(self) -> Exercise:
        checks = importlib.import_module("grading.sandbox.checks")
        return replace(self, code=checks.compiled(self.tests))


def rehearse(role: str, exercise: Exercise) -> None:
    """Play it once, this process in its role and a child in the other. Raises RehearsalFailed."""
    here, there = socket.socketpair()
    path, arguments = list(sys.path), list(sys.argv)
    with tempfile.TemporaryDirectory() as folder, here:
        os.chdir(folder)
        child = os.fork()
        if not child:
            try:
                here.close()
                _play("checks" if role == "learner" else "learner", there, exercise)
            except BaseException as error:
                os.write(2, f"rehearsal: {error!r}\n".encode())
                os._exit(1)
            os._exit(0)
        there.close()
        try:
            _play(role, here, exercise)
        finally:
            here.close()
            _, status = os.waitpid(child, 0)
            os.chdir("/")
            sys.path[:], sys.argv[:] = path, arguments
            for name in _MODULES:
                sys.modules.pop(name, None)
            linecache.clearcache()
    if status:
        raise RehearsalFailed(
            "its rehearsal did not pass: is there memory enough, and is the environment whole? See the log"
        )


def pages_of(role: str, exercise: Exercise, most_bytes: int) -> Pages:
    """The pages that runs touch most often, as found in children that each rehearse one of the checks."""
    ones = exercise.by_check()
    if role == "checks":
        ones = [one.compiled() for one in ones]
    return pages.most_touched([_touched(role, one) for one in ones], most_bytes)


def _touched(role: str, exercise: Exercise) -> Touched:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            rehearse(role, exercise)
            found = pages.touched()
            with os.fdopen(writing, "wb") as out:
                out.write(msgspec.msgpack.encode(found))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    if not told:
        raise RehearsalFailed(
            "one check of its rehearsal ended early: is there memory enough? The log says more"
        )
    return msgspec.msgpack.decode(told, type=Touched)


def _play(role: str, sock: socket.socket, exercise: Exercise) -> None:
    part = importlib.import_module(f"grading.sandbox.{role}")
    if role == "learner":
        part.serve(sock, {"solution.py": exercise.solution}, "solution.py", [])
        return
    said: list[object] = []
    part.run(sock, exercise.tests, _SEED, said.append, bytearray(1), code=exercise.code)
    failed = [word for word in said if isinstance(word, CheckDone) and word.outcome != "passed"]
    if failed:
        raise RehearsalFailed(f"{failed[0].name}: {failed[0].message} {failed[0].traceback}")
    last = said[-1]
    if not isinstance(last, ChecksEnded) or last.ending is not Ending.FINISHED:
        raise RehearsalFailed(f"it ended with {last!r}")
