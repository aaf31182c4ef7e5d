"""A single-use, locked-in process, as the supervisor holds it, and what the host gives for it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grading.sandbox.cgroup import Group, Hierarchy
from grading.sandbox.loop import Loop
from grading.sandbox.room import INSIDE_UID
from grading.sandbox.zygote import HELLO, STATUS

Role = Literal["learner", "checks"]
_CREDENTIALS = struct.Struct("3i")
_UIDS = 1000


@dataclass
class Host:
    """What this supervisor has to work with."""

    loop: Loop
    hierarchy: Hierarchy | None
    unprivileged: bool
    data: Path
    report: Callable[[str], None]
    _next: int = 0
    _uids: set[int] = field(default_factory=set)

    def take_uid(self) -> int:
        """A user id that no live spare has (as root; in a user namespace they are apart anyway)."""
        while True:
            self._next = (self._next + 1) % _UIDS
            uid = INSIDE_UID + 1 + self._next
            if uid not in self._uids:
                self._uids.add(uid)
                return uid

    def give_back(self, uid: int) -> None:
        self._uids.discard(uid)


class Spare:
    """A locked-in process that waits for its one job, and everything that belongs to it."""

    def __init__(self, role: Role, host: Host) -> None:
        self.role = role
        self.uid = host.take_uid()
        self.ready = False
        self.pidfd = -1
        self.pid = 0
        self.ended: int | None = None  # the wait status of its process 2, once it has ended
        self.vanished = False  # its process 1 is gone and has not said how process 2 ended
        self._host = host
        self.line, self._their_line = socket.socketpair()
        self.status, self._their_status = socket.socketpair()
        self.status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.output, self._their_output = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.error, self._their_error = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for theirs in (self._their_output, self._their_error):
            os.set_blocking(theirs, True)
        self.group: Group | None = None
        if host.hierarchy:
            self.group = host.hierarchy.group(f"{role}-{self.uid}")

    def given(self) -> list[int]:
        """The descriptors that the zygote hands to the fork, in the order `Zygote.spawn` takes them."""
        groups = self.group.join_files() if self.group else []
        return [
            self._their_line.fileno(),
            self._their_status.fileno(),
            self._their_output,
            self._their_error,
            *groups,
        ]

    def let_go_of_theirs(self, given: list[int]) -> None:
        self._their_line.close()
        self._their_status.close()
        for descriptor in given[2:]:
            os.close(descriptor)

    def read_status(self) -> None:
        """Take what process 1 said: its first word, and later how process 2 ended."""
        size = len(HELLO) + STATUS.size
        data, extra, _, _ = self.status.recvmsg(size, socket.CMSG_SPACE(_CREDENTIALS.size))
        self.vanished = not data and self.ended is None
        if not self.pid:
            for level, kind, content in extra:
                if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                    pid = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
                    with contextlib.suppress(ProcessLookupError):  # it is gone already; `pid` stays 0
                        self.pidfd = os.pidfd_open(pid)
                        self.pid = pid
            data = data.removeprefix(HELLO)
        if len(data) == STATUS.size:
            self.ended = STATUS.unpack(data)[0]

    def cpu_ms(self) -> int:
        """Processor time of the whole tree."""
        return self.group.cpu_ms() if self.group else _tree_cpu_ms(self.pid)

    def kill(self) -> None:
        """End process 1 and with it, in the kernel, all that live in its namespace."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def release(self) -> None:
        """Close what is open and remove the group; the processes must be gone."""
        self.line.close()
        self.status.close()
        for descriptor in (self.output, self.error, self.pidfd):
            if descriptor >= 0:
                os.close(descriptor)
        self._host.give_back(self.uid)
        if self.group:
            self._host.loop.until_true(self.group.remove)


def _tree_cpu_ms(pid: int) -> int:
    """Processor time of `pid` and its living descendants, where no control group counts it."""
    ticks, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except (OSError, ValueError):
            continue
        ticks += sum(int(fields[place]) for place in (11, 12, 13, 14))  # own and waited-for children's
        todo += [int(child) for child in children]
    return ticks * 1000 // os.sysconf("SC_CLK_TCK")
