"""The steps that turn a fork of a zygote into a spare: from its own namespaces to its last lock.

The order matters, and it is the wall between learner code and the host, so it is written in one
place, top to bottom: namespaces, process 1; then in process 2: control group, namespaces, file
systems, session, descriptors, user, limits, capabilities, Landlock, system call filter. After `lock`
nothing can be loosened again.
"""

from __future__ import annotations

import glob
import os
import resource
import signal
from pathlib import Path

from grading.sandbox import kernel
from grading.sandbox.room import INSIDE_UID, enter_user_namespace
from grading.sandbox.seccomp import Permissions
from grading.sandbox.wire import Limits, Permission

FILES_MB = 64
_FILES = f"size={FILES_MB}m,nr_inodes=4096"
_WRITABLE = ("/box", "/tmp", "/dev/shm")  # each a tmpfs of the run's own
_PROGRAMS = ("/python", "/env")
_LOADERS = "/lib*/ld-*.so*"  # the kernel executes it too, to load a program


def join_groups(descriptors: list[int]) -> None:
    """Enter the control groups, before anything is forked that should be counted."""
    for descriptor in descriptors:
        os.write(descriptor, b"0")
        os.close(descriptor)


def enter_namespaces(*, unprivileged: bool) -> None:
    """Leave the zygote's user namespace, where there is one; the next fork is process 1 of its own."""
    if unprivileged:
        enter_user_namespace(INSIDE_UID)
    kernel.unshare(kernel.CLONE_NEWPID)


def join_namespaces(first: int, permissions: Permissions = frozenset(), *, unprivileged: bool) -> None:
    """Enter those that were made for process 1 (a pidfd), and make the others.

    Not all are joined: for a mount namespace that would take CAP_SYS_CHROOT, which a container may lack.
    A control group that was joined before is from here on the root of all groups.
    """
    joined = kernel.CLONE_NEWUSER if unprivileged else 0
    joined |= kernel.CLONE_NEWNET if Permission.LOOPBACK in permissions else 0
    if joined:
        kernel.join_namespaces(first, joined)
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP)


def mount_own(uid: int) -> None:
    """A /proc that shows this run only, and the places it may write to, gone when it is gone."""
    # Without "noexec" a run that may start programs could start its own, by way of the dynamic loader.
    quiet = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    try:  # processes only; since Linux 5.8
        kernel.mount("proc", "/proc", "proc", quiet, "subset=pid")
    except OSError:
        kernel.mount("proc", "/proc", "proc", quiet)
    for place in _WRITABLE:
        kernel.mount("tmpfs", place, "tmpfs", quiet, f"{_FILES},mode=700,uid={uid},gid={uid}")


def keep_only(descriptors: list[int]) -> None:
    """Close everything but standard input, output and error, and these."""
    kept = sorted({0, 1, 2, *descriptors})
    for low, high in zip(kept, [*kept[1:], 1 << 20], strict=True):
        os.closerange(low + 1, high)


def reset_signals() -> None:
    """As a Python program begins: a write to nobody raises BrokenPipeError, and does not end the process."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # as Python starts: they raise OSError instead
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def become(uid: int, *, unprivileged: bool) -> None:
    """Give up root for a user id that no other live run has. In a user namespace that is done."""
    kernel.bound_capabilities()
    if not unprivileged:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    os.umask(0o077)


def lock(program: bytes, landlock: int, permissions: Permissions = frozenset()) -> None:
    """Give up every capability and every way to get one, then load the filter."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.drop_capabilities()
    limit_core_dumps()
    # Changing the user made the process unreadable to itself; libraries read /proc/self/maps.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    Path("/proc/self/oom_score_adj").write_text("1000")  # before its process 1, and before the host's
    if landlock:
        kernel.landlock_writes_only_below(
            [*_WRITABLE, "/dev/null", "/dev/full"],
            landlock,
            programs=[*_PROGRAMS, *glob.glob(_LOADERS)] if Permission.SUBPROCESS in permissions else [],
            tcp=Permission.LOOPBACK in permissions,
        )
    kernel.load_seccomp(program)


def limit_core_dumps() -> None:
    """None are made: one byte is less than the smallest.

    Not 0: where the host pipes dumps to a program, the kernel heeds no limit but exactly this one. The
    filter keeps a run from changing it. Where the supervisor was started with less, less it is.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    bound = 0 if hard == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (bound, bound))


def limit(limits: Limits, *, metered: bool) -> None:
    """The rlimits of a job: back-stops where a control group counts, the only limit where none does."""
    page = resource.getpagesize()
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * page
    allowance = limits.memory_mb << 20
    # With a control group the address space may be wider than the memory: thread stacks, arenas and
    # lazily touched arrays are not used memory. Absurd requests still raise MemoryError at once.
    address_space = mapped + (4 * allowance if metered else allowance)
    cpu = int(limits.cpu_s) + 2
    for what, value in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, FILES_MB << 20),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_NPROC, limits.processes + 2 if metered else limits.processes),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 256),  # and timers: kernel memory, counted by user, not by run
    ):
        _, hard = resource.getrlimit(what)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (bound, bound))


def fresh_randomness() -> None:
    """Children of one zygote would draw the same numbers from the global generators of NumPy and PyTorch."""
    import random
    import sys

    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(int.from_bytes(os.urandom(4), "big"))
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(int.from_bytes(os.urandom(7), "big"))
