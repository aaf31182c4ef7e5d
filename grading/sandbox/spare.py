"""A single-use, locked-in process, as the supervisor holds it, and what the host gives for it."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grading.sandbox.cgroup import Group, Hierarchy
from grading.sandbox.keeper import HELLO
from grading.sandbox.loop import Loop
from grading.sandbox.room import INSIDE_UID
from grading.sandbox.seccomp import Permissions
from grading.sandbox.zygote import CREDENTIALS, NEXT, STATUS

Role = Literal["learner", "checks"]
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
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def next_number(self) -> int:
        """The number of a new spare, never used before."""
        return next(self._numbers)

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
    """A locked-in process that waits for its one job, and everything that belongs to it.

    It is two processes: process 1 of its namespaces, which is ours, and process 2, which gets the job.
    """

    def __init__(self, role: Role, host: Host, permissions: Permissions = frozenset()) -> None:
        self.role = role
        self.permissions = permissions
        self.number = host.next_number()
        self.uid = host.take_uid()
        self.ordered_at = time.monotonic()
        self.ready = False
        self.hot = False
        self.first = Process()
        self.second = Process()
        self.ended: int | None = None  # the wait status of process 2, once it has ended
        self.vanished = False  # its zygote is gone and has not said how process 2 ended
        self._host = host
        try:
            self._open()
        except OSError:
            host.give_back(self.uid)
            raise

    def _open(self) -> None:
        self.line, self._their_line = socket.socketpair()
        self.status, self._their_status = socket.socketpair()
        for ours in (self.line, self.status):
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.output, self._their_output = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            self.error, self._their_error = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            os.close(self.output)
            os.close(self._their_output)
            raise
        for theirs in (self._their_output, self._their_error):
            os.set_blocking(theirs, True)
        self.group: Group | None = None
        if self._host.hierarchy:
            try:
                self.group = self._host.hierarchy.group(f"{self.role}-{self.uid}")
            except OSError:
                for descriptor in (self.output, self._their_output, self.error, self._their_error):
                    os.close(descriptor)
                raise

    def given(self) -> list[int]:
        """The descriptors that the zygote hands to the fork, in the order `Zygote` takes them."""
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
        """Take what is said of it: process 1's first word, and later how process 2 ended."""
        size = len(HELLO) + STATUS.size
        data, extra, _, _ = self.status.recvmsg(size, socket.CMSG_SPACE(CREDENTIALS.size))
        self.vanished = not data and self.ended is None
        if not self.first.pid and data:  # the end of the line comes from nobody: number 0
            self.first.meet(extra)
            data = data.removeprefix(HELLO)
        if len(data) == STATUS.size:
            self.ended = STATUS.unpack(data)[0]

    def read_ready(self) -> bool:
        """Take process 2's only word before its job; False where it has ended instead."""
        try:
            word, extra, _, _ = self.line.recvmsg(64, socket.CMSG_SPACE(CREDENTIALS.size))
        except OSError:
            return False
        if not word:
            return False
        if not self.first.pid:
            self.read_status()  # process 1 spoke before process 2 was there
        self.second.meet(extra)
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        self.ready = self.first.pid != 0 and self.second.pid != 0
        return self.ready

    def prepare(self) -> None:
        """Tell it that the next job is its: it has its memory copied meanwhile."""
        self.hot = True
        with contextlib.suppress(OSError):  # it is gone, and will be missed
            self.line.sendall(NEXT)

    def kill(self) -> None:
        """End both processes and with them, in the kernel, all that live in their namespaces."""
        self.second.kill()  # the larger one, which takes longer
        self.first.kill()

    def release(self) -> None:
        """Close what is open and remove the group; the processes must be gone.

        Something may be watched still, and the next descriptor of that number would be taken for this one.
        """
        self._host.loop.forget(self.line, self.status, self.output, self.error, self.first.descriptor)
        self.line.close()
        self.status.close()
        for descriptor in (self.output, self.error):
            os.close(descriptor)
        self.first.close()
        self.second.close()
        self._host.give_back(self.uid)
        if self.group:
            self._host.loop.until_true(self.group.remove)


@dataclass
class Process:
    """A process of ours in namespaces of its own, known by a descriptor; `pid` is 0 before it is met."""

    pid: int = 0
    descriptor: int = -1

    def meet(self, extra: list[tuple[int, int, bytes]]) -> None:
        """Learn who spoke, from the credentials that the kernel put beside its word."""
        for level, kind, content in extra:
            if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                pid = CREDENTIALS.unpack(content[: CREDENTIALS.size])[0]
                with contextlib.suppress(ProcessLookupError):  # it is gone already; `pid` stays 0
                    self.descriptor = os.pidfd_open(pid)
                    self.pid = pid

    def kill(self) -> None:
        if self.descriptor >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
