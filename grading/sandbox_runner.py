"""Runs jobs in the sandbox: a client of its supervisor, over one Unix socket.

Whatever goes wrong on the way becomes a RunnerUnavailable with a sentence. What the supervisor says
of the learner's code is a Report.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from grading.runner import Event, Report, RunnerUnavailable, Waiting, report_of
from grading.sandbox.doctor import connect
from grading.sandbox.wire import (
    Ask,
    Check,
    CheckDone,
    CheckStarted,
    Collected,
    Drawn,
    Finished,
    Health,
    Job,
    Printed,
    Refused,
    Reply,
    WireError,
    decode_reply,
    receive,
    send,
)

ANSWER_S = 5.0  # for a frame that has begun, and for a question after its health
GRACE_S = 15.0  # over a job's own limit: the supervisor stops the run, this is for when it does not
TICK_S = 0.5
MOST_EVENTS = 5_000  # of one run: each of 500 checks begins and ends, 500 times it is said what was printed
MOST_BYTES = 256 * 1024 * 1024  # of all that is said of one run


class SandboxRunner:
    def __init__(self, socket_path: Path | None = None) -> None:
        self.socket_path = Path(socket_path or settings.GRADIENT_SANDBOX_SOCKET)

    def run(self, job: Job, on_event: Callable[[Event], None]) -> Report:
        with self._connected() as sock:
            _tell(sock, job)
            ended = _follow(sock, time.monotonic() + job.limits.wall_s + GRACE_S, on_event)
        if isinstance(ended, Refused):
            # Who takes such jobs, and not this one, may have been broken by it: that has to be counted.
            untouched = not ended.permanent and not self._takes_jobs(job.environment)
            raise RunnerUnavailable(ended.reason, permanent=ended.permanent, untouched=untouched)
        return ended

    def health(self) -> Health:
        with self._connected() as sock:
            _tell(sock, Ask())
            reply, _ = _next_reply(sock, time.monotonic() + ANSWER_S)
        if not isinstance(reply, Health):
            raise RunnerUnavailable(f"The sandbox answered a question after its health with {_name(reply)}.")
        return reply

    def _takes_jobs(self, environment: str) -> bool:
        try:
            health = self.health()
        except RunnerUnavailable:
            return False
        return health.ready and environment in health.environments

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            sock = connect(self.socket_path)
        except OSError as error:
            raise RunnerUnavailable(
                f"The sandbox is not running: nobody answers at {self.socket_path} ({error.strerror}). "
                "Start it; `./lms doctor` says what it needs.",
                untouched=True,
            ) from error
        with sock:
            sock.settimeout(ANSWER_S)
            yield sock


def _tell(sock: socket.socket, message: Job | Ask) -> None:
    try:
        send(sock, message)
    except WireError as error:
        raise RunnerUnavailable(f"The job is too large to send: {error}.", permanent=True) from error
    except OSError as error:
        raise RunnerUnavailable(
            f"The sandbox closed the connection ({error.strerror}).", untouched=True
        ) from error


def _follow(sock: socket.socket, deadline: float, on_event: Callable[[Event], None]) -> Report | Refused:
    """Pass on what happens until the run is finished, or refused."""
    checks: list[Check] = []
    results: list[CheckDone] = []
    drawings: list[Drawn] = []
    left = MOST_BYTES
    for _ in range(MOST_EVENTS):
        _await_frame(sock, deadline, on_event)
        reply, size = _next_reply(sock, deadline + ANSWER_S)
        left -= size
        if left < 0:
            break
        match reply:
            case Finished():
                return report_of(reply, checks, results, drawings)
            case Refused():
                return reply
            case Collected():
                checks = reply.checks
            case CheckDone():
                results.append(reply)
            case Drawn():
                drawings.append(reply)
            case CheckStarted() | Printed():
                pass
            case _:
                raise RunnerUnavailable(f"The sandbox answered a job with {_name(reply)}.")
        on_event(reply)
    raise RunnerUnavailable("The sandbox says more of one run than there is to say.")


def _await_frame(sock: socket.socket, deadline: float, on_event: Callable[[Event], None]) -> None:
    """Wait for the next frame's first byte, ticking meanwhile."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    while not poll.poll(TICK_S * 1000):
        if time.monotonic() > deadline:
            raise RunnerUnavailable("The sandbox took the job and did not finish it in time.")
        on_event(Waiting())


def _next_reply(sock: socket.socket, deadline: float) -> tuple[Reply, int]:
    """The reply and its size in bytes: whole by `deadline`, its pieces within ANSWER_S of one another."""
    try:
        body = receive(sock, deadline)
        if body is None:
            raise RunnerUnavailable("The sandbox stopped in the middle of a run.")
        return decode_reply(body), len(body)
    except TimeoutError as error:
        raise RunnerUnavailable(f"The sandbox did not answer within {ANSWER_S:g} s.") from error
    except OSError as error:
        raise RunnerUnavailable(f"The connection to the sandbox broke ({error.strerror}).") from error
    except WireError as error:
        raise RunnerUnavailable(f"The sandbox answered with something else than a frame: {error}.") from error


def _name(reply: Reply) -> str:
    return type(reply).__name__
