"""Makes the namespaces of each spare, in a small process beside its zygote.

How this works: forking a zygote costs milliseconds, since it has the libraries' memory to share, and
ending such a fork costs as much again. So it is forked once for a spare, for the process that will run
the code, and everything else happens in forks of this small one, made before the libraries are imported.
A first child enters new namespaces and forks process 1 of them, which says so to the supervisor
(`HELLO`) and to the zygote, locks itself in, and from then on only reaps orphans. When it ends, the
kernel ends everything in its PID namespace.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import traceback
from contextlib import suppress
from typing import NoReturn

from grading.sandbox import confine, kernel, loopback
from grading.sandbox.wire import Permission

HELLO = b"1"  # process 1's first word; the kernel tells its number in the supervisor's namespace


def start(program: bytes, *, unprivileged: bool) -> socket.socket:
    """Fork the keeper, and return the line to it.

    `{"spare": n, "permissions": […]}` goes there with a status line; back comes `{"spare": n}`,
    with the credentials of process 1, or `{"spare": n, "failed": true}`.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        theirs.close()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        return ours
    try:
        ours.close()
        confine.keep_only([theirs.fileno()])
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody is waited for
        _serve(theirs, program, unprivileged=unprivileged)
    finally:
        os._exit(0)


def _serve(zygote: socket.socket, program: bytes, *, unprivileged: bool) -> None:
    while True:
        message, descriptors, _, _ = socket.recv_fds(zygote, 4096, 1)
        if not message:
            return
        (status,) = descriptors
        if os.fork() == 0:
            order = json.loads(message)
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                if Permission.LOOPBACK in order["permissions"]:
                    loopback.enter_own_network()
                confine.enter_namespaces(unprivileged=unprivileged)
                if os.fork() == 0:
                    _first_process(zygote, order["spare"], status, program, unprivileged=unprivileged)
            except BrokenPipeError:
                pass  # the supervisor is gone
            except BaseException:  # this child must never return into the loop
                traceback.print_exc()
                zygote.send(json.dumps({"spare": order["spare"], "failed": True}).encode())
            os._exit(0)
        os.close(status)


def _first_process(
    zygote: socket.socket, spare: int, status: int, program: bytes, *, unprivileged: bool
) -> NoReturn:
    os.write(status, HELLO)
    zygote.send(json.dumps({"spare": spare}).encode())
    confine.keep_only([])
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.drop_capabilities()
    if unprivileged:  # the learner's process has its user; elsewhere the zygote could not look at it either
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.load_seccomp(program)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    while True:  # children that nobody waits for are waited for here, so that their time is counted
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        signal.sigwait([signal.SIGCHLD])
