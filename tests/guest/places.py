"""Where in the control groups of version 2 a supervisor may find itself; made inside the guest.

Each place is entered by a process of its own, forked for it: nobody comes back from a user id or a namespace.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from grading.sandbox import kernel
from tests.hostile.supervised import NOBODY

CGROUP = Path("/sys/fs/cgroup")
ALL = ("memory", "pids", "cpu")


def in_child(work: Callable[[], None]) -> int:
    """Do the work in a process of its own and wait for it; its exit code."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def make(path: str, controllers: Sequence[str] = ALL) -> Path:
    """A group, with these controllers handed down to it from the root."""
    group = CGROUP / path
    group.mkdir(parents=True, exist_ok=True)
    for parent in reversed(group.parents):
        if parent == CGROUP or CGROUP in parent.parents:
            (parent / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in controllers))
    return group


def delegate(group: Path) -> None:
    """Give the group to the user nobody, as systemd does for Delegate=yes."""
    os.chown(group, NOBODY, NOBODY)
    for name in Path("/sys/kernel/cgroup/delegate").read_text().split():
        if (group / name).exists():
            os.chown(group / name, NOBODY, NOBODY)


def enter(group: Path) -> None:
    (group / "cgroup.procs").write_text("0")


def become_nobody() -> None:
    os.setgroups([NOBODY, 100])  # as a login has
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)


def become_a_container(*, read_only: bool = False) -> None:
    """See the group that this process is in as the root, as in a container."""
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWCGROUP)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.unmount(str(CGROUP))
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("cgroup2", str(CGROUP), "cgroup2", flags | (kernel.MS_RDONLY if read_only else 0))


def own_group(pid: int | str = "self") -> str:
    """The path of a process's group, as this process sees it."""
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return next(line for line in lines if line.startswith("0::")).removeprefix("0::")


def left_behind() -> list[str]:
    """Groups of supervisors, wherever they are."""
    return sorted(str(path.relative_to(CGROUP)) for path in CGROUP.glob("**/gradient-*"))
