"""Classes of holes that kernels had, and what would stop the next of their kind here.

For most, the filter refuses the calls that such an exploit begins with: then the kernel's version does
not matter. That is not claimed but computed: each call is put to the filter as it is loaded. What begins
with calls that every program needs is closed by a patched kernel only; there the version is compared,
which says little on distributions that fix holes under an old number.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

from grading.sandbox import bpf, seccomp
from grading.sandbox.host_settings import Version, kernel_version
from grading.sandbox.syscalls import NUMBERS
from grading.sandbox.wire import Protection, State

_I386 = 0x40000003
_NEW_USER = 0x10000000
_OUT_OF_BAND = 1
Call = tuple[str | int, ...]  # a name and arguments, as far as they matter
_USER_NAMESPACES: tuple[Call, ...] = (("unshare", _NEW_USER), ("clone", _NEW_USER | 17), ("clone3",))


@dataclass(frozen=True)
class Hole:
    """`begins`: every call that an exploit could begin with. `in_versions`: since which, fixed in which."""

    name: str
    like: str
    begins: tuple[Call, ...] = ()
    in_versions: tuple[tuple[Version, Version], ...] = ()


HOLES = (
    Hole(
        "writes to the page cache",
        "Copy Fail CVE-2026-31431, Dirty Frag CVE-2026-43284, Dirty Pipe CVE-2022-0847",
        (("splice",), ("tee",), ("vmsplice",), ("sendfile",), ("socket", 38), ("socket", 33)),
    ),
    Hole(
        "rare sockets",
        "AF_PACKET CVE-2020-14386, AF_VSOCK CVE-2021-26708",
        tuple(("socket", family) for family in (2, 10, 16, 17, 38, 40, 44)),
    ),
    Hole(
        "sockets that carry descriptors or urgent data",
        "CVE-2021-0920, CVE-2025-38236",
        (("sendmsg",), ("sendmmsg",), ("sendto", 0, 0, 0, _OUT_OF_BAND), ("socket", 1)),
    ),
    Hole(
        "nf_tables and all else behind a user namespace",
        "CVE-2022-32250, CVE-2024-1086",
        (*_USER_NAMESPACES, ("setns",), ("socket", 16)),
    ),
    Hole(
        "mounts: OverlayFS, fsconfig, release_agent",
        "CVE-2021-3493, CVE-2023-0386, CVE-2022-0185, CVE-2022-0492",
        (("mount",), ("fsopen",), ("fsconfig",), ("open_tree",), ("move_mount",), *_USER_NAMESPACES),
    ),
    Hole(
        "io_uring",
        "CVE-2021-41073, CVE-2022-29582, CVE-2023-2598",
        (("io_uring_setup",), ("io_uring_enter",), ("io_uring_register",)),
    ),
    Hole("bpf", "CVE-2021-3490, CVE-2022-23222", (("bpf",), ("perf_event_open",))),
    Hole("keyrings", "CVE-2016-0728", (("keyctl",), ("add_key",), ("request_key",))),
    Hole("races won by userfaultfd", "CVE-2022-2590", (("userfaultfd",),)),
    Hole(
        "message queues and semaphores",
        "CVE-2017-11176, CVE-2015-7613",
        (("msgget",), ("mq_open",), ("semget",), ("shmget",)),
    ),
    Hole(
        "set-uid programs",
        "PwnKit CVE-2021-4034, Looney Tunables CVE-2023-4911",
        (("execve",), ("execveat",)),
    ),
    Hole("files by handle, tracing", "shocker, CVE-2019-13272", (("open_by_handle_at",), ("ptrace",))),
    Hole("32-bit and x32 calls past a filter", "socketcall; CVE-2014-0038", (("32-bit",), ("x32",))),
    Hole("copy on write", "Dirty COW CVE-2016-5195", in_versions=(((2, 6, 22), (4, 8, 3)),)),
    Hole(
        "maps of memory",
        "StackRot CVE-2023-3269",
        in_versions=(((6, 1, 0), (6, 1, 37)), ((6, 2, 0), (6, 3, 11)), ((6, 4, 0), (6, 4, 1))),
    ),
)


@functools.cache
def describe() -> list[Protection]:
    program, version = seccomp.program(), kernel_version()
    return [_judged(hole, program, version) for hole in HOLES] + [_left_open()]


def _judged(hole: Hole, program: bytes, version: Version) -> Protection:
    if hole.begins:
        let_through = [str(call[0]) for call in hole.begins if not is_refused(program, call)]
        if not let_through:
            return Protection(
                hole.name, State.PROTECTED, f"The filter refuses what they begin with ({hole.like})."
            )
        return Protection(
            hole.name,
            State.REDUCED,
            f"The filter lets through {', '.join(let_through)} ({hole.like}); a patched kernel holds.",
            "Keep the kernel updated.",
        )
    if any(since <= version < fixed for since, fixed in hole.in_versions):
        return Protection(
            hole.name,
            State.REDUCED,
            f"Linux {'.'.join(map(str, version))} had it, unless your distribution mended it ({hole.like}).",
            "Update the kernel, and restart.",
        )
    return Protection(hole.name, State.PROTECTED, f"Not in this version of the kernel ({hole.like}).")


def is_refused(program: bytes, call: Call) -> bool:
    """Whether the filter answers this call with anything but yes."""
    column, architecture = seccomp.ARCHITECTURES[os.uname().machine]
    name, *arguments = call
    if name in ("32-bit", "x32"):
        number: int | None = seccomp.X32_BIT | 39 if name == "x32" else 20
        architecture = architecture if name == "x32" else _I386
    else:
        number = NUMBERS[str(name)][column]
    if number is None or (name == "x32" and column):
        return True  # there is no such call here
    return bpf.answer(program, architecture, number, *map(int, arguments)) != seccomp.ALLOW


def _left_open() -> Protection:
    """Descriptors that a container's runtime leaves open are looked for by the attack on itself."""
    return Protection(
        "descriptors that a runtime leaves open",
        State.PROTECTED,
        "All are closed, and the attack on itself looks (runc CVE-2024-21626, CVE-2019-5736).",
    )
