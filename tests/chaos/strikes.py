"""What is done to a site, and when: a plan that its seed decides, and what each kind of strike does.

A strike that finds nothing to hit (it is being started again, say) looks for a few seconds; then it misses,
which is not counted.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg

from grading.queue import LEASE
from tests.chaos.learners import Learner
from tests.chaos.worlds import BEAT, BROKER, DATABASE, SANDBOX, WEB, WORKERS, World

T = TypeVar("T")
PAUSE_S = LEASE.total_seconds() + 3
LOOKS_FOR_S = 20.0  # a sandbox takes some seconds to be there again
FULL_S = 4.0
LOCKED_S = 3.0
DOWN_S = 3.0  # at most, before a server is started again


@dataclass(frozen=True)
class Strike:
    at: float  # seconds after the beginning of the round
    kind: str
    pick: float  # from 0 to 1: which one of several

    def one_of(self, candidates: Sequence[T]) -> T | None:
        return candidates[int(self.pick * len(candidates))] if candidates else None


def plan(kinds: Sequence[str], seconds: float, seed: str) -> list[Strike]:
    """Each kind once, in a random order and at random times; what takes long comes early."""
    chance = random.Random(seed)
    order = chance.sample(kinds, len(kinds))
    times = sorted(chance.uniform(0, seconds) for _ in order)
    order.sort(key=lambda kind: kind not in LONG)
    return [Strike(at, kind, chance.random()) for at, kind in zip(times, order, strict=True)]


def carry_out(strikes: list[Strike], world: World, learners: list[Learner]) -> Counter[str]:
    """Do it, at its times; how often each kind hit. Returns when the last one is over."""
    hits: Counter[str] = Counter()
    threads = []
    for strike in strikes:
        time.sleep(max(0.0, strike.at - world.timeline.now))
        thread = threading.Thread(target=_carry_out_one, args=(strike, world, learners, hits))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return hits


def _carry_out_one(strike: Strike, world: World, learners: list[Learner], hits: Counter[str]) -> None:
    if strike.kind == "web in a POST":
        _await_a_post(learners)
    until = time.monotonic() + LOOKS_FOR_S
    hit = ""
    while not hit and time.monotonic() < until:
        try:
            hit = KINDS[strike.kind](world, strike)
        except (OSError, psutil.Error, psycopg.Error, sqlite3.Error) as error:
            world.timeline.note(f"!! {strike.kind} missed: {error}")
        if not hit:
            time.sleep(0.25)
    world.timeline.note(f"!! {strike.kind}: {hit or 'nothing was there'}")
    hits[strike.kind] += bool(hit)


def _await_a_post(learners: list[Learner]) -> None:
    until = time.monotonic() + 3
    while time.monotonic() < until and not any(learner.handing_in for learner in learners):
        time.sleep(0.002)


# --- What each kind does: what was hit, or nothing -----------------------------------------------


def _kill(pid: int | None) -> str:
    if not pid:
        return ""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return f"process {pid} killed"
    return ""


def _kill_part(name: str) -> Callable[[World, Strike], str]:
    return lambda world, strike: _kill(world.host.parts[name].pid)


def _kill_worker(world: World, strike: Strike) -> str:
    return _kill(world.host.parts[strike.one_of(WORKERS) or WORKERS[0]].pid)


def _kill_child_of(name: str) -> Callable[[World, Strike], str]:
    def kill(world: World, strike: Strike) -> str:
        pid = world.host.parts[name].pid
        children = psutil.Process(pid).children() if pid else []
        return _kill(strike.one_of([child.pid for child in children]))

    return kill


def _pause_worker(world: World, strike: Strike) -> str:
    """Believed dead, it comes back: what it then says of its run is stale."""
    part = world.host.parts[strike.one_of(WORKERS) or WORKERS[0]]
    pid = part.pid
    if not pid:
        return ""
    group = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    for number in group:
        os.kill(number, signal.SIGSTOP)
    world.timeline.note(f"!! {part.name} (process {pid}) is stopped for {PAUSE_S:g} s")
    time.sleep(PAUSE_S)
    for number in group:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGCONT)
    return f"{part.name} goes on"


def _kill_in_sandbox(depth: int, *, first: bool, role: str = "") -> Callable[[World, Strike], str]:
    """A process so many PID namespaces below the supervisor: their first, or another. See the sandbox.

    Of those below a zygote, the one that has lived longest: under load that is a run, and no spare.
    """

    def kill(world: World, strike: Strike) -> str:
        supervisor = world.host.parts[SANDBOX].pid
        if not supervisor:
            return ""
        above = len(_numbers(supervisor))
        found = [
            child
            for child in psutil.Process(supervisor).children(recursive=True)
            if len(numbers := _numbers(child.pid)) == above + depth
            and (numbers[-1] == "1") is first
            and role in _groups(child.pid)
        ]
        found.sort(key=psutil.Process.create_time)
        return _kill(found[0].pid if depth == 2 and found else strike.one_of([child.pid for child in found]))

    return kill


def _numbers(pid: int) -> list[str]:
    """What a process is called in each PID namespace that it is in; empty if it is gone."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next((line.split()[1:] for line in lines if line.startswith("NSpid:")), [])
    return []


