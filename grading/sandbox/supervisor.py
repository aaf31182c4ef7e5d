"""The program that runs learner code, and the only one that may.

Theory of operation. One thread, one loop. A worker connects to the Unix socket and sends a `Job`;
the supervisor takes one learner spare and one checks spare from the pool of the job's environment
(`pool`), links them, and lets them work while it keeps the clock (`run`). It answers with events
and one `Finished`. It owns every descriptor, every control group and the ending; it never opens,
changes or deletes by path anything in a tree that a learner could write, and never parses what a
learner's process says.

Fail closed: before it takes a job it attacks itself (`self_attack`), and once a day again. Where no
sandbox can be made here, or an attack succeeds, it goes on serving, answers `Ask` with the reason, and
refuses jobs. What may go away (an environment that is not there, a zygote that cannot start, an attack
that broke off) is tried again; after an attack that worked only a new start helps.

    python -m grading.sandbox.supervisor --socket PATH --environments DIR --data DIR
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from grading.sandbox import cgroup, kernel, self_attack
from grading.sandbox.compiled import CompiledTests
from grading.sandbox.connection import Door, SocketNotMade, listening
from grading.sandbox.host_settings import why_no_namespaces
from grading.sandbox.loop import Loop
from grading.sandbox.pool import Life, Pool
from grading.sandbox.protections import describe
from grading.sandbox.run import Run
from grading.sandbox.seccomp import Permissions
from grading.sandbox.self_attack import Attack
from grading.sandbox.shelf import FIRST_ENVIRONMENT, Shelf
from grading.sandbox.spare import Host, Spare
from grading.sandbox.wire import Ask, Health, Job, Refused, Request

_PATIENCE = 60.0  # seconds until it says that it does not get ready
_LOOK_AGAIN = 5.0  # seconds
_END_WITHIN = 2.0  # seconds for what it killed to be gone and uncounted
_ATTACK_AGAIN = 24 * 3600.0  # seconds: what is lived in for long should be tried again


class Queued:
    """A job that waits for spares."""

    def __init__(self, job: Job, reply: Callable[[object], None]) -> None:
        self.job = job
        self.reply = reply
        self.since = time.monotonic()
        self.dropped = False
        self.run: Run | None = None

    def drop(self) -> None:
        """The worker hung up."""
        self.dropped = True
        if self.run:
            self.run.abort()


class Supervisor:
    def __init__(
        self, environments: Path, data: Path, *, life: Life, parallel: int, most_environments: int
    ) -> None:
        self.loop = Loop()
        self.host = Host(self.loop, cgroup.find(), os.geteuid() != 0, data, report)
        self.reason = "it is still starting"
        self._shelf = Shelf(
            environments,
            self.host,
            life,
            most_environments,
            on_change=self._next,
            on_failure=self._on_failure,
            on_lost=self._refuse_those_with,
            somebody_waits=lambda: bool(self._queue),
        )
        self._parallel = parallel
        self._queue: deque[Queued] = deque()
        self._compiled = CompiledTests()
        self._running = 0
        self._attack: Attack | None = None  # the last one that came to its end
        self._announced = False

    @property
    def ready(self) -> bool:
        return not self.reason

    def begin(self) -> None:
        """Start the first environment and attack it; `announce` when it is known how that went."""
        self.loop.after(_PATIENCE, lambda: self._announce(f"no sandbox could be made within {_PATIENCE:g} s"))
        self._look_after()
        self._attack_first()

    def take(self, request: Request, reply: Callable[[object], None]) -> Callable[[], None]:
        """Answer a request, now or as it happens. Returns what to call when the asker hangs up."""
        if isinstance(request, Ask):
            reply(self.health())
            return lambda: None
        if not self.ready and self._announced:
            reply(self._not_available())
            return lambda: None
        if refusal := self._shelf.refusal(request.environment):
            reply(refusal)
            return lambda: None
        queued = Queued(request, reply)
        self._queue.append(queued)
        self._next()
        return queued.drop

    def health(self) -> Health:
        return Health(
            ready=self.ready,
            reason=self.reason,
            protections=describe(self.host, self._attack),
            environments=self._shelf.available(),
            shape="unprivileged" if self.host.unprivileged else "root",
            running=self._running,
            spares=self._shelf.spares,
            spares_wanted=self._shelf.spares_wanted,
            spare_bytes=self._shelf.spare_bytes(),
            generation=self._shelf.generation,
        )

    def end(self) -> None:
        self._shelf.end()
        if self.host.hierarchy:
            deadline = time.monotonic() + _END_WITHIN
            while self.host.hierarchy.in_use() and time.monotonic() < deadline:
                self.loop.turn(0.05)
            self.host.hierarchy.close()

    def _look_after(self) -> None:
        self._shelf.look_after({queued.job.environment for queued in self._queue})
        self.loop.after(1.0, self._look_after)

    def _not_available(self) -> Refused:
        return Refused(f"Grading is not available: {self.reason}.")

    def _on_failure(self, name: str) -> None:
        """Its zygotes or spares cannot be made now: nobody should wait for them, and it is tried again."""
        refusal = self._shelf.refusal(name)
        if name == FIRST_ENVIRONMENT and not self.ready:
            forbidden = why_no_namespaces(unprivileged=self.host.unprivileged) or ()
            why = self._shelf.failure(name)
            self._settle(". ".join((f"no sandbox can be made here: {why}", *forbidden)).removesuffix("."))
        for queued in [queued for queued in self._queue if queued.job.environment == name]:
            if refusal is not None and queued.job is not self_attack.JOB:
                self._queue.remove(queued)
                queued.reply(refusal)

    def _refuse_those_with(self, name: str, permissions: Permissions) -> None:
        """A process with these permissions could not be made: nobody should wait for the next one."""
        asked = " and ".join(sorted(permissions))
        report(f"a run that may use {asked} could not be made; the lines above say why")
        for queued in [queued for queued in self._queue if queued.job.environment == name]:
            if frozenset(queued.job.permissions) == permissions:
                self._queue.remove(queued)
                queued.reply(
                    Refused(f"A run that may use {asked} cannot be made here; the sandbox's log says why.")
                )

    # -- jobs --------------------------------------------------------------------------------

    def _next(self) -> None:
        """Start what can be started."""
        for queued in list(self._queue):
            if self._running >= self._parallel:
                return
            if queued.dropped:
                self._queue.remove(queued)
                continue
            if queued.job is not self_attack.JOB and not self.ready:
                continue
            pool = self._shelf.pool(queued.job.environment)
            spares = pool.take(frozenset(queued.job.permissions)) if pool else None
            if pool is None or spares is None:
                continue
            self._queue.remove(queued)
            self._start(queued, pool, spares)

    def _start(self, queued: Queued, pool: Pool, spares: tuple[Spare, Spare]) -> None:
        def over() -> None:
            self._running -= 1
            pool.over(spares, odd=run.odd)
            self._next()

        digest = pool.environment.digest
        run = Run(
            queued.job,
            spares,
            self.loop,
            digest=digest,
            compiled=self._compiled,
            queued_at=queued.since,
            reply=queued.reply,
            on_over=over,
        )
        self._running += 1
        try:
            run.start()
        except OSError as error:
            report(f"a run could not be started: {error}")
            run.abandon()
            queued.reply(Refused("The sandbox lost a process as the run began. It will be tried again."))
            return
        queued.run = run

    # -- the attack on itself ----------------------------------------------------------------

    def _attack_first(self) -> None:
        """Begin as soon as there is something to attack."""
        if self._shelf.holds(FIRST_ENVIRONMENT):
            self._attack_now()
            return
        self._settle(f"the environment {FIRST_ENVIRONMENT!r} is not installed: run ./lms up, which does")
        self.loop.after(_LOOK_AGAIN, self._attack_first)

    def _attack_now(self) -> None:
        attack = Attack()

        def reply(message: object) -> None:
            attack.take(message)
            if attack.over:
                self._on_attacked(attack)

        self._queue.appendleft(Queued(self_attack.JOB, reply))
        self._next()

    def _on_attacked(self, attack: Attack) -> None:
        if attack.broke_off and not attack.worked:
            report(f"the attack on itself broke off: {attack.broke_off}")
            self.loop.after(_LOOK_AGAIN, self._attack_now)
            if not self.ready:
                self._settle(f"the sandbox could not be attacked: {attack.broke_off}")
            return
        self._attack = attack
        if attack.worked:
            self._settle(f"the sandbox failed its own attack: {'; '.join(attack.worked)}")
            report(self.reason)
            return
        self._settle("")
        self.loop.after(_ATTACK_AGAIN, self._attack_now)

    def _announce(self, reason: str) -> None:
        """Say where it stands, once: whoever started it waits for this."""
        if not self._announced:
            self.reason = reason
            self._announced = True
            print(json.dumps({"ready": self.ready, "reason": reason}), flush=True)

    def _settle(self, reason: str) -> None:
        self.reason = reason
        self._announce(reason)
        if not reason:
            self._next()
            return
        for queued in [queued for queued in self._queue if queued.job is not self_attack.JOB]:
            self._queue.remove(queued)
            queued.reply(self._not_available())


def report(text: str) -> None:
    with contextlib.suppress(OSError):  # the disk that the log lies on may be full
        print(f"sandbox: {text}", file=sys.stderr, flush=True)


def _most_environments() -> int:
    """One for each 2 GiB of the machine's memory: the largest take most of a GiB for their two zygotes."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, memory >> 31)


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs learner code in a sandbox, for workers that ask.")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--socket-group", type=int, help="number of a group that may connect too")
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--spares", type=int, default=4, help="ready processes of each kind, per environment")
    parser.add_argument("--most-spares", type=int, default=8, help="and as many while they are in demand")
    parser.add_argument("--parallel", type=int, default=os.cpu_count() or 1, help="runs at the same time")
    parser.add_argument("--zygote-runs", type=int, default=2_000, help="runs before a zygote is replaced")
    parser.add_argument("--zygote-minutes", type=float, default=60, help="minutes before it is replaced")
    parser.add_argument("--idle-minutes", type=float, default=15, help="before an environment is let go of")
    parser.add_argument(
        "--most-environments", type=int, default=_most_environments(), help="that are in memory at once"
    )
    options = parser.parse_args()
    kernel.give_back_buffers(256 * 1024)
    supervisor = Supervisor(
        options.environments,
        options.data.resolve(),
        life=Life(
            spares=options.spares,
            most_spares=options.most_spares,
            runs=options.zygote_runs,
            seconds=options.zygote_minutes * 60,
            idle_seconds=options.idle_minutes * 60,
        ),
        parallel=options.parallel,
        most_environments=options.most_environments,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.loop.stop())
    try:
        with listening(options.socket, options.socket_group) as server:
            _serve(supervisor, server)
    except SocketNotMade as error:
        report(str(error))
        return 1
    return 0


def _serve(supervisor: Supervisor, server: socket.socket) -> None:
    Door(server, supervisor.loop, supervisor.take)
    supervisor.begin()
    try:
        supervisor.loop.run()
    finally:
        supervisor.end()


if __name__ == "__main__":
    sys.exit(main())
