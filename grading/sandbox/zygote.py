"""The process that has imported the libraries, and is forked once for every run.

How this works: `room` made the namespaces and the root; this is process 1 in there. It imports what
the environment names, warms up, and from then on answers "spawn" on its line to the supervisor by
forking three times: a first child that makes the namespaces, then its process 1 (it joins the control
groups; `_first_process`: mounts, then waits and reports how process 2 ended), then process 2, the
spare, which locks itself in, says `ready` and blocks until its one job comes. A spare whose line
closes without a job ends.

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
from collections.abc import Callable
from typing import Any, NoReturn

from grading.sandbox import confine, kernel, seccomp
from grading.sandbox.descriptors import receive_with_descriptors
from grading.sandbox.room import INSIDE_UID
from grading.sandbox.wire import ChecksJob, LearnerJob, Limits, decode_as, frame

STATUS = struct.Struct("<i")  # a raw wait status, as process 1 reports it
HELLO = b"1"  # process 1's first word; the kernel tells its number in the supervisor's namespace
READY = b"ready"
_THREADS_END_WITHIN = 6.0  # seconds


class Zygote:
    def __init__(self, role: str, *, unprivileged: bool) -> None:
        self.role = role
        self.unprivileged = unprivileged
        self.program = seccomp.program()
        self.landlock = kernel.landlock_version()

    def preload(self, modules: list[str]) -> None:
        """Import everything that a run may want, and freeze it so that children share the pages."""
        for name in modules:
            importlib.import_module(name)
        part = importlib.import_module(f"grading.sandbox.{self.role}")
        os.chdir("/tmp")
        part.warm_up()
        os.chdir("/")
        self._wait_for_one_thread()
        gc.collect()
        gc.freeze()
        gc.disable()

    def _wait_for_one_thread(self) -> None:
        """A fork of a process with threads may deadlock. Some imports start one that soon ends."""
        deadline = time.monotonic() + _THREADS_END_WITHIN
        while (threads := len(os.listdir("/proc/self/task"))) > 1:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{threads} threads are left after the imports; a fork needs one")
            time.sleep(0.01)

    def spawn(self, control: socket.socket, request: dict[str, Any], given: list[int]) -> None:
        """Fork a spare. `given`: its line, its status line, output, error, then the groups to join."""
        if os.fork():
            for descriptor in given:
                os.close(descriptor)
            return
        line, status, output, error, *groups = given
        try:
            control.close()
            confine.enter_namespaces(unprivileged=self.unprivileged)
            if os.fork():
                os._exit(0)
            uid = INSIDE_UID if self.unprivileged else int(request["uid"])
            confine.join_groups(groups)
            self._first_process(uid, line, status, output, error)
        except BrokenPipeError:
            os._exit(0)  # the supervisor is gone
        except BaseException:
            # This child must never return into the zygote's loop; the supervisor logs what it says.
            traceback.print_exc()
            os._exit(70)

    def _first_process(self, uid: int, line: int, status: int, output: int, error: int) -> NoReturn:
        confine.mount_own(uid)
        os.write(status, HELLO)
        second = os.fork()
        if not second:
            try:
                os.close(status)
                self._second_process(uid, line, output, error)
            except BrokenPipeError:
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(70)
        confine.keep_only([status])
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.drop_capabilities()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # in a user namespace the learner's process has its user
        kernel.load_seccomp(self.program)
        while True:
            ended, how = os.wait()
            if ended == second:
                os.write(status, STATUS.pack(how))
                os._exit(0)  # and the kernel ends whatever is left in here

    def _second_process(self, uid: int, line: int, output: int, error: int) -> NoReturn:
        os.setsid()
        nothing = os.open("/dev/null", os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        confine.keep_only([line, error])
        confine.reset_signals()
        confine.become(uid, unprivileged=self.unprivileged)
        os.chdir("/box")
        confine.lock(self.program, self.landlock)
        os.dup2(error, 2)  # only now: what fails above is for the supervisor's log
        os.close(error)
        with socket.socket(fileno=line) as supervisor:
            supervisor.sendall(frame(READY))
            if self.role == "checks":
                _checks(supervisor)
            else:
                _learner(supervisor)
        os._exit(0)


def _learner(supervisor: socket.socket) -> None:
    from grading.sandbox import learner

    body, descriptors = _job(supervisor)
    job = decode_as(LearnerJob, body)
    confine.limit(job.limits, metered=job.metered)
    confine.fresh_randomness()
    gc.enable()
    supervisor.close()  # from here on the only line is the one to the checks
    checks = socket.socket(fileno=descriptors[0])
    try:
        learner.serve(checks, job.files, job.main, job.data)
    except BaseException as error:
        # Whatever the code did to its own interpreter; a traceback through our files helps nobody.
        os.write(2, f"{error.__class__.__name__}: the code broke the interpreter it runs in.\n".encode())
        os._exit(70)


def _checks(supervisor: socket.socket) -> None:
    import mmap

    from grading.sandbox import checks

    body, descriptors = _job(supervisor)
    job = decode_as(ChecksJob, body)
    # Its address space too ends before its control group does: what a forged value takes to read then
    # raises MemoryError, where it is the learner's doing, instead of ending the checks.
    confine.limit(CHECKS_LIMITS, metered=False)
    confine.fresh_randomness()
    gc.enable()
    waiting = mmap.mmap(descriptors[1], 1)
    with socket.socket(fileno=descriptors[0]) as learner:
        checks.run(learner, job.tests, job.seed, lambda word: supervisor.sendall(frame(word)), waiting)


def _job(supervisor: socket.socket) -> tuple[bytes, list[int]]:
    """The one job of this spare; the process ends where none comes any more."""
    received = receive_with_descriptors(supervisor)
    if received is None:
        os._exit(0)
    return received


CHECKS_LIMITS = Limits(cpu_s=60, memory_mb=1024, processes=16)


def main() -> None:
    """Serve as a zygote; the settings are the process's only argument, as `room` wrote them."""
    settings = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
    with socket.socket(fileno=settings["control"]) as control:
        control.set_inheritable(False)
        zygote = Zygote(settings["role"], unprivileged=settings["unprivileged"])
        try:
            zygote.preload(settings["preload"])
        except Exception as error:  # an environment may fail in any way; the supervisor must hear how
            control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
            return
        control.send(json.dumps({"ready": True}).encode())
        _serve(control, zygote.spawn)


def _serve(control: socket.socket, spawn: Callable[[socket.socket, dict[str, Any], list[int]], None]) -> None:
    while True:
        readable, _, _ = select.select([control], [], [], 0.5)
        _reap()
        if readable:
            message, descriptors, _, _ = socket.recv_fds(control, 4096, 16)
            if not message:
                return  # the supervisor is gone, and everything in here goes with this process
            spawn(control, json.loads(message), descriptors)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
