"""The seccomp profile of the sandbox's container, beside the filter that every run has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grading.sandbox import seccomp
from grading.sandbox.syscalls import NUMBERS
from tests.sandbox.test_seccomp import ALLOW, decide

PROFILE: dict[str, Any] = json.loads((Path(seccomp.__file__).parent / "seccomp.json").read_text())
ENTRIES: list[dict[str, Any]] = PROFILE["syscalls"]

# What the profile lets through and no run may call, whatever its arguments, with its number on x86_64.
NEEDED = (
    {"mount": 165, "pivot_root": 155, "sethostname": 170, "umount2": 166, "unshare": 272}  # to make a room
    | {"setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setgroups": 116}  # to become a user
    | {"setresuid": 117, "setresgid": 119}
    | {"capset": 126, "seccomp": 317}  # to lock itself in
    | {"chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260}  # the supervisor's socket
    | {"memfd_create": 319}  # the bell between a run's two processes
    | {"setns": 308}  # to move into a network made for it
)
# What a run may call with some arguments only, or where its exercise permits it.
WITH_CONDITIONS = {
    "clone",
    "clone3",
    "ioctl",
    "personality",
    "prctl",
    "prlimit64",
    "setsockopt",
    "socket",
    "socketpair",
}
WITH_CONDITIONS |= {"accept", "accept4", "bind", "connect", "execve", "listen"}


def let_through() -> set[str]:
    return {name for entry in ENTRIES if entry["action"] == "SCMP_ACT_ALLOW" for name in entry["names"]}


def of_every_run() -> set[str]:
    numbers = {name: both[0] for name, both in NUMBERS.items() if both[0] is not None}
    return {name for name, number in numbers.items() if decide("x86_64", number) == ALLOW}


def test_it_refuses_what_it_does_not_name() -> None:
    assert PROFILE["defaultAction"] == "SCMP_ACT_ERRNO"
    assert {entry["action"] for entry in ENTRIES} == {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"}


def test_a_run_may_call_in_the_container_what_it_may_call_elsewhere() -> None:
    """Else the same submission would end otherwise there."""
    assert {*seccomp.ALLOWED, *of_every_run()} - let_through() - {"clone3"} == set()


def test_beyond_that_it_lets_through_what_is_needed_and_nothing_else() -> None:
    assert let_through() - {*seccomp.ALLOWED, *of_every_run()} - WITH_CONDITIONS == set(NEEDED)


def test_no_run_may_call_what_the_container_has_beyond_it() -> None:
    """The supervisor's calls are refused to the code it runs, by the filter that the code is under."""
    for name, number in NEEDED.items():
        assert decide("x86_64", number) != ALLOW, name


def test_nobody_in_it_may_call_what_kills_a_run() -> None:
    assert let_through() & set(seccomp.KILLED) == set()


def test_it_is_for_the_native_calls_of_both_architectures_only() -> None:
    """32-bit calls have other numbers; Docker's own profile lets them in."""
    assert {entry["architecture"] for entry in PROFILE["archMap"]} == {
        "SCMP_ARCH_X86_64",
        "SCMP_ARCH_AARCH64",
    }
    assert all(entry["subArchitectures"] == [] for entry in PROFILE["archMap"])
