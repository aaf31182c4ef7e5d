"""A zygote as the supervisor holds it: its process, the line to it, the spares that wait."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from grading.sandbox.room import ENVIRONMENT
from grading.sandbox.seccomp import Permissions
from grading.sandbox.spare import Host, Process, Role, Spare
from grading.sandbox.zygote import CREDENTIALS

_SOURCE = Path(__file__).resolve().parents[2]
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[2]); from grading.sandbox import room; room.main(sys.argv[1])"
)
_generations = itertools.count(1)


@dataclass(frozen=True)
class Environment:
    """What learners may import: a folder of installed packages, and what was installed."""

    name: str
    site_packages: Path
    digest: str
    preload: tuple[str, ...]
    rehearsal: dict[str, str]  # the exercise that its zygotes rehearse


class Zygote:
    """One zygote process and the line to it."""

    def __init__(self, role: Role, environment: Environment, host: Host) -> None:
        self.role = role
        self.generation = next(_generations)
        self.ready = False
        self.started_at = time.monotonic()
        self.waiting: list[Spare] = []
        self.out = 0  # spares that are in a run
        self.runs = 0
        self.odd = ""  # why it should be replaced
        self._itself = Process()
        self._memory = 0
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        plan = {
            "role": role,
            "site_packages": str(environment.site_packages),
            "data": str(host.data),
            "source": str(_SOURCE),
            "preload": list(environment.preload),
            "rehearsal": environment.rehearsal,
            "control": theirs.fileno(),
            "unprivileged": host.unprivileged,
        }
        interpreter = os.path.realpath(sys.executable)
        self.process = subprocess.Popen(
            [interpreter, "-I", "-S", "-B", "-X", "utf8", "-c", _BEGIN, json.dumps(plan), str(_SOURCE)],
            env={**ENVIRONMENT, "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def hear(self) -> str | None:
        """What it says: "" that it is ready, why it is not, or None where it is gone."""
        try:
            message, extra, _, _ = self.control.recvmsg(65536, socket.CMSG_SPACE(CREDENTIALS.size))
        except OSError:
            return None
        said = json.loads(message) if message else {}
        if not said.get("ready"):
            return said.get("failed")
        self._itself.meet(extra)
        self._memory = _memory_of(self._itself.pid)
        self.ready = True
        return ""

    def alike(self, permissions: Permissions = frozenset()) -> list[Spare]:
        """Those that wait with these permissions."""
        return [spare for spare in self.waiting if spare.permissions == permissions]

    def prepare_next(self) -> None:
        """Have one spare ready at once for the next job."""
        ready = [spare for spare in self.alike() if spare.ready]
        if ready and not any(spare.hot for spare in ready):
            ready[0].prepare()

    def growth(self) -> int:
        """By how many bytes of memory it has grown since it was ready."""
        return max(0, _memory_of(self._itself.pid) - self._memory)

    def ordered(self, spare: Spare) -> Spare:
        """The spare, after it was ordered. Raises OSError where that failed; nothing of it is left then."""
        try:
            self._order(spare)
        except OSError:
            spare.release()
            raise
        return spare

    def _order(self, spare: Spare) -> None:
        given = spare.given()
        try:
            request = {"spare": spare.number, "uid": spare.uid, "permissions": sorted(spare.permissions)}
            socket.send_fds(self.control, [json.dumps(request).encode()], given)
        finally:
            spare.let_go_of_theirs(given)

    def why_it_ended(self) -> str:
        """Asked once its line has closed; it may be about to end still."""
        try:
            code = self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            code = 0
        number = 256 - code if code > 128 else 0  # `room` hands on how its child ended
        how = f"was ended by signal {number}" if number else f"ended with exit code {code}"
        return (
            f"the {self.role} process {how} before it was ready: is there memory enough, and is the"
            " environment whole? The log says more"
        )

    def end(self) -> None:
        self.control.close()
        self._itself.close()
        self.process.kill()
        self.process.wait()


def _memory_of(pid: int) -> int:
    """Its resident memory in bytes; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
