"""The filter, run instruction by instruction as the kernel would, for both architectures."""

from __future__ import annotations

import errno

import pytest

from grading.sandbox import bpf, seccomp
from grading.sandbox.seccomp import Permissions
from grading.sandbox.syscalls import NUMBERS
from grading.sandbox.wire import Permission

ALLOW, KILL = 0x7FFF0000, 0x80000000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386 = 0x40000003


def refused(number: int) -> int:
    return 0x00050000 | number


def decide(
    machine: str,
    number: int,
    *arguments: int,
    architecture: int | None = None,
    permissions: Permissions = frozenset(),
) -> int:
    """What the filter answers to a system call."""
    program = seccomp.program(permissions, machine)
    return bpf.answer(program, architecture or ARCHITECTURES[machine], number, *arguments)


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


LOOPBACK = frozenset({Permission.LOOPBACK})
SUBPROCESS = frozenset({Permission.SUBPROCESS})
UNIX, INET, INET6, NETLINK, PACKET, ALG, VSOCK, SMC = 1, 2, 10, 16, 17, 38, 40, 43
STREAM, DATAGRAM, RAW, SEQUENCED = 1, 2, 3, 5
NONBLOCKING = 0x80800  # with close-on-exec, as Python asks


@machines
def test_with_loopback_tcp_udp_and_unix_sockets_are_made_and_no_others(machine: str) -> None:
    call = of(machine, "socket")

    def asked(*arguments: int) -> int:
        return decide(machine, call, *arguments, permissions=LOOPBACK)

    for family, kind, protocol in (
        (INET, STREAM, 0),
        (INET, STREAM, 6),
        (INET6, STREAM | NONBLOCKING, 0),
        (INET, DATAGRAM, 17),
        (INET6, DATAGRAM | NONBLOCKING, 0),
        (UNIX, STREAM, 0),
        (UNIX, DATAGRAM, 0),
        (UNIX, SEQUENCED | NONBLOCKING, 0),
    ):
        assert asked(family, kind, protocol) == ALLOW, (family, kind, protocol)
    for family, kind, protocol in (
        (INET, STREAM, 262),  # MPTCP
        (INET, STREAM, 132),  # SCTP
        (INET, DATAGRAM, 1),  # ICMP
        (INET, DATAGRAM, 136),  # UDP-Lite
        (INET, RAW, 0),
        (INET6, RAW, 255),
        (INET, SEQUENCED, 0),
        (UNIX, RAW, 0),
        *((family, kind, 0) for family in (NETLINK, PACKET, ALG, VSOCK, SMC) for kind in (STREAM, DATAGRAM)),
    ):
        assert asked(family, kind, protocol) == refused(errno.EPERM), (family, kind, protocol)


@machines
def test_with_loopback_a_server_listens_and_without_it_does_not(machine: str) -> None:
    for name in ("socket", "bind", "listen", "accept", "accept4", "connect"):
        arguments = (UNIX, STREAM)
        assert decide(machine, of(machine, name), *arguments, permissions=LOOPBACK) == ALLOW, name
        for others in (frozenset(), SUBPROCESS):
            answer = decide(machine, of(machine, name), *arguments, permissions=others)
            assert answer == refused(errno.EPERM), name


@machines
def test_with_subprocess_a_program_is_executed_by_its_path_only(machine: str) -> None:
    assert decide(machine, of(machine, "execve"), permissions=SUBPROCESS) == ALLOW
    for others in (frozenset(), LOOPBACK):
        assert decide(machine, of(machine, "execve"), permissions=others) == refused(errno.EPERM)
    execveat = {"x86_64": 322, "aarch64": 281}[machine]
    assert decide(machine, execveat, permissions=SUBPROCESS) == refused(errno.EPERM)


@machines
@pytest.mark.parametrize("permissions", [LOOPBACK, SUBPROCESS, LOOPBACK | SUBPROCESS])
def test_permissions_give_nothing_else(machine: str, permissions: Permissions) -> None:
    given = {"socket", "bind", "listen", "accept", "accept4", "connect", "execve", "socketpair"}
    given |= {"sendmsg", "sendmmsg"}
    for name in set(NUMBERS) - given:
        if NUMBERS[name][0 if machine == "x86_64" else 1] is not None:
            for first in (0, 1, 0x10000000):
                before = decide(machine, of(machine, name), first, 2)
                assert decide(machine, of(machine, name), first, 2, permissions=permissions) == before, name


@machines
def test_sockets_take_the_options_of_servers_and_none_that_reach_into_the_kernel(machine: str) -> None:
    call = of(machine, "setsockopt")
    for level, option in ((1, 2), (1, 9), (6, 1), (41, 26)):  # REUSEADDR, KEEPALIVE, NODELAY, V6ONLY
        assert decide(machine, call, 3, level, option) == ALLOW
    for level, option in (
        (1, 7),  # SO_SNDBUF
        (1, 8),  # SO_RCVBUF
        (1, 25),  # SO_BINDTODEVICE
        (1, 26),  # SO_ATTACH_FILTER
        (1, 36),  # SO_MARK
        (1, 50),  # SO_ATTACH_BPF
        (1, 60),  # SO_ZEROCOPY
        (6, 31),  # TCP_ULP
        (6, 19),  # TCP_REPAIR
        (0, 19),  # IP_TRANSPARENT
        (0, 35),  # IP_ADD_MEMBERSHIP
        (0, 64),  # IPT_SO_SET_REPLACE
        (41, 1),  # IPV6_ADDRFORM
        (263, 1),
    ):
        assert decide(machine, call, 3, level, option, permissions=LOOPBACK) == refused(errno.EPERM)


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
        for pointer in (0x7F00_0000_1000, 1 << 32):  # to the new limit
            assert decide(machine, of(machine, name), *before, files, pointer) == ALLOW
            assert decide(machine, of(machine, name), *before, core, pointer) == refused(errno.EPERM)
    assert decide(machine, of(machine, "prlimit64"), 0, core, 0) == ALLOW  # asks only
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
        seccomp.program(machine="riscv64")
