"""What the learner's process tree has used since its job began, as the kernel tells it.

How this works: with a control group the kernel counts everything, whatever comes and goes. The
making of the spare was counted too, so `begin` remembers how far the clock was, and the memory.

Without one, only what is alive can be looked at in /proc. A process there shows its own time and
that of the children it waited for; orphans are waited for by process 1, so their time is kept. The
time of a child that nobody waits for (its parent ignores SIGCHLD) goes with it, but for what was seen
of it before. Two sums can be told then: what the living show, and what each process ever seen showed
of its own. Both can only be too small, so the larger is the figure. Memory is not measured: a fork's
resident size and `ru_maxrss` count the libraries that all runs share, and private pages looked at now
and then miss the peak between two looks. Nor are processes: the same goes for their number.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from grading.sandbox.cgroup import Group
from grading.sandbox.wire import Figures, MeasuredBy

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Meter(Protocol):
    def begin(self) -> None:
        """What was used up to now is not the job's."""
        ...

    def cpu_ms(self) -> int:
        """Processor time of the whole tree; never less than it was said to be before."""
        ...

    def figures(self) -> Figures:
        """Everything that this meter can measure; the rest is as `Figures` has it."""
        ...


def meter_of(group: Group | None, *roots: int) -> Meter:
    """For the processes of the group, or where there is none for the processes `roots` and all below them."""
    return _GroupMeter(group) if group else _TreeMeter(roots)


class _GroupMeter:
    def __init__(self, group: Group) -> None:
        self._group = group

    def begin(self) -> None:
        self._group.forget_peaks()
        self._memory_before = self._group.memory_now()
        self._cpu_before, self._system_before = self._group.cpu_ms(), self._group.cpu_system_ms()

    def cpu_ms(self) -> int:
        return self._group.cpu_ms() - self._cpu_before

    def figures(self) -> Figures:
        group, cpu_ms, peak = self._group, self.cpu_ms(), self._group.memory_peak()
        return Figures(
            measured_by=group.counted_by,
            cpu_ms=cpu_ms,
            # Whole ticks, where the time itself is exact: it could come out as more than all of it.
            cpu_system_ms=min(group.cpu_system_ms() - self._system_before, cpu_ms),
            memory_bytes=None if peak is None else max(0, peak - self._memory_before),
            oom_kills=group.out_of_memory_kills(),
            processes=group.most_processes(),
            processes_refused=group.refused_processes(),
        )


class _TreeMeter:
    def __init__(self, roots: Sequence[int]) -> None:
        self._roots = roots
        self._born: dict[int, str] = {}  # when each of them started, as the kernel says it
        self._own: dict[tuple[int, str], int] = {}  # process and its start → ticks of its own
        self._before = 0
        self._most = 0

    def begin(self) -> None:
        self._look()
        self._before = self._most
        self._born = {number: born for number, born in self._own if number in self._roots}

    def cpu_ms(self) -> int:
        self._look()
        return (self._most - self._before) * 1000 // _TICKS_A_SECOND

    def figures(self) -> Figures:
        return Figures(measured_by=MeasuredBy.PROC, cpu_ms=self.cpu_ms())

    def _look(self) -> None:
        living, todo = 0, list(self._roots)
        while todo:
            one = todo.pop()
            try:
                fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                # A child belongs to the thread that forked it.
                tasks = list(Path(f"/proc/{one}/task").iterdir())
                children = [child for task in tasks for child in (task / "children").read_text().split()]
            except OSError:  # it, or one of its threads, went away meanwhile
                continue
            if fields[19] != self._born.get(one, fields[19]):
                continue  # it is gone, and its number is somebody else's by now
            user, system, children_user, children_system = (int(fields[place]) for place in (11, 12, 13, 14))
            self._own[one, fields[19]] = user + system
            living += user + system + children_user + children_system
            todo += [int(child) for child in children]
        self._most = max(self._most, living, sum(self._own.values()))