def _groups(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cgroup").read_text()
    return ""


def _kill_server(name: str, number: signal.Signals = signal.SIGKILL) -> Callable[[World, Strike], str]:
    def kill(world: World, strike: Strike) -> str:
        part = world.host.parts[name]
        pid = part.pid
        down = DOWN_S * strike.pick
        part.due = time.monotonic() + down
        return f"process {pid} ended by {number.name}, away for {down:.1f} s" if part.signal(number) else ""

    return kill


def _end_connections(world: World, strike: Strike) -> str:
    ended = world.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return f"{len(ended)} connections ended" if ended else ""


def _lock_database(world: World, strike: Strike) -> str:
    """Somebody else writes, and takes his time."""
    connection = sqlite3.connect(world.database, timeout=10, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED_S)
        connection.execute("ROLLBACK")
    finally:
        connection.close()
    return f"SQLite was locked for {LOCKED_S:g} s"


def _fill_disk(world: World, strike: Strike) -> str:
    """No bell can be written: a file system without room for a single file lies over the broker's folder."""
    place = str(world.bells)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=1", "full", place]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        return ""
    time.sleep(FULL_S)
    subprocess.run(["umount", "--lazy", place], check=True)
    return f"the broker's disk was full for {FULL_S:g} s"


KINDS: dict[str, Callable[[World, Strike], str]] = {
    "worker": _kill_worker,
    "worker's child": _kill_child_of(WORKERS[1]),
    "worker stopped, believed dead": _pause_worker,
    "supervisor": _kill_part(SANDBOX),
    "zygote": _kill_in_sandbox(1, first=True),
    "keeper": _kill_in_sandbox(1, first=False),
    "run: process 1": _kill_in_sandbox(2, first=True),
    "run: its checks": _kill_in_sandbox(2, first=False, role="checks-"),
    "run: its code": _kill_in_sandbox(2, first=False, role="learner-"),
    "beat": _kill_part(BEAT),
    "web in a POST": _kill_child_of(WEB),
    "web, all of it": _kill_part(WEB),
    "broker": _kill_server(BROKER),
    "broker's disk full": _fill_disk,
    "database": _kill_server(DATABASE, signal.SIGQUIT),
    "database connections": _end_connections,
    "database locked": _lock_database,
}
LONG = {"worker stopped, believed dead"}
_EVERYWHERE = [kind for kind in KINDS if not kind.startswith(("broker", "database", "worker's"))]
KINDS_OF = {
    "files": [*_EVERYWHERE, "broker's disk full", "database locked"],
    "servers": [*_EVERYWHERE, "worker's child", "broker", "database", "database connections"],
}
