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
from typing import Protocol

from grading.sandbox.cgroup_files import PREFIX, mount_points
from grading.sandbox.cgroup_mount import mount_own
from grading.sandbox.cgroup_v1 import Version1
from grading.sandbox.cgroup_v2 import Version2
from grading.sandbox.wire import MeasuredBy


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
    for attempt in (Version2, Version1):
        try:
            hierarchy = attempt(f"{PREFIX}{os.getpid()}")
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


def mode() -> str:
    """What this host mounts: v1, v2, hybrid (both), or none."""
    mounts = mount_points()
    old = any(mounts.keys() & {"memory", "pids", "cpu"})
    return ("hybrid" if "" in mounts else "v1") if old else ("v2" if "" in mounts else "none")
