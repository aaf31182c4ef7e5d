"""The process that has imported the libraries, and is forked once for every run.

How this works: `room` made the namespaces and the root; this is process 1 in there. It forks the
`keeper`, imports what the environment names, rehearses a run, and from then on answers "spawn" on its
line to the supervisor: it has the keeper make the namespaces and a process 1 in them, then forks process
2 into these. That is the spare: it joins its control group, locks itself in, says `ready` and waits for
its one job; once it is told that it is next, it has the memory copied that it will write to. How it ended
the zygote tells the supervisor, and ends process 1. A spare whose line closes without a job ends.

The zygote has one thread, no secret and no test. Learner code never runs in it, and no child has a
line back to it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from grading.sandbox import confine, keeper, kernel, pages, rehearsal, seccomp
from grading.sandbox.descriptors import receive_with_descriptors
from grading.sandbox.pages import Pages
from grading.sandbox.rehearsal import Exercise
from grading.sandbox.room import INSIDE_UID
from grading.sandbox.seccomp import Permissions
from grading.sandbox.wire import GO_ON, ChecksJob, Compiled, LearnerJob, Limits, Permission, decode_as, frame

STATUS = struct.Struct("<i")  # a raw wait status, as the zygote reports it
READY = b"ready"
NEXT = frame(b"next")  # the supervisor's word to a spare that the next job is its
CREDENTIALS = struct.Struct("3i")
_THREADS_END_WITHIN = 6.0  # seconds
_REHEARSALS = 3  # bytecode adapts itself to what it meets, after some turns
_BROUGHT = 12 << 20  # bytes of memory that a spare may have copied ahead


@dataclass
class Order:
    """A spare to make: its user, what it may do, its line, the status line, its output, groups to join."""

    uid: int
    permissions: Permissions
    line: int
    status: int
    output: int
    error: int
    groups: list[int]

    def close(self) -> None:
        for descriptor in (self.line, self.output, self.error, *self.groups):
            os.close(descriptor)


class Zygote:
    def __init__(self, role: str, control: socket.socket, *, unprivileged: bool) -> None:
        self.role = role
        self.unprivileged = unprivileged
        self.program = seccomp.program()
        self.landlock = kernel.landlock_version()
        self.pages = Pages()
        self._control = control
        self._keeper = keeper.start(self.program, unprivileged=unprivileged)
        self._orders: dict[int, Order] = {}
        self._status: dict[int, tuple[int, int]] = {}  # process 2 → its status line and its process 1

    def preload(self, modules: list[str], exercise: Exercise) -> None:
        """Import everything that a run may want, and freeze it so that children share the pages."""
        for name in modules:
            importlib.import_module(name)
        part = importlib.import_module(f"grading.sandbox.{self.role}")
        os.chdir("/tmp")
        part.warm_up()
        for _ in range(_REHEARSALS):
            rehearsal.rehearse(self.role, exercise)
        part.get_ready()
        os.chdir("/")
        self._wait_for_one_thread()
        gc.collect()
        gc.freeze()
        gc.disable()
        self.pages = rehearsal.pages_of(self.role, exercise, _BROUGHT)

    def _wait_for_one_thread(self) -> None:
        """A fork of a process with threads may deadlock. Some imports start one that soon ends."""
        deadline = time.monotonic() + _THREADS_END_WITHIN
        while (threads := len(os.listdir("/proc/self/task"))) > 1:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{threads} threads are left after the imports; a fork needs one")
            time.sleep(0.01)

    def serve(self) -> None:
        """Make spares as they are ordered, until the supervisor is gone."""
        own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        for descriptor in (self._control.fileno(), self._keeper.fileno(), ended):
            poll.register(descriptor, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if ended in ready:
                os.read(ended, 4096)
                self._reap()
            if self._keeper.fileno() in ready:
                self._on_first_process(own)
            if self._control.fileno() in ready and not self._take_order():
                return  # and everything in here goes with this process

    def _take_order(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, 4096, 16)
        if not message:
            return False
        asked = json.loads(message)
        line, status, output, error, *groups = descriptors
        permissions = frozenset(map(Permission, asked["permissions"]))
        order = Order(int(asked["uid"]), permissions, line, status, output, error, groups)
        number = int(asked["spare"])
        self._orders[number] = order
        request = json.dumps({"spare": number, "permissions": sorted(permissions)}).encode()
        socket.send_fds(self._keeper, [request], [status])
        return True

    def _on_first_process(self, own: int) -> None:
        message, extra, _, _ = self._keeper.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
        if not message:
            raise RuntimeError("the process that makes namespaces has ended")
        said = json.loads(message)
        order = self._orders.pop(said["spare"])
        if not said.get("failed"):
            first = CREDENTIALS.unpack(extra[0][2][: CREDENTIALS.size])[0]
            with suppress(ProcessLookupError):  # killed already: the spare is not wanted any more
                self._fork(order, first, own)
                order.close()
                return
        order.close()
        os.close(order.status)

    def _fork(self, order: Order, first: int, own: int) -> None:
        """Fork process 2 into the namespaces of process 1; `own` is this process's own PID namespace."""
        namespaces = os.pidfd_open(first)
        kernel.join_namespaces(namespaces, kernel.CLONE_NEWPID)  # for what is forked next, not for itself
        try:
            second = os.fork()
            if not second:
                self._second_process(order, namespaces)
        finally:
            kernel.join_namespaces(own, kernel.CLONE_NEWPID)
            os.close(namespaces)
        self._status[second] = (order.status, first)

    def _reap(self) -> None:
        """Say how each process 2 ended, and end what its namespaces hold; process 1s end up here too."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] in self._status:
                    status, first = self._status.pop(ended[0])
                    os.kill(first, signal.SIGKILL)  # it cannot be reaped yet: it waits for process 2
                    with suppress(OSError):
                        os.write(status, STATUS.pack(ended[1]))
                    os.close(status)

    def _second_process(self, order: Order, namespaces: int) -> NoReturn:
        try:
            confine.join_groups(order.groups)
            confine.join_namespaces(namespaces, order.permissions, unprivileged=self.unprivileged)
            confine.mount_own(INSIDE_UID if self.unprivileged else order.uid)
            self._lock_in(order)
            with socket.socket(fileno=order.line) as supervisor:
                supervisor.sendall(frame(READY))
                received = self._job(supervisor)
                if self.role == "checks":
                    _checks(supervisor, *received)
                else:
                    _learner(supervisor, *received)
            os._exit(0)
        except BrokenPipeError:
            os._exit(0)  # the supervisor is gone
        except BaseException:
            # This child must never return into the zygote's loop; the supervisor logs what it says.
            traceback.print_exc()
            os._exit(70)

    def _job(self, supervisor: socket.socket) -> tuple[bytes, list[int]]:
        """The one job of this spare; the process ends where none comes any more."""
        while True:
            received = receive_with_descriptors(supervisor)
            if received is None:
                os._exit(0)
            if received[0] != NEXT[4:]:
                return received
            pages.bring(self.pages)

    def _lock_in(self, order: Order) -> None:
        os.setsid()
        nothing = os.open("/dev/null", os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(order.output, 1)
        confine.keep_only([order.line, order.error])
        confine.reset_signals()
        confine.become(order.uid, unprivileged=self.unprivileged)
        os.chdir("/box")
        program = seccomp.program(order.permissions) if order.permissions else self.program
        confine.lock(program, self.landlock, order.permissions)
        os.dup2(order.error, 2)  # only now: what fails above is for the supervisor's log
        os.close(order.error)


def _learner(supervisor: socket.socket, body: bytes, descriptors: list[int]) -> None:
    from grading.sandbox import learner

    job = decode_as(LearnerJob, body)
    confine.limit(job.limits, metered=job.metered)
    confine.fresh_randomness()
    gc.enable()
    supervisor.close()  # from here on the only line is the one to the checks
    checks = socket.socket(fileno=descriptors[0])
    checks.set_inheritable(False)  # no program that the code starts holds it open
    try:
        learner.serve(checks, job.files, job.main, job.data)
    except BaseException as error:
        # Whatever the code did to its own interpreter; a traceback through our files helps nobody.
        os.write(2, f"{error.__class__.__name__}: the code broke the interpreter it runs in.\n".encode())
        os._exit(70)


def _checks(supervisor: socket.socket, body: bytes, descriptors: list[int]) -> None:
    import mmap

    from grading.sandbox import checks

    job = decode_as(ChecksJob, body)
    # Its address space too ends before its control group does: what a forged value takes to read then
    # raises MemoryError, where it is the learner's doing, instead of ending the checks.
    confine.limit(CHECKS_LIMITS, metered=False)
    confine.fresh_randomness()
    gc.set_threshold(100_000, 50, 1000)  # checks are short, and have room for what they leave lying about
    gc.enable()
    waiting = mmap.mmap(descriptors[1], 1)
    with socket.socket(fileno=descriptors[0]) as learner:
        checks.run(
            learner,
            job.tests,
            job.seed,
            lambda word: supervisor.sendall(frame(word)),
            waiting,
            code=job.code,
            keep=lambda code: supervisor.sendall(frame(Compiled(code))),
            scratch=job.scratch,
            go_on=lambda: supervisor.recv(len(GO_ON)),
        )


CHECKS_LIMITS = Limits(cpu_s=60, memory_mb=1024, processes=16)


def main() -> None:
    """Serve as a zygote; the settings are the process's only argument, as `room` wrote them."""
    settings = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
    with socket.socket(fileno=settings["control"]) as control:
        control.set_inheritable(False)
        zygote = Zygote(settings["role"], control, unprivileged=settings["unprivileged"])
        exercise = Exercise(**settings["rehearsal"])
        try:
            zygote.preload(settings["preload"], exercise)
        except Exception as error:  # an environment may fail in any way; the supervisor must hear how
            control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
            return
        control.send(json.dumps({"ready": True}).encode())
        zygote.serve()
