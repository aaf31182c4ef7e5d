"""The program that runs learner code, and the only one that may.

Theory of operation. One thread, one loop. A worker connects to the Unix socket and sends a `Job`;
the supervisor takes one learner spare and one checks spare from the pool of the job's environment
(`pool`), links them, and lets them work while it keeps the clock (`run`). It answers with events
and one `Finished`. It owns every descriptor, every control group and the ending; it never opens,
changes or deletes by path anything in a tree that a learner could write, and never parses what a
learner's process says.

Fail closed: before it takes a job it attacks itself (`self_attack`). Where no sandbox can be made
here, or an attack succeeds, it goes on serving, answers `Ask` with the reason, and refuses jobs.

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
from collections.abc import Callable, Iterator
from pathlib import Path

from grading.sandbox import cgroup, self_attack
from grading.sandbox.connection import Door
from grading.sandbox.loop import Loop
from grading.sandbox.pool import Environment, Pool
from grading.sandbox.protections import describe
from grading.sandbox.run import Run
from grading.sandbox.spare import Host, Spare
from grading.sandbox.wire import Ask, Finished, Health, Job, Refused, Request

_LONGEST_NAME = 64  # of an environment; a longer one is no file name
_LISTS = Path(__file__).parent / "environments"
_FIRST_ENVIRONMENT = "base"


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
        self._attacks: list[str] = []
        self._attacked = False
        self._announced = False

    @property
    def ready(self) -> bool:
        return not self.reason

    def begin(self) -> None:
        """Start the first environment and attack it; `announce` when it is known how that went."""
        pool = self._pool(_FIRST_ENVIRONMENT)
        if pool is None:
            self._settle(f"the environment {_FIRST_ENVIRONMENT!r} is not installed: run ./lms up, which does")
            return
        self.loop.after(60, lambda: self._give_up("no sandbox could be made within 60 s"))
        attack = Queued(self_attack.JOB, self._on_attack)
        self._queue.appendleft(attack)
        self._watch_first(pool)

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
            protections=describe(self.host, self._attacks if self._attacked else None),
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
            self._pools[name].on_failure = lambda: self._refuse_waiting(name)
        return self._pools[name]

    def _environment(self, name: str) -> Environment | None:
        """What is installed under that name; None where nothing is, or the name is not one of ours."""
        if not name.isidentifier() or len(name) > _LONGEST_NAME:
            return None
        preload = _LISTS / f"{name}.preload"
        packages = self._environments / name / "site-packages"
        if not preload.is_file() or not packages.is_dir():
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

    def _refuse_waiting(self, name: str) -> None:
        """Its zygotes cannot be started: nobody should wait for them."""
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

    # -- the first attack --------------------------------------------------------------------

    def _watch_first(self, pool: Pool) -> None:
        if self._announced:
            return
        if pool.failure:
            self._settle(f"no sandbox can be made here: {pool.failure}")
            return
        self.loop.after(0.1, lambda: self._watch_first(pool))

    def _on_attack(self, message: object) -> None:
        self._attacks += self_attack.succeeded(message)
        if isinstance(message, Finished):
            self._attacked = True
            self._attacks += self_attack.unfinished(message)
            self._settle(
                f"the sandbox failed its own attack: {'; '.join(self._attacks)}" if self._attacks else ""
            )

    def _give_up(self, reason: str) -> None:
        if not self._announced:
            self._settle(reason)

    def _settle(self, reason: str) -> None:
        self.reason = reason
        if not self._announced:
            self._announced = True
            print(json.dumps({"ready": self.ready, "reason": reason}), flush=True)
        if not reason:
            self._next()
            return
        waiting, self._queue = self._queue, deque()
        for queued in waiting:
            queued.reply(self._not_available())


def report(text: str) -> None:
    print(f"sandbox: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """A socket at `path` that only this user may reach. The path may be longer than a socket's may."""
    path.parent.mkdir(parents=True, exist_ok=True)
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    short = f"/proc/self/fd/{directory}/{path.name}"
    server = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(short)
        before = os.umask(0o177)
        server.bind(short)
        os.umask(before)
        server.listen(64)
        server.setblocking(False)
        yield server
    finally:
        server.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(short)
        os.close(directory)


def main() -> None:
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
    with listening(options.socket) as server:
        Door(server, supervisor.loop, supervisor.take)
        supervisor.begin()
        try:
            supervisor.loop.run()
        finally:
            supervisor.end()


if __name__ == "__main__":
    main()
