"""A control group for each sandboxed process tree: what it may use, and what it did use.

How this works: `find()` looks for a hierarchy where this process may make groups, version 2 or 1,
and proves it by making one with limits. It answers None where the host delegates nothing: then the
supervisor falls back to rlimits and says "reduced". A `Group` is made before the process it is for,
which joins it by itself, first thing, through descriptors opened here (nobody is moved from outside
later, when it might already have forked).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from grading.sandbox.cgroup_mount import mount_own
from grading.sandbox.wire import MeasuredBy

_PREFIX = "gradient-"
_TICK_MS = 1000 // os.sysconf("SC_CLK_TCK")
_LEAF = "supervisor"  # where processes step aside to
_TRIES = 20


class Group(Protocol):
    counted_by: MeasuredBy

    def join_files(self) -> list[int]:
        """Descriptors to write "0" into, to join. The caller closes them."""
        ...

    def limit(self, *, memory_bytes: int, processes: int) -> None: ...

    def forget_peaks(self) -> None:
        """Let `memory_peak` begin again with what is used now, where the kernel can."""
        ...

    def cpu_ms(self) -> int: ...

    def cpu_system_ms(self) -> int:
        """The part of it in the kernel, as far as its clock tick sees that."""
        ...

    def memory_now(self) -> int: ...

    def memory_peak(self) -> int | None: ...

    def out_of_memory_kills(self) -> int:
        """How many of its processes the kernel ended because the group was at its limit."""
        ...

    def killed_for_others(self) -> bool:
        """Whether it ended one because the container, or the host, had no more memory."""
        ...

    def most_processes(self) -> int | None:
        """The most processes and threads at once, since the group was made."""
        ...

    def refused_processes(self) -> int:
        """How often a process or a thread more was refused."""
        ...

    def remove(self) -> bool:
        """Remove the group; False while the kernel still counts something in it."""
        ...


class Hierarchy(Protocol):
    version: int

    def group(self, name: str) -> Group: ...

    def in_use(self) -> bool:
        """Whether one of its groups is still there."""
        ...

    def close(self) -> None:
        """Remove what this supervisor made."""
        ...


def find() -> Hierarchy | None:
    """The hierarchy that this process may use, or None. In a container it has to mount its own first."""
    found = _find()
    if found is None and os.geteuid() == 0:
        with contextlib.suppress(OSError):
            mount_own()
            found = _find()
    return found


def _find() -> Hierarchy | None:
    for attempt in (_Version2, _Version1):
        try:
            hierarchy = attempt(f"{_PREFIX}{os.getpid()}")
        except (OSError, LookupError):
            continue
        if _proves_itself(hierarchy):
            return hierarchy
        hierarchy.close()
    return None


def _proves_itself(hierarchy: Hierarchy) -> bool:
    """Whether a group can really be made, limited and joined here."""
    try:
        group = hierarchy.group("probe")
        group.limit(memory_bytes=64 << 20, processes=8)
        group.forget_peaks()
        joined = _can_be_joined(group)
        group.cpu_ms()
        return group.remove() and joined
    except (OSError, LookupError, ValueError):
        return False


def _can_be_joined(group: Group) -> bool:
    """Whether a child of this process may enter: making a group does not imply it."""
    files = group.join_files()
    child = os.fork()
    if not child:
        try:
            for descriptor in files:
                os.write(descriptor, b"0")
            os._exit(0)
        finally:
            os._exit(1)
    for descriptor in files:
        os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _write(directory: Path, name: str, value: object) -> None:
    # One write call and no truncation: these files are not files.
    descriptor = os.open(directory / name, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, str(value).encode())
    finally:
        os.close(descriptor)


def _counter(text: str, key: str) -> int:
    """The number after `key` in a file of "key number" lines; 0 where there is no such line."""
    for line in text.splitlines():
        name, _, number = line.partition(" ")
        if name == key:
            return int(number)
    return 0


def _most_processes(directory: Path) -> int | None:
    peak = directory / "pids.peak"  # since Linux 6.1, in version 1 too
    return int(peak.read_text()) if peak.exists() else None


def _remove(directories: list[Path]) -> bool:
    gone = True
    for directory in directories:
        try:
            directory.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            gone = False
    return gone


def _groups_in(parent: Path) -> list[Path]:
    return [child for child in parent.iterdir() if child.is_dir()] if parent.is_dir() else []


def _sweep(parent: Path) -> None:
    """Remove the groups of supervisors that are no more, one that had our number among them."""
    for old in parent.glob(f"{_PREFIX}*"):
        number = old.name.removeprefix(_PREFIX)
        gone = number == str(os.getpid()) or not Path(f"/proc/{number}").exists()
        if number.isdigit() and gone:
            _remove([*_groups_in(old), old])


def _own_paths() -> Mapping[str, str]:
    """Controller → the path of this process in its hierarchy; "" is version 2."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    paths = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def _mounts() -> Mapping[str, Path]:
    """Controller → where its hierarchy is mounted; "" is version 2."""
    found: dict[str, Path] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2":
            found[""] = Path(before.split(" ")[4])
        elif kind == "cgroup":
            for option in options.split(","):
                found[option] = Path(before.split(" ")[4])
    return found


def mode() -> str:
    """What this host mounts: v1, v2, hybrid (both), or none."""
    mounts = _mounts()
    old = any(mounts.keys() & {"memory", "pids", "cpu"})
    return ("hybrid" if "" in mounts else "v1") if old else ("v2" if "" in mounts else "none")


