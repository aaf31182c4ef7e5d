"""Control groups of version 2: one hierarchy, whose groups hold processes or groups."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from grading.sandbox.cgroup_files import (
    counter,
    groups_in,
    most_processes_in,
    mount_points,
    own_paths,
    remove,
    sweep,
    write,
)
from grading.sandbox.wire import MeasuredBy

_LEAF = "supervisor"  # where processes step aside to
_TRIES = 20


class Version2:
    """One hierarchy. Its rule that a group holds processes or groups, not both, shapes `__init__`."""

    version = 2
    _needed = frozenset(("memory", "pids"))
    # Where only those are handed down, as to many a login, processor time is counted all the same.
    _wanted = _needed | {"cpu"}

    def __init__(self, name: str) -> None:
        mount = mount_points()[""]
        own = mount / own_paths()[""].lstrip("/")
        if own.name == _LEAF:  # an earlier supervisor moved us there, with who started it
            own = own.parent
        for parent in dict.fromkeys((own, mount)):
            try:
                self._make_room(parent, may_move=_is_ours(parent, mount))
                sweep(parent)
                self._parent = parent / name
                self._parent.mkdir(exist_ok=True)
                self._enable(self._parent)
            except (OSError, LookupError):
                continue
            return
        raise LookupError("no group of version 2 may be nested here")

    def _make_room(self, parent: Path, *, may_move: bool) -> None:
        """See to it that groups in `parent` can be limited; OSError or LookupError where they cannot."""
        if not self._needed <= _words(parent / "cgroup.controllers"):
            raise LookupError(f"{parent} has not the controllers it takes")
        try:
            self._enable(parent)
        except OSError:
            if not may_move:
                raise
            self._step_aside(parent)

    def _step_aside(self, parent: Path) -> None:
        """Move what runs in `parent` to a leaf, so that it may hold groups: a container's init, say."""
        leaf = parent / _LEAF
        leaf.mkdir(exist_ok=True)
        try:
            _move_processes(parent, leaf)
            self._enable(parent)
        except OSError:
            _move_processes(leaf, parent)
            leaf.rmdir()
            raise

    def _enable(self, directory: Path) -> None:
        wanted = self._wanted & _words(directory / "cgroup.controllers")
        wanted -= _words(directory / "cgroup.subtree_control")
        if wanted:
            write(directory, "cgroup.subtree_control", " ".join(f"+{name}" for name in sorted(wanted)))

    def group(self, name: str) -> Group2:
        directory = self._parent / name
        directory.mkdir(exist_ok=True)
        return Group2(directory)

    def in_use(self) -> bool:
        return bool(groups_in(self._parent))

    def close(self) -> None:
        remove([*groups_in(self._parent), self._parent])


def _words(file: Path) -> set[str]:
    return set(file.read_text().split())


def _is_ours(group: Path, mount: Path) -> bool:
    """Whether what runs in the group may be moved within it.

    It may in a container, which sees its group as the root; in what was handed to a user; and where
    systemd was told Delegate=yes. The group of root's login is none of these.
    """
    if group == mount or os.geteuid() != 0:
        return True
    try:
        return os.getxattr(group, "trusted.delegate") == b"1"
    except OSError:
        return False


def _move_processes(source: Path, target: Path) -> None:
    for _ in range(_TRIES):  # they may fork meanwhile
        pids = (source / "cgroup.procs").read_text().split()
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                write(target, "cgroup.procs", pid)


class Group2:
    counted_by = MeasuredBy.CGROUP_2

    def __init__(self, directory: Path) -> None:
        self._at = directory
        self._peak: int | None = None  # a descriptor with a peak of its own

    def join_files(self) -> list[int]:
        return [os.open(self._at / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)]

    def limit(self, *, memory_bytes: int, processes: int) -> None:
        write(self._at, "memory.max", memory_bytes)
        if (self._at / "memory.swap.max").exists():
            write(self._at, "memory.swap.max", 0)
        write(self._at, "memory.oom.group", 1)
        write(self._at, "pids.max", processes)
        if (self._at / "cpu.max").exists():
            write(self._at, "cpu.max", "100000 100000")

    def forget_peaks(self) -> None:
        # Since Linux 6.12 a write begins a new peak, for this descriptor alone. An older kernel refuses,
        # and the peak is then that since the group was made: what the making of the spare took too.
        with contextlib.suppress(OSError):
            descriptor = os.open(self._at / "memory.peak", os.O_RDWR | os.O_CLOEXEC)
            try:
                os.write(descriptor, b"0")
            except OSError:
                os.close(descriptor)
                raise
            self._peak = descriptor

    def cpu_ms(self) -> int:
        return counter((self._at / "cpu.stat").read_text(), "usage_usec") // 1000

    def cpu_system_ms(self) -> int:
        return counter((self._at / "cpu.stat").read_text(), "system_usec") // 1000

    def memory_now(self) -> int:
        return int((self._at / "memory.current").read_text())

    def memory_peak(self) -> int | None:
        if self._peak is not None:
            return int(os.pread(self._peak, 32, 0))
        peak = self._at / "memory.peak"  # since Linux 5.19
        return int(peak.read_text()) if peak.exists() else None

    def out_of_memory_kills(self) -> int:
        kills, own = self._kills()
        return kills if own else 0

    def killed_for_others(self) -> bool:
        kills, own = self._kills()
        return bool(kills) and not own

    def _kills(self) -> tuple[int, int]:
        """How many were killed, also for others' lack of memory, and how often the group was at its limit."""
        events = (self._at / "memory.events").read_text()
        return counter(events, "oom_kill"), counter(events, "oom")

    def most_processes(self) -> int | None:
        return most_processes_in(self._at)

    def refused_processes(self) -> int:
        return counter((self._at / "pids.events").read_text(), "max")

    def remove(self) -> bool:
        if self._peak is not None:
            os.close(self._peak)
            self._peak = None
        return remove([self._at])
