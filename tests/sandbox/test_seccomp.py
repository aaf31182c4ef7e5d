"""The filter, run instruction by instruction as the kernel would, for both architectures."""

from __future__ import annotations

import errno

import pytest

from grading.sandbox import bpf, seccomp
from grading.sandbox.syscalls import NUMBERS

ALLOW, KILL = 0x7FFF0000, 0x80000000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386 = 0x40000003


def refused(number: int) -> int:
    return 0x00050000 | number


def decide(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter answers to a system call."""
    return bpf.answer(seccomp.program(machine), architecture or ARCHITECTURES[machine], number, *arguments)


def of(machine: str, name: str) -> int:
    number = NUMBERS[name][0 if machine == "x86_64" else 1]
    assert number is not None
    return number


machines = pytest.mark.parametrize("machine", list(ARCHITECTURES))


@machines
def test_every_name_on_the_lists_is_a_system_call_and_on_one_list_only(machine: str) -> None:
    names = [*seccomp.ALLOWED, *seccomp.KILLED]
    assert set(names) <= set(NUMBERS)
    assert len(names) == len(set(names))


@machines
def test_what_numeric_code_needs_is_allowed(machine: str) -> None:
    for name in (
        "read",
        "write",
        "mmap",
        "futex",
        "openat",
        "getrandom",
        "madvise",
        "rt_sigaction",
        "exit_group",
    ):
        assert decide(machine, of(machine, name)) == ALLOW, name


@machines
def test_what_no_program_of_the_course_wants_kills(machine: str) -> None:
    for name in (
        "bpf",
        "io_uring_setup",
        "userfaultfd",
        "keyctl",
        "perf_event_open",
        "kexec_load",
        "init_module",
    ):
        assert decide(machine, of(machine, name)) == KILL, name


@machines
@pytest.mark.parametrize("number", [41, 59, 101, 155, 165, 198, 221, 272, 90_000])
def test_what_is_on_no_list_is_refused_so_that_python_says_which_line(machine: str, number: int) -> None:
    listed = {NUMBERS[name][machine == "aarch64"] for name in (*seccomp.ALLOWED, *seccomp.KILLED)}
    if number not in listed:
        assert decide(machine, number) == refused(errno.EPERM)


@machines
def test_a_thread_may_be_made_and_a_namespace_may_not(machine: str) -> None:
    clone = of(machine, "clone")
    assert decide(machine, clone, 0x3D0F00) == ALLOW  # what pthread_create asks for
    for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(machine, clone, flag | 17) == refused(errno.EPERM)
    assert decide(machine, of(machine, "clone3")) == refused(errno.ENOSYS)


@machines
def test_a_terminal_takes_no_input_from_a_run(machine: str) -> None:
    tiocsti, tcgets = 0x5412, 0x5401
    assert decide(machine, of(machine, "ioctl"), 0, tiocsti) == refused(errno.EPERM)
    assert decide(machine, of(machine, "ioctl"), 0, tcgets) == ALLOW


@machines
def test_only_local_socket_pairs_are_made(machine: str) -> None:
    unix, inet = 1, 2
    assert decide(machine, of(machine, "socketpair"), unix) == ALLOW
    assert decide(machine, of(machine, "socketpair"), inet) == refused(errno.EPERM)


@machines
def test_a_socket_pair_carries_bytes_and_nothing_else(machine: str) -> None:
    out_of_band, no_signal = 0x1, 0x4000
    assert decide(machine, of(machine, "sendto"), 3, 0, 1, no_signal) == ALLOW
    assert decide(machine, of(machine, "sendto"), 3, 0, 1, no_signal | out_of_band) == refused(errno.EPERM)
    for name in ("sendmsg", "sendmmsg", "sendfile"):
        assert decide(machine, of(machine, name)) == refused(errno.EPERM), name


@machines
def test_limits_are_its_own_and_that_of_core_dumps_stays(machine: str) -> None:
    core, files = 4, 7
    for name, before in (("prlimit64", [0]), ("setrlimit", [])):
        assert decide(machine, of(machine, name), *before, files) == ALLOW
        assert decide(machine, of(machine, name), *before, core) == refused(errno.EPERM)
    assert decide(machine, of(machine, "prlimit64"), 1, files) == refused(errno.EPERM)


@machines
def test_calls_of_another_architecture_kill(machine: str) -> None:
    assert decide(machine, of(machine, "read"), architecture=I386) == KILL
    other = next(value for name, value in ARCHITECTURES.items() if name != machine)
    assert decide(machine, of(machine, "read"), architecture=other) == KILL


def test_calls_of_the_x32_table_kill() -> None:
    assert decide("x86_64", 0x40000000 | of("x86_64", "read")) == KILL


def test_an_unknown_processor_is_refused_by_name() -> None:
    with pytest.raises(RuntimeError, match="riscv64"):
        seccomp.program("riscv64")
