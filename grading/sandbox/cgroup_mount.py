"""A writable view of this process's own control groups, where those of the host are mounted read-only.

Containers get /sys/fs/cgroup read-only. The supervisor of one with CAP_SYS_ADMIN needs no more than
that to make groups below its own: the kernel keeps the limits of the container's group, whatever is
made below it.
"""

from __future__ import annotations

from pathlib import Path

from grading.sandbox import kernel

_ROOT = Path("/sys/fs/cgroup")
_QUIET = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC


def mount_own() -> None:
    """Mount this process's part of each hierarchy, where only it and its children see it.

    The namespace of control groups comes first: what is mounted in it has the group of this process as
    its root, and shows nothing of the host's above. A zygote leaves these mounts behind with the rest of
    the host's tree (`room`), so no run ever sees them. Raises OSError where this is not allowed.
    """
    hierarchies = [line.split(":", 2)[1] for line in Path("/proc/self/cgroup").read_text().splitlines()]
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWCGROUP)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    if hierarchies == [""]:
        kernel.mount("none", str(_ROOT), "cgroup2", _QUIET)
        return
    kernel.mount("none", str(_ROOT), "tmpfs", _QUIET, "size=64k,mode=755")
    for controllers in hierarchies:  # "memory", or "cpu,cpuacct" where two are one hierarchy
        if controllers and "=" not in controllers:
            place = _ROOT / controllers
            place.mkdir()
            kernel.mount("none", str(place), "cgroup", _QUIET, controllers)
