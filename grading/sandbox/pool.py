"""Zygotes and their spares, as the supervisor holds them: started, counted, handed out, killed.

A `Pool` keeps, for one environment, one zygote of each role and a few ready spares of each. A spare
is taken once; its replacement is ordered when its run is over, off the way of the run itself.
"""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grading.sandbox.room import ENVIRONMENT
from grading.sandbox.spare import Host, Role, Spare

ROLES: tuple[Role, ...] = ("learner", "checks")
_TRY_AGAIN = 30.0  # seconds
_SOURCE = Path(__file__).resolve().parents[2]
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[2]); from grading.sandbox import room; room.main(sys.argv[1])"
)


@dataclass(frozen=True)
class Environment:
    """What learners may import: a folder of installed packages, and what was installed."""

    name: str
    site_packages: Path
    digest: str
    preload: tuple[str, ...]


class Zygote:
    """One zygote process and the line to it."""

    def __init__(self, role: Role, environment: Environment, host: Host) -> None:
        self.role = role
        self.ready = False
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        plan = {
            "role": role,
            "site_packages": str(environment.site_packages),
            "data": str(host.data),
            "source": str(_SOURCE),
            "preload": list(environment.preload),
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

    def order(self, spare: Spare) -> None:
        given = spare.given()
        try:
            request = json.dumps({"uid": spare.uid}).encode()
            socket.send_fds(self.control, [request], given)
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
        self.process.kill()
        self.process.wait()


class Pool:
    """The zygotes and spares of one environment."""

    def __init__(self, environment: Environment, host: Host, size: int) -> None:
        self.environment = environment
        self.failure = ""
        self._ended = False
        self._host = host
        self._size = size
        self._zygotes: dict[Role, Zygote] = {}
        self._waiting: dict[Role, list[Spare]] = {role: [] for role in ROLES}
        self.on_ready: Callable[[], None] = lambda: None
        self.on_failure: Callable[[], None] = lambda: None
        for role in ROLES:
            self._start(role)

    @property
    def up(self) -> bool:
        """Whether both zygotes have imported what they should: it can take jobs, now or in a moment."""
        return len(self._zygotes) == len(ROLES) and all(zygote.ready for zygote in self._zygotes.values())

    @property
    def spares(self) -> int:
        return sum(spare.ready for role in ROLES for spare in self._waiting[role])

    def take(self) -> tuple[Spare, Spare] | None:
        """One ready spare of each role, or None while there is none."""
        found = []
        for role in ROLES:
            ready = next((spare for spare in self._waiting[role] if spare.ready), None)
            if ready is None:
                return None
            found.append(ready)
        for spare in found:
            self._waiting[spare.role].remove(spare)
            self._host.loop.forget(spare.line, spare.status)
        return found[0], found[1]

    def fill(self) -> None:
        """Order spares up to the size of the pool."""
        for role, zygote in self._zygotes.items():
            while zygote.ready and len(self._waiting[role]) < self._size:
                try:
                    spare = self._ordered(role, zygote)
                except (BrokenPipeError, ConnectionResetError):
                    self._restart(zygote)
                    return
                except OSError as error:  # no descriptor is left, or no room for a control group
                    self._fail(f"a {role} spare could not be made: {error.strerror}")
                    self._host.loop.after(1.0, self.fill)
                    return
                self._waiting[role].append(spare)
                self._host.loop.watch(spare.status, functools.partial(self._on_status, spare))
                self._host.loop.watch(spare.line, functools.partial(self._on_line, spare))

    def _ordered(self, role: Role, zygote: Zygote) -> Spare:
        spare = Spare(role, self._host)
        try:
            zygote.order(spare)
        except OSError:
            spare.release()
            raise
        return spare

    def end(self) -> None:
        for zygote in self._zygotes.values():
            self._host.loop.forget(zygote.control)
            zygote.end()
        for spares in self._waiting.values():
            for spare in spares:
                self._host.loop.forget(spare.line, spare.status)
                spare.release()
            spares.clear()
        self._zygotes.clear()
        self._ended = True

    def _start(self, role: Role) -> None:
        if self._ended:
            return
        try:
            zygote = Zygote(role, self.environment, self._host)
        except OSError as error:
            self._host.loop.after(_TRY_AGAIN, lambda: self._start(role))
            self._fail(f"the {role} process could not be started: {error.strerror}")
            return
        self._zygotes[role] = zygote
        self._host.loop.watch(zygote.control, lambda: self._on_zygote(zygote))

    def _on_zygote(self, zygote: Zygote) -> None:
        try:
            message = zygote.control.recv(65536)
        except OSError:
            message = b""
        said = json.loads(message) if message else {}
        if said.get("ready"):
            zygote.ready = True
            self.fill()
            return
        if not zygote.ready:
            self._fail(said.get("failed") or zygote.why_it_ended())
        self._restart(zygote)

    def _fail(self, why: str) -> None:
        """Note it, once as long as it stays the same; whoever waits is told."""
        if why != self.failure:
            self._host.report(why)
        self.failure = why
        self.on_failure()

    def _restart(self, zygote: Zygote) -> None:
        """Replace a zygote that is gone; its idle spares went with it, runs go on being watched."""
        was_ready = zygote.ready
        self._host.loop.forget(zygote.control)
        zygote.end()
        for spare in self._waiting[zygote.role]:
            self._host.loop.forget(spare.line, spare.status)
            spare.release()
        self._waiting[zygote.role] = []
        del self._zygotes[zygote.role]
        self._host.report(
            f"the {zygote.role} zygote of {self.environment.name} ended with {zygote.process.returncode}"
        )
        # One that never came up is not tried in a tight loop.
        self._host.loop.after(0 if was_ready else _TRY_AGAIN, lambda: self._start(zygote.role))

    def _on_status(self, spare: Spare) -> None:
        spare.read_status()
        if spare.pid == 0 or spare.ended is not None:
            self._lose(spare)

    def _on_line(self, spare: Spare) -> None:
        try:
            word = spare.line.recv(64)
        except OSError:
            word = b""
        if word and not spare.pid:
            spare.read_status()  # process 1 spoke before process 2 was there
        if not word or not spare.pid:
            self._lose(spare)
            return
        spare.ready = True
        self.failure = ""
        self._host.loop.forget(spare.line)
        self.on_ready()

    def _lose(self, spare: Spare) -> None:
        """A spare that ended before it had a job: say so, and make another in a while."""
        self._host.loop.forget(spare.line, spare.status)
        if spare in self._waiting[spare.role]:
            self._waiting[spare.role].remove(spare)
            spare.kill()
            spare.release()
            self._fail(f"a {spare.role} spare could not be made; the log says why")
            self._host.loop.after(1.0, self.fill)
