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
import hashlib
import json
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from grading.sandbox import cgroup, self_attack
from grading.sandbox.connection import Door, SocketNotMade, listening
from grading.sandbox.host_settings import why_no_namespaces
from grading.sandbox.loop import Loop
from grading.sandbox.pool import Environment, Pool
from grading.sandbox.protections import describe
from grading.sandbox.run import Run
from grading.sandbox.self_attack import Attack
from grading.sandbox.spare import Host, Spare
from grading.sandbox.wire import Ask, Health, Job, Refused, Request

_LISTS = Path(__file__).parent / "environments"
_FIRST_ENVIRONMENT = "base"
_PATIENCE = 60.0  # seconds until it says that it does not get ready
_LOOK_AGAIN = 5.0  # seconds
_ATTACK_AGAIN = 24 * 3600.0  # seconds: what is lived in for long should be tried again


class Queued:
    """A job that waits for spares."""

    def __init__(self, job: Job, reply: Callable[[object], None]) -> None:
        self.job = job
        self.reply = reply
        self.dropped = False
        self.run: Run | None = None

    def drop(self) -> None:
        """The worker hung up."""
        self.dropped = True
        if self.run:
            self.run.abort()


class Supervisor:
    def __init__(self, environments: Path, data: Path, *, spares: int, parallel: int) -> None:
        self.loop = Loop()
        self.host = Host(self.loop, cgroup.find(), os.geteuid() != 0, data, report)
        self.reason = "it is still starting"
        self._environments = environments
        self._pools: dict[str, Pool] = {}
        self._spares = spares
        self._parallel = parallel
        self._queue: deque[Queued] = deque()
        self._running = 0
        self._attack: Attack | None = None  # the last one that came to its end
        self._announced = False

    @property
    def ready(self) -> bool:
        return not self.reason

    def begin(self) -> None:
        """Start the first environment and attack it; `announce` when it is known how that went."""
        self.loop.after(_PATIENCE, lambda: self._announce(f"no sandbox could be made within {_PATIENCE} s"))
        self._attack_first()

    def take(self, request: Request, reply: Callable[[object], None]) -> Callable[[], None]:
        """Answer a request, now or as it happens. Returns what to call when the asker hangs up."""
        if isinstance(request, Ask):
            reply(self.health())
            return lambda: None
        if not self.ready and self._announced:
            reply(self._not_available())
            return lambda: None
        pool = self._pool(request.environment)
        if pool is None or (pool.failure and not pool.up):
            reply(self._no_environment(request.environment, pool))
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
            environments={name: pool.environment.digest for name, pool in self._pools.items() if pool.up},
            shape="unprivileged" if self.host.unprivileged else "root",
            running=self._running,
            spares=sum(pool.spares for pool in self._pools.values()),
        )

    def end(self) -> None:
        for pool in self._pools.values():
            pool.end()
        if self.host.hierarchy:
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                self.loop.turn(0.05)
            self.host.hierarchy.close()

    def _not_available(self) -> Refused:
        return Refused(f"Grading is not available: {self.reason}.")

    # -- environments ------------------------------------------------------------------------

    def _pool(self, name: str) -> Pool | None:
        if name not in self._pools:
            environment = self._environment(name)
            if environment is None:
                return None
            self._pools[name] = Pool(environment, self.host, self._spares)
            self._pools[name].on_ready = self._next
            self._pools[name].on_failure = lambda: self._on_failure(name)
            if self._pools[name].failure:  # at once
                self._on_failure(name)
        return self._pools[name]

    def _environment(self, name: str) -> Environment | None:
        """What is installed under that name; None where nothing is, or the name is not one of ours."""
        preload = _LISTS / f"{name}.preload"
        packages = self._environments / name / "site-packages"
        if not name.isidentifier() or not preload.is_file() or not packages.is_dir():
            return None
        lock = (_LISTS / f"{name}.lock").read_bytes()
        digest = hashlib.sha256(lock + sys.version.encode()).hexdigest()
        return Environment(name, packages.resolve(), digest, tuple(preload.read_text().split()))

    def _no_environment(self, name: str, pool: Pool | None) -> Refused:
        if pool is None:
            return Refused(
                f"The environment {name!r} is not installed here. "
                "Whoever runs this site can add it with ./lms up --all.",
                permanent=True,
            )
        return Refused(f"The environment {name!r} could not be started: {pool.failure}.")

    def _on_failure(self, name: str) -> None:
        """Its zygotes or spares cannot be made now: nobody should wait for them, and it is tried again."""
        if name == _FIRST_ENVIRONMENT and not self.ready:
            forbidden = why_no_namespaces(unprivileged=self.host.unprivileged) or ()
            whole = ". ".join((f"no sandbox can be made here: {self._pools[name].failure}", *forbidden))
            self._settle(whole.removesuffix("."))
        if self._pools[name].up:
            return
        for queued in [queued for queued in self._queue if queued.job.environment == name]:
            if queued.job is not self_attack.JOB:
                self._queue.remove(queued)
                queued.reply(self._no_environment(name, self._pools[name]))

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
            pool = self._pools[queued.job.environment]
            spares = pool.take()
            if spares is None:
                pool.fill()
                continue
            self._queue.remove(queued)
            self._start(queued, pool, spares)

    def _start(self, queued: Queued, pool: Pool, spares: tuple[Spare, Spare]) -> None:
        def over() -> None:
            self._running -= 1
            pool.fill()
            self._next()

        digest = pool.environment.digest
        run = Run(queued.job, spares, self.loop, digest=digest, reply=queued.reply, on_over=over)
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
        if self._pool(_FIRST_ENVIRONMENT):
            self._attack_now()
            return
        self._settle(f"the environment {_FIRST_ENVIRONMENT!r} is not installed: run ./lms up, which does")
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


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs learner code in a sandbox, for workers that ask.")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--spares", type=int, default=2, help="ready processes of each kind, per environment")
    parser.add_argument("--parallel", type=int, default=os.cpu_count() or 1, help="runs at the same time")
    options = parser.parse_args()
    supervisor = Supervisor(
        options.environments, options.data.resolve(), spares=options.spares, parallel=options.parallel
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.loop.stop())
    try:
        with listening(options.socket) as server:
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
