"""The Linux calls that Python's standard library lacks, each raising OSError where it fails.

Thin on purpose: one function per call, no policy. The policy is in `confine`.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_NOATIME = 0x400
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MS_RELATIME = 0x200000
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
SECCOMP_MODE_FILTER = 2

_CAPABILITY_VERSION_3 = 0x20080522
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_LANDLOCK_CREATE_RULESET = 444
_SYS_LANDLOCK_ADD_RULE = 445
_SYS_LANDLOCK_RESTRICT_SELF = 446

# PyDLL keeps the interpreter lock during a call: nothing else of ours runs, and no thread starts.
_libc = ctypes.PyDLL(None, use_errno=True)
_libc.mount.argtypes = (
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_char_p,
)
_libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
_libc.syscall.restype = ctypes.c_long
_M_MMAP_THRESHOLD = -3


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def join_namespaces(descriptor: int, flags: int) -> None:
    """Enter the namespaces of these kinds (CLONE_NEW…) of the process that a pidfd stands for (Linux 5.8),
    or the one namespace that a descriptor of it stands for."""
    _checked(_libc.setns(descriptor, ctypes.c_int(flags)), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    result = _libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode() or None)
    _checked(result, f"mount {kind or source} on {target}")


def unmount(target: str) -> None:
    """Detach the mount at `target`, busy or not."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new_root: str, put_old: str) -> None:
    number = _SYS_PIVOT_ROOT[os.uname().machine]
    result = _libc.syscall(number, ctypes.c_char_p(new_root.encode()), ctypes.c_char_p(put_old.encode()))
    _checked(result, "pivot_root")


def prctl(option: int, value: int = 0, third: int = 0) -> None:
    _checked(_libc.prctl(option, value, third, 0, 0), f"prctl {option}")


def set_hostname(name: str) -> None:
    _checked(_libc.sethostname(name.encode(), len(name)), "sethostname")


def bound_capabilities() -> None:
    """Empty the bounding set, so that nothing executed later can gain a capability.

    Needs CAP_SETPCAP; a container may withhold it, and no_new_privs holds all the same.
    """
    number = 0
    while True:
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:  # one past the last capability that this kernel knows, or not ours to drop
            return
        number += 1


def drop_capabilities() -> None:
    """Empty the capability sets that this process acts with."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc.syscall(_SYS_CAPSET[os.uname().machine], header, nothing), "capset")


def load_seccomp(program: bytes) -> None:
    """Install a filter made by `seccomp.program`; it holds for this process and all it starts."""
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    wanted = Program(len(program) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(wanted))


def landlock_version() -> int:
    """The Landlock ABI of this kernel; 0 where it has none."""
    return max(0, int(_libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def landlock_writes_only_below(
    paths: list[str], version: int, *, programs: Sequence[str] = (), tcp: bool = False
) -> None:
    """Forbid this process every write to a file but below `paths`, and execution but below `programs`.

    Reading is left alone: what may be read is what the mount namespace holds. Where the kernel can, TCP
    (unless `tcp`), abstract sockets of others and signals to processes that are not below this one are
    forbidden too.
    """
    write_file, make_and_remove = 1 << 1, 0b1_1111_1111_0000  # remove dir … make symlink
    execute, refer, truncate, ioctl_device = 1 << 0, 1 << 13, 1 << 14, 1 << 15
    writes = write_file | make_and_remove
    writes |= refer if version >= 2 else 0
    writes |= truncate if version >= 3 else 0
    handled = writes | execute | (ioctl_device if version >= 5 else 0)
    bind_and_connect, abstract_sockets_and_signals = 0 if tcp else 0b11, 0b11
    attributes = [handled]
    attributes += [bind_and_connect] if version >= 4 else []
    attributes += [abstract_sockets_and_signals] if version >= 6 else []
    ruleset_attributes = (ctypes.c_uint64 * len(attributes))(*attributes)
    size = ctypes.c_size_t(8 * len(attributes))
    ruleset = _checked(
        int(_libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, ruleset_attributes, size, 0)),
        "landlock_create_ruleset",
    )
    try:
        for path in paths:
            _landlock_allow(ruleset, path, writes)
        for path in programs:
            _landlock_allow(ruleset, path, execute)
        _checked(int(_libc.syscall(_SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0)), "landlock_restrict_self")
    finally:
        os.close(ruleset)


def _landlock_allow(ruleset: int, path: str, rights: int) -> None:
    class PathBeneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))

    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            rights &= (1 << 0) | (1 << 1) | (1 << 14)  # a file can only be executed, written and truncated
        rule = PathBeneath(rights, parent)
        result = _libc.syscall(_SYS_LANDLOCK_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
        _checked(int(result), f"landlock_add_rule {path}")
    finally:
        os.close(parent)


def give_back_buffers(from_bytes: int) -> None:
    """Have memory of that size and more go back to the system when it is freed.

    The C library moves that limit up by itself, to 32 MB: then what was large once stays in the heap.
    """
    _libc.mallopt(_M_MMAP_THRESHOLD, from_bytes)