class _Version1:
    """Separate hierarchies, one directory in each."""

    version = 1
    _controllers = ("memory", "pids", "cpuacct", "cpu")

    def __init__(self, name: str) -> None:
        own, mounts = _own_paths(), _mounts()
        self._parents: dict[str, Path] = {}
        for controller in self._controllers:
            parent = mounts[controller] / own[controller].lstrip("/")
            if not parent.is_dir():  # a container sees its own group as the root
                parent = mounts[controller]
            _sweep(parent)
            self._parents[controller] = parent / name
            self._parents[controller].mkdir(exist_ok=True)

    def group(self, name: str) -> Group:
        # Two controllers may be mounted together; then they share one directory.
        directories = {controller: parent / name for controller, parent in self._parents.items()}
        for directory in directories.values():
            directory.mkdir(exist_ok=True)
        return _Group1(directories)

    def in_use(self) -> bool:
        return any(_groups_in(parent) for parent in self._parents.values())

    def close(self) -> None:
        for parent in self._parents.values():
            _remove([*_groups_in(parent), parent])


class _Group1:
    counted_by = MeasuredBy.CGROUP_1

    def __init__(self, directories: dict[str, Path]) -> None:
        self._at = directories

    def join_files(self) -> list[int]:
        # Not cgroup.procs: moving a whole process waits for every processor to pass a quiet moment,
        # 10 ms a hierarchy. Who joins is one thread, and moves itself; the kernel needs no lock then.
        return [
            os.open(directory / "tasks", os.O_WRONLY | os.O_CLOEXEC)
            for directory in dict.fromkeys(self._at.values())
        ]

    def limit(self, *, memory_bytes: int, processes: int) -> None:
        memory = self._at["memory"]
        # The second one is there only where swap is accounted; the last counts what waits in sockets,
        # TCP or not, and apart from the rest.
        for name in (
            "memory.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "memory.kmem.tcp.limit_in_bytes",
        ):
            if (memory / name).exists():
                _write(memory, name, memory_bytes)
        _write(self._at["pids"], "pids.max", processes)
        _write(self._at["cpu"], "cpu.cfs_quota_us", 100_000)  # one core, so that a neighbour keeps his

    def forget_peaks(self) -> None:
        _write(self._at["memory"], "memory.max_usage_in_bytes", 0)

    def cpu_ms(self) -> int:
        return int((self._at["cpuacct"] / "cpuacct.usage").read_text()) // 1_000_000

    def cpu_system_ms(self) -> int:
        return _counter((self._at["cpuacct"] / "cpuacct.stat").read_text(), "system") * _TICK_MS

    def memory_now(self) -> int:
        return int((self._at["memory"] / "memory.usage_in_bytes").read_text())

    def memory_peak(self) -> int | None:
        return int((self._at["memory"] / "memory.max_usage_in_bytes").read_text())

    def out_of_memory_kills(self) -> int:
        return _counter((self._at["memory"] / "memory.oom_control").read_text(), "oom_kill")

    def killed_for_others(self) -> bool:
        return False  # version 1 does not tell them apart: `failcnt` stays 0 on current kernels

    def most_processes(self) -> int | None:
        return _most_processes(self._at["pids"])

    def refused_processes(self) -> int:
        return _counter((self._at["pids"] / "pids.events").read_text(), "max")

    def remove(self) -> bool:
        return _remove(list(dict.fromkeys(self._at.values())))


class _Version2:
    """One hierarchy. Its rule that a group holds processes or groups, not both, shapes `__init__`."""

    version = 2
    _needed = frozenset(("memory", "pids"))
    # Where only those are handed down, as to many a login, processor time is counted all the same.
    _wanted = _needed | {"cpu"}

    def __init__(self, name: str) -> None:
        mount = _mounts()[""]
        own = mount / _own_paths()[""].lstrip("/")
        if own.name == _LEAF:  # an earlier supervisor moved us there, with who started it
            own = own.parent
        for parent in dict.fromkeys((own, mount)):
            try:
                self._make_room(parent, may_move=_is_ours(parent, mount))
                _sweep(parent)
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
            _write(directory, "cgroup.subtree_control", " ".join(f"+{name}" for name in sorted(wanted)))

    def group(self, name: str) -> Group:
        directory = self._parent / name
        directory.mkdir(exist_ok=True)
        return _Group2(directory)

    def in_use(self) -> bool:
        return bool(_groups_in(self._parent))

    def close(self) -> None:
        _remove([*_groups_in(self._parent), self._parent])


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
                _write(target, "cgroup.procs", pid)


class _Group2:
    counted_by = MeasuredBy.CGROUP_2

    def __init__(self, directory: Path) -> None:
        self._at = directory
        self._peak: int | None = None  # a descriptor with a peak of its own

    def join_files(self) -> list[int]:
        return [os.open(self._at / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)]

    def limit(self, *, memory_bytes: int, processes: int) -> None:
        _write(self._at, "memory.max", memory_bytes)
        if (self._at / "memory.swap.max").exists():
            _write(self._at, "memory.swap.max", 0)
        _write(self._at, "memory.oom.group", 1)
        _write(self._at, "pids.max", processes)
        if (self._at / "cpu.max").exists():
            _write(self._at, "cpu.max", "100000 100000")

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
        return _counter((self._at / "cpu.stat").read_text(), "usage_usec") // 1000

    def cpu_system_ms(self) -> int:
        return _counter((self._at / "cpu.stat").read_text(), "system_usec") // 1000

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
        return _counter(events, "oom_kill"), _counter(events, "oom")

    def most_processes(self) -> int | None:
        return _most_processes(self._at)

    def refused_processes(self) -> int:
        return _counter((self._at / "pids.events").read_text(), "max")

    def remove(self) -> bool:
        if self._peak is not None:
            os.close(self._peak)
            self._peak = None
        return _remove([self._at])
