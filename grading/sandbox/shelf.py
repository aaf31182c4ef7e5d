"""The environments that this supervisor can offer, and those of them that it has in memory.

An environment is brought up by the first job that asks for it, and let go of after some quiet minutes, or
when another needs its place: a small machine serves many environments, so many at a time. The first one
stays: it is the one that attacked itself at start, and the one that most exercises use.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grading.sandbox.pool import Life, Pool
from grading.sandbox.seccomp import Permissions
from grading.sandbox.spare import Host
from grading.sandbox.wire import Refused
from grading.sandbox.zygotes import Environment

FIRST_ENVIRONMENT = "base"
_LONGEST_NAME = 64  # of an environment; a longer one is no file name
_LISTS = Path(__file__).parent / "environments"


class Shelf:
    def __init__(
        self,
        installed: Path,
        host: Host,
        life: Life,
        most: int,
        *,
        on_change: Callable[[], None],
        on_failure: Callable[[str], None],
        on_lost: Callable[[str, Permissions], None],
        somebody_waits: Callable[[], bool],
    ) -> None:
        self._installed = installed
        self._host = host
        self._life = life
        self._most = most
        self._on_change = on_change
        self._on_failure = on_failure
        self._on_lost = on_lost
        self._somebody_waits = somebody_waits
        self._pools: dict[str, Pool] = {}

    @property
    def spares(self) -> int:
        return sum(pool.spares for pool in self._pools.values())

    @property
    def spares_wanted(self) -> int:
        return sum(pool.spares_wanted for pool in self._pools.values())

    def spare_bytes(self) -> int | None:
        """Memory of a waiting spare's own, on average; None where no control group counts it."""
        groups = [spare.group for pool in self._pools.values() for spare in pool.waiting if spare.group]
        return sum(group.memory_now() for group in groups) // len(groups) if groups else None

    @property
    def generation(self) -> int:
        return max((pool.generation for pool in self._pools.values()), default=0)

    def holds(self, name: str) -> bool:
        """Whether an environment of that name is one of ours, and installed."""
        packages = self._installed / name / "site-packages"
        if not name.isidentifier() or len(name) > _LONGEST_NAME:
            return False
        return (_LISTS / f"{name}.preload").is_file() and packages.is_dir()

    def available(self) -> dict[str, str]:
        """Name → digest of those that can take a job, now or once they are in memory."""
        names = sorted(path.stem for path in _LISTS.glob("*.preload"))
        return {name: _digest(name) for name in names if self.refusal(name) is None}

    def refusal(self, name: str) -> Refused | None:
        """Why no job may wait for this environment; None where it can be had."""
        if not self.holds(name):
            return Refused(
                f"The environment {name!r} is not installed here. "
                "Whoever runs this site can add it with ./lms up --all.",
                permanent=True,
            )
        pool = self._pools.get(name)
        if pool is not None and pool.failure and not pool.up:
            return Refused(f"The environment {name!r} could not be started: {pool.failure}.")
        return None

    def failure(self, name: str) -> str:
        """What went wrong with it last; empty where nothing did, or it is well again."""
        return self._pools[name].failure if name in self._pools else ""

    def pool(self, name: str) -> Pool | None:
        """Its spares; None where there is no room for it in memory at this moment."""
        if name not in self._pools:
            if len(self._pools) >= self._most and not self._make_room():
                return None
            pool = Pool(self._environment(name), self._host, self._life)
            pool.on_ready = self._on_change
            pool.on_failure = lambda: self._on_failure(name)
            pool.on_lost = lambda permissions: self._on_lost(name, permissions)
            pool.somebody_waits = self._somebody_waits
            self._pools[name] = pool
            if pool.failure:  # at once
                self._on_failure(name)
        return self._pools[name]

    def look_after(self, wanted: set[str]) -> None:
        """What is due now and then; `wanted` are those that a job waits for."""
        now = time.monotonic()
        for name, pool in list(self._pools.items()):
            pool.look_after()
            idle = now - pool.used_at > self._life.idle_seconds and name not in wanted
            if idle and not pool.running and name != FIRST_ENVIRONMENT:
                self._let_go(name)

    def end(self) -> None:
        for name in list(self._pools):
            self._let_go(name)

    def _make_room(self) -> bool:
        """Let go of the one that nobody has used for longest, where one is not in use."""
        idle = [name for name, pool in self._pools.items() if not pool.running and name != FIRST_ENVIRONMENT]
        if not idle:
            return False
        self._let_go(min(idle, key=lambda name: self._pools[name].used_at))
        return True

    def _let_go(self, name: str) -> None:
        self._pools.pop(name).end()

    def _environment(self, name: str) -> Environment:
        lists = {part: _LISTS / f"{name}.rehearsal" / f"{part}.py" for part in ("solution", "tests")}
        return Environment(
            name=name,
            site_packages=(self._installed / name / "site-packages").resolve(),
            digest=_digest(name),
            preload=tuple((_LISTS / f"{name}.preload").read_text().split()),
            rehearsal={part: path.read_text(encoding="utf-8") for part, path in lists.items()},
        )


def _digest(name: str) -> str:
    lock = (_LISTS / f"{name}.lock").read_bytes()
    return hashlib.sha256(lock + sys.version.encode()).hexdigest()
