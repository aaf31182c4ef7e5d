"""The spares of one environment, as the supervisor holds them: ordered, counted, handed out, replaced.

How this works: a `Pool` keeps one serving zygote of each role and a few ready spares of each. A spare is
taken once; its replacement is ordered when its run is over, off the way of the run itself. How many are
kept follows demand: one more each time a job found none, one fewer after each quiet minute. The one that
is next has the memory that it will write to copied already; the others would only hold it.

A zygote serves so many runs or minutes, or until something about it is odd. Then a new one is started
beside it, with a hash seed and an address space of its own, and takes over once a first spare of its is
ready. The old one makes no more spares and ends with its last run.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from grading.sandbox.seccomp import Permissions
from grading.sandbox.spare import Host, Role, Spare
from grading.sandbox.zygotes import Environment, Zygote

ROLES: tuple[Role, ...] = ("learner", "checks")
_START_AGAIN_AFTER = (1.0, 5.0, 30.0)  # seconds, for a zygote that never came up: once, twice, and more often
_START_WITHIN = 120.0
_READY_WITHIN = 20.0  # seconds for a spare
_ZYGOTE_ENDS_WITHIN = 0.5  # seconds from the end of its spares, which the kernel ends first
_QUIET = 60.0  # seconds after which one spare fewer will do
_MOST_GROWTH = 64 << 20  # bytes that a zygote may grow while it serves


@dataclass(frozen=True)
class Life:
    """How many spares wait, while all is quiet and at most; how long zygotes are kept, in use and idle."""

    spares: int = 4
    most_spares: int = 8
    runs: int = 2_000
    seconds: float = 3600.0
    idle_seconds: float = 900.0


class Pool:
    """The zygotes and spares of one environment."""

    def __init__(self, environment: Environment, host: Host, life: Life) -> None:
        self.environment = environment
        self.failure = ""
        self.running = 0
        self.used_at = time.monotonic()
        self.on_ready: Callable[[], None] = lambda: None
        self.on_failure: Callable[[], None] = lambda: None
        self.on_lost: Callable[[Permissions], None] = lambda permissions: None
        self.somebody_waits: Callable[[], bool] = lambda: False
        self._host = host
        self._life = life
        self._size = life.spares
        self._resized_at = time.monotonic()
        self._serving: dict[Role, Zygote] = {}
        self._starting: dict[Role, Zygote] = {}
        self._retired: list[Zygote] = []
        self._of: dict[int, Zygote] = {}  # a spare's number → its zygote, while it is out
        self._in_vain: Counter[Role] = Counter()  # starts since the last zygote that served
        self._ended = False
        for role in ROLES:
            self._start(role)

    @property
    def up(self) -> bool:
        """Whether both zygotes serve: it can take jobs, now or in a moment."""
        return len(self._serving) == len(ROLES)

    @property
    def waiting(self) -> list[Spare]:
        """The spares that are ready."""
        return [spare for zygote in self._serving.values() for spare in zygote.waiting if spare.ready]

    @property
    def spares(self) -> int:
        return len(self.waiting)

    @property
    def spares_wanted(self) -> int:
        """How many are kept, of both roles."""
        return self._size * len(ROLES)

    @property
    def generation(self) -> int:
        """The highest number of a zygote that serves here."""
        return max((zygote.generation for zygote in self._serving.values()), default=0)

    def take(self, permissions: Permissions = frozenset()) -> tuple[Spare, Spare] | None:
        """One ready spare of each role, the learner's with these permissions, or None while there is none.

        Those with permissions are made when a job asks: most never do.
        """
        self.used_at = time.monotonic()
        found = []
        for role in ROLES:
            zygote = self._serving.get(role)
            wanted = permissions if role == "learner" else frozenset()
            alike = zygote.alike(wanted) if zygote else []
            ready = max((spare for spare in alike if spare.ready), key=lambda spare: spare.hot, default=None)
            if zygote is None or ready is None:
                if zygote is None or not wanted:
                    self._want_more()
                elif not alike:
                    self._order(zygote, wanted)
                return None
            found.append((zygote, ready))
        for zygote, spare in found:
            zygote.waiting.remove(spare)
            zygote.out += 1
            zygote.runs += 1
            self._of[spare.number] = zygote
            self._host.loop.forget(spare.line, spare.status)
        self.running += 1
        return found[0][1], found[1][1]

    def over(self, spares: tuple[Spare, Spare], *, odd: str) -> None:
        """A run is over and its spares are used up. `odd`: what the zygotes should be replaced for."""
        self.running -= 1
        self.used_at = time.monotonic()
        for spare in spares:
            zygote = self._of.pop(spare.number)
            zygote.out -= 1
            zygote.odd = zygote.odd or odd
            if zygote in self._retired and not zygote.out:
                self._end_retired(zygote)
        self.fill()

    def fill(self) -> None:
        """Order spares up to the size of the pool, and have the next one of each role prepared."""
        for zygote in [*self._serving.values(), *self._starting.values()]:
            self._fill(zygote)
            self._prepare_next(zygote)

    def look_after(self) -> None:
        """What is due now and then: replace zygotes whose time is over, shrink, notice what hangs."""
        now = time.monotonic()
        if self._size > self._life.spares and now - self._resized_at > _QUIET:
            self._size -= 1
            self._resized_at = now
        for zygote in list(self._starting.values()):
            if not zygote.ready and now - zygote.started_at > _START_WITHIN:
                zygote.process.kill()  # its line closes, and the rest follows
        for role, zygote in list(self._serving.items()):
            if any(not spare.ready and now - spare.ordered_at > _READY_WITHIN for spare in zygote.waiting):
                zygote.odd = "a spare was not ready in time"
            if why := self._why_replace(zygote, now):
                self._host.report(f"the {role} zygote of {self.environment.name} is replaced: {why}")
                zygote.odd, zygote.runs, zygote.started_at = "", 0, now  # once, not at every look
                if role not in self._starting:
                    self._start(role)
            self._shrink(zygote)

    def end(self) -> None:
        self._ended = True
        for zygote in [*self._serving.values(), *self._starting.values(), *self._retired]:
            self._host.loop.forget(zygote.control)
            self._drop_waiting(zygote)
            zygote.end()
        self._serving.clear()
        self._starting.clear()
        self._retired.clear()

    # -- zygotes -----------------------------------------------------------------------------

    def _start(self, role: Role) -> None:
        if self._ended or role in self._starting:
            return
        try:
            zygote = Zygote(role, self.environment, self._host)
        except OSError as error:
            self._start_later(role)
            self._fail(f"the {role} process could not be started: {error.strerror}")
            return
        self._starting[role] = zygote
        self._host.loop.watch(zygote.control, lambda: self._on_zygote(zygote))

    def _start_later(self, role: Role) -> None:
        """One may have met with an accident; what never comes up is not tried in a tight loop."""
        pause = _START_AGAIN_AFTER[min(self._in_vain[role], len(_START_AGAIN_AFTER) - 1)]
        self._in_vain[role] += 1
        self._host.loop.after(pause, lambda: self._start(role))

    def _on_zygote(self, zygote: Zygote) -> None:
        said = zygote.hear()
        if said is None:
            self._lose_zygote(zygote)
        elif said:
            self._fail(said)
            self._lose_zygote(zygote)
        else:
            self._fill(zygote)

    def _serve(self, zygote: Zygote) -> None:
        """A first spare of it is ready: it takes over."""
        del self._starting[zygote.role]
        self._in_vain[zygote.role] = 0
        old = self._serving.get(zygote.role)
        self._serving[zygote.role] = zygote
        if old is not None:
            self._drop_waiting(old)
            self._retired.append(old)
            if not old.out:
                self._end_retired(old)

    def _end_retired(self, zygote: Zygote) -> None:
        """Its last run is over. Its line is not watched any more: the number will be another's."""
        self._retired.remove(zygote)
        self._host.loop.forget(zygote.control)
        zygote.end()

    def _why_replace(self, zygote: Zygote, now: float) -> str:
        if zygote.odd:
            return zygote.odd
        if zygote.runs >= self._life.runs:
            return f"it has served {zygote.runs} runs"
        if now - zygote.started_at >= self._life.seconds and zygote.runs:
            return f"it has served {self._life.seconds / 60:g} minutes"
        if zygote.growth() > _MOST_GROWTH:
            return f"it grew by {zygote.growth() >> 20} MB"
        return ""

    def _lose_zygote(self, zygote: Zygote) -> None:
        """One is gone by itself, and its idle spares with it; its runs end as ours. Start another."""
        self._host.loop.forget(zygote.control)
        self._drop_waiting(zygote)
        if not zygote.ready and not self.failure:
            self._fail(zygote.why_it_ended())
        zygote.end()
        was_serving = self._serving.get(zygote.role) is zygote
        for place in (self._serving, self._starting):
            if place.get(zygote.role) is zygote:
                del place[zygote.role]
        if zygote in self._retired:
            self._retired.remove(zygote)
            return
        self._host.report(
            f"the {zygote.role} zygote of {self.environment.name} ended with {zygote.process.returncode}"
        )
        if was_serving:
            self._host.loop.after(0, lambda: self._start(zygote.role))
        else:
            self._start_later(zygote.role)

    # -- spares ------------------------------------------------------------------------------

    def _fill(self, zygote: Zygote) -> None:
        while zygote.ready and len(zygote.alike()) < self._size:
            if not self._order(zygote):
                return

    def _prepare_next(self, zygote: Zygote) -> None:
        # While jobs wait nobody is idle who could copy memory ahead, and a part of it would be in vain.
        if not self.somebody_waits():
            zygote.prepare_next()

    def _order(self, zygote: Zygote, permissions: Permissions = frozenset()) -> bool:
        try:
            spare = zygote.ordered(Spare(zygote.role, self._host, permissions))
        except (BrokenPipeError, ConnectionResetError):
            self._lose_zygote(zygote)
            return False
        except OSError as error:  # no descriptor is left, or no room for a control group
            self._fail(f"a {zygote.role} spare could not be made: {error.strerror}")
            self._host.loop.after(1.0, self.fill)
            return False
        zygote.waiting.append(spare)
        self._host.loop.watch(spare.status, functools.partial(self._on_status, zygote, spare))
        self._host.loop.watch(spare.line, functools.partial(self._on_line, zygote, spare))
        return True

    def _want_more(self) -> None:
        """Somebody waits: keep one more from now on."""
        if self.up and time.monotonic() - self._resized_at > 0.2:
            self._size = min(self._size + 1, max(self._life.spares, self._life.most_spares))
            self._resized_at = time.monotonic()
        self.fill()

    def _shrink(self, zygote: Zygote) -> None:
        for spare in [spare for spare in zygote.alike() if spare.ready][self._size :]:
            zygote.waiting.remove(spare)
            self._drop(spare)

    def _on_status(self, zygote: Zygote, spare: Spare) -> None:
        with contextlib.suppress(OSError):
            spare.read_status()
        if not spare.first.pid or spare.ended is not None:
            self._lose(zygote, spare)

    def _on_line(self, zygote: Zygote, spare: Spare) -> None:
        if not spare.read_ready():
            self._lose(zygote, spare)
            return
        self._host.loop.forget(spare.line)
        self.failure = ""
        self._prepare_next(zygote)
        if self._starting.get(zygote.role) is zygote:
            self._serve(zygote)
        self.on_ready()

    def _lose(self, zygote: Zygote, spare: Spare) -> None:
        """A spare that ended before it had a job: say so, and make another in a while."""
        if spare not in zygote.waiting:
            self._host.loop.forget(spare.line, spare.status)
            return
        zygote.waiting.remove(spare)
        self._drop(spare)
        if spare.permissions:
            self.on_lost(spare.permissions)
            return
        self._host.loop.after(_ZYGOTE_ENDS_WITHIN, lambda: self._blame(zygote))

    def _blame(self, zygote: Zygote) -> None:
        """A spare of this zygote ended. Where the zygote did not end with it, something is wrong here."""
        if zygote in (*self._serving.values(), *self._starting.values()):
            self._fail(f"a {zygote.role} spare could not be made; the log says why")
            zygote.odd = self.failure
            self._host.loop.after(1.0, self.fill)

    def _fail(self, why: str) -> None:
        """Note it, once as long as it stays the same; whoever waits is told."""
        if why != self.failure:
            self._host.report(why)
        self.failure = why
        self.on_failure()

    def _drop_waiting(self, zygote: Zygote) -> None:
        for spare in zygote.waiting:
            self._drop(spare)
        zygote.waiting.clear()

    def _drop(self, spare: Spare) -> None:
        self._host.loop.forget(spare.line, spare.status)
        spare.kill()
        spare.release()
