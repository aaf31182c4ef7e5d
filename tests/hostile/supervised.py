"""A real supervisor to attack, in one of the shapes that it runs in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grading.runner import Report
from grading.sandbox.doctor import connect
from grading.sandbox.wire import (
    Ask,
    Check,
    CheckDone,
    Collected,
    Drawn,
    Finished,
    Health,
    Job,
    Refused,
    Reply,
    decode_reply,
    receive,
    send,
)
from tests.hostile.contained import SHAPE as CONTAINER
from tests.hostile.contained import Process, contained

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / "var" / "environments"
NOBODY = 65534
# As many processes after a run as before it, and the same zygotes.
STEADY = ["--spares", "2", "--most-spares", "2", "--zygote-runs", "1000000"]


class Supervised:
    """A running supervisor: `run` a job on it, look at its processes."""

    def __init__(
        self, shape: str, process: subprocess.Popen[bytes] | Process, path: Path, log: Path, groups: str = ""
    ) -> None:
        self.shape = shape
        self.process = process
        self.path = path
        self.log = log
        self.groups = groups or f"gradient-{process.pid}"  # where its control groups are, as the host sees it

    def replies(self, request: Job | Ask) -> Iterator[Reply]:
        with connect(self.path) as sock:
            sock.settimeout(60)
            send(sock, request)
            while (body := receive(sock)) is not None:
                yield decode_reply(body)

    def run(self, job: Job, *, after_start: Callable[[], None] | None = None) -> Report:
        """Run a job to its end, as a worker would."""
        checks: list[Check] = []
        results: list[CheckDone] = []
        drawings: list[Drawn] = []
        finished: list[Finished] = []
        for reply in self.replies(job):
            if isinstance(reply, Collected):
                checks = reply.checks
                if after_start:
                    after_start()
            elif isinstance(reply, CheckDone):
                results.append(reply)
            elif isinstance(reply, Drawn):
                drawings.append(reply)
            elif isinstance(reply, Finished):
                finished.append(reply)
            elif isinstance(reply, Refused):
                raise AssertionError(f"refused: {reply.reason}\n{self.log.read_text()[-3000:]}")
        assert len(finished) == 1, f"a run has exactly one end, not {len(finished)}"
        end = finished[0]
        return Report(
            ending=end.ending,
            detail=end.detail,
            checks=tuple(checks),
            results=tuple(results),
            drawings=tuple(drawings),
            figures=end.figures,
            stdout=end.stdout,
            stderr=end.stderr,
            environment_digest=end.environment_digest,
            author_log=end.author_log,
        )

    def health(self) -> Health:
        (answer,) = self.replies(Ask())
        assert isinstance(answer, Health)
        return answer

    @property
    def has_groups(self) -> bool:
        return any(
            layer.name == "control groups" and layer.state == "protected"
            for layer in self.health().protections
        )

    def descendants(self) -> list[int]:
        """Every living process of the supervisor's tree, zygotes and spares included."""
        return [pid for pid in self._tree() if not _is_zombie(pid)]

    def zombies(self) -> int:
        """How many have ended and are not yet waited for; a zygote waits for its own twice a second."""
        return sum(map(_is_zombie, self._tree()))

    def _tree(self) -> list[int]:
        found, todo = [], [self.process.pid]
        while todo:
            one = todo.pop()
            try:
                children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
            except OSError:
                continue
            found += [int(child) for child in children]
            todo += [int(child) for child in children]
        return found

    @property
    def whole(self) -> int:
        """How many processes it has where nothing runs and nothing is missing: for each role the one that
        waits for its zygote, the zygote, its keeper; and two for each spare."""
        return 2 * 3 + 2 * self.health().spares_wanted

    def settle(self, seconds: float = 20.0) -> None:
        """Wait until nothing runs and all spares are there again, and nothing else."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            health = self.health()
            at_rest = health.running == 0 and health.spares == health.spares_wanted
            if at_rest and len(self.descendants()) == self.whole:
                return
            time.sleep(0.02)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (OSError, IndexError):
        return True  # gone by now


def shapes() -> list[str]:
    """The shapes that can be tried here: as root both, else the unprivileged one."""
    return ["root", "unprivileged"] if os.geteuid() == 0 else ["unprivileged"]


def all_shapes() -> list[Any]:
    """Those, and the container where an engine can be had: as parameters of a fixture."""
    return [*shapes(), CONTAINER]


@contextmanager
def supervised(shape: str, folder: Path, *more: str, by: Sequence[str] = ()) -> Iterator[Supervised]:
    """Start a supervisor in that shape; AssertionError with its log where it does not get ready.

    `by`: a program that starts the one in its arguments.
    """
    if shape == "container":
        with contained(folder, *STEADY, *more) as (process, container, path, log):
            yield Supervised(shape, process, path, log, f"{container}/gradient-1")
        return
    log = folder / "log"
    command = [
        *by,
        sys.executable,
        "-m",
        "grading.sandbox.supervisor",
        "--socket",
        str(folder / "socket"),
        *STEADY,
        *more,
    ]
    command += ["--environments", str(ENVIRONMENTS), "--data", str(ROOT / "fixtures" / "data")]
    user: dict[str, int | list[int]] = {}
    if shape == "unprivileged" and os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": [NOBODY, 100]}  # as a login has
        os.chown(folder, NOBODY, NOBODY)
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written, cwd=ROOT, **user)  # type: ignore[call-overload]
    try:
        assert process.stdout
        line = process.stdout.readline()
        said = json.loads(line) if line else {}
        assert said.get("ready"), f"{shape}: {said.get('reason')}\n{log.read_text()[-3000:]}"
        yield Supervised(shape, process, folder / "socket", log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
