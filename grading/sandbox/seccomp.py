"""The system call filter of a sandboxed process, as a BPF program made ahead of need.

An allow-list of what CPython and the numeric libraries use. Everything else fails with EPERM, so
that Python raises PermissionError and the learner reads which line asked for it; what no program
of the course could want, and exploits of the kernel do, kills the process (SIGSYS: the verdict
`forbidden`). System calls of another architecture (32-bit, x32) kill as well: their numbers mean
other calls. `clone3` and others whose arguments matter are told apart from the rest in `program`.

What an exercise permits adds a little: `loopback` the sockets of TCP, UDP and Unix and no others,
`subprocess` the one call that executes a file by its path. Everybody's sockets have the options that
servers set, and none that reaches further into the kernel: filters, offload, other protocols' layers.

Not allowed although harmless in themselves: `memfd_create` and System V's shared memory, which hold
memory that no process's address space shows, so that without a control group nothing would count it;
`sendmsg`, which passes descriptors, and `sendfile`, which puts pages of the page cache into pipes and
sockets: exploits of the kernel begin with either, and Python does without (`shutil` copies by itself).

The layout of the input: `struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6]; }`.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterable, Sequence

from grading.sandbox.syscalls import NUMBERS
from grading.sandbox.wire import Permission

Permissions = frozenset[Permission]

_ALLOWED = """
    access alarm arch_prctl brk capget chdir chmod clock_getres clock_gettime clock_nanosleep close
    close_range copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait
    epoll_pwait2 epoll_wait eventfd eventfd2 exit exit_group faccessat faccessat2 fadvise64
    fallocate fchdir fchmod fchmodat fdatasync flock fork fstat fstatfs fsync ftruncate futex
    futex_waitv get_robust_list getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups
    getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid
    getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr kill
    landlock_add_rule landlock_create_ruleset landlock_restrict_self lgetxattr link linkat listxattr
    lseek lstat madvise membarrier mincore mkdir mkdirat mlock mlock2 mmap mprotect mremap msync
    munlock munmap nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe
    pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll pread64 preadv preadv2 pselect6 pwrite64
    pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg rename
    renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask
    rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
    sched_getscheduler sched_rr_get_interval sched_yield select set_robust_list set_tid_address setitimer
    setpgid setsid shutdown sigaltstack signalfd signalfd4 stat statfs statx symlink
    symlinkat sync_file_range sysinfo tgkill time timer_create timer_delete timer_getoverrun
    timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill truncate
    umask uname unlink unlinkat utime utimensat utimes vfork wait4 waitid write writev
"""

_KILLED = """
    acct add_key bpf create_module delete_module finit_module init_module io_uring_enter
    io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie
    migrate_pages modify_ldt move_pages nfsservctl perf_event_open pidfd_getfd process_madvise quotactl
    quotactl_fd request_key uselib userfaultfd vmsplice
"""

_PERMITTED = {
    Permission.LOOPBACK: ("accept", "accept4", "bind", "connect", "listen", "sendmmsg", "sendmsg"),
    Permission.SUBPROCESS: ("execve",),
}

ALLOWED = _ALLOWED.split()
KILLED = _KILLED.split()

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32_BIT = 0x40000000

KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
ALLOW = 0x7FFF0000
_DENY = _ERRNO | errno.EPERM

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_EQUAL, _JUMP_GREATER, _JUMP_AT_LEAST, _JUMP_ANY_BIT = 0x15, 0x25, 0x35, 0x45
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_RETURN = 0x06
_NR, _ARCH = 0, 4

_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW* flag that clone takes
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIONBIO F(N)IOCLEX
_PRCTLS = (3, 15, 16, 21, 23, 30, 39, 0x53564D41)  # reading one's state, naming a thread or a mapping
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_STREAM, _DATAGRAMS, _SEQUENCED = 1, 2, 5
_TYPE = 0xF  # the rest of a socket's type are flags
_TCP, _UDP = 6, 17
# Level → options. Not the size of buffers: what waits in sockets is memory of the kernel's.
_SOCKET_OPTIONS = {
    # SO_: REUSEADDR BROADCAST KEEPALIVE OOBINLINE LINGER REUSEPORT PASSCRED RCVTIMEO SNDTIMEO, both anew
    1: (2, 6, 9, 10, 13, 15, 16, 20, 21, 66, 67),
    # TCP_: NODELAY MAXSEG CORK KEEPIDLE KEEPINTVL KEEPCNT SYNCNT LINGER2 DEFER_ACCEPT QUICKACK USER_TIMEOUT
    _TCP: (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 18),
    0: (1, 2),  # IP_TOS IP_TTL
    41: (26,),  # IPV6_V6ONLY
}
_RLIMIT_CORE = 4
# F_SETLEASE and F_NOTIFY act on the file itself, which in a shared library is every run's: who watches it
# hears of the others.
_FCNTLS_DENIED = (1024, 1026)
# In SOCK_DGRAM and SOCK_RAW, not in SOCK_STREAM and SOCK_SEQPACKET. A datagram socket can be given a name
# and reached by it, by every run of the same network namespace.
_DATAGRAM = 2
_OUT_OF_BAND = 1  # MSG_OOB, which nobody wants of a socket pair but exploits

Instruction = tuple[int, int, int, int]


def _argument(index: int) -> int:
    """Where the low 32 bits of an argument lie (both architectures are little-endian)."""
    return 16 + 8 * index


def _answer(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


def _one_of(index: int, values: Sequence[int], otherwise: int = _DENY) -> list[Instruction]:
    """Allow where an argument is one of `values`."""
    code: list[Instruction] = [(_LOAD, 0, 0, _argument(index))]
    for value in values:
        code += [(_JUMP_EQUAL, 0, 1, value), _answer(ALLOW)]
    return [*code, _answer(otherwise)]


def _by_value(index: int, blocks: dict[int, list[Instruction]]) -> list[Instruction]:
    """What to do for each value of an argument; for any other, deny."""
    code: list[Instruction] = [(_LOAD, 0, 0, _argument(index))]
    for value, block in blocks.items():
        code += [(_JUMP_EQUAL, 0, len(block), value), *block]
    return [*code, _answer(_DENY)]


def _socket_of_a_type(types: dict[int, list[Instruction]]) -> list[Instruction]:
    load, *rest = _by_value(1, types)
    return [load, (_AND, 0, 0, _TYPE), *rest]


def _socket() -> list[Instruction]:
    """Unix sockets, TCP and UDP: nothing raw, no other protocol in their place."""
    internet = _socket_of_a_type({_STREAM: _one_of(2, (0, _TCP)), _DATAGRAMS: _one_of(2, (0, _UDP))})
    unix = _socket_of_a_type({kind: [_answer(ALLOW)] for kind in (_STREAM, _DATAGRAMS, _SEQUENCED)})
    return _by_value(0, {_AF_UNIX: unix, _AF_INET: internet, _AF_INET6: internet})


def _without(index: int, bits: int) -> list[Instruction]:
    """Allow where an argument has none of these bits."""
    return [(_LOAD, 0, 0, _argument(index)), (_JUMP_ANY_BIT, 0, 1, bits), _answer(_DENY), _answer(ALLOW)]


def _but(index: int, value: int) -> list[Instruction]:
    """Allow where an argument is anything but `value`."""
    return [(_LOAD, 0, 0, _argument(index)), (_JUMP_EQUAL, 0, 1, value), _answer(_DENY), _answer(ALLOW)]


def _none_of(index: int, values: Sequence[int]) -> list[Instruction]:
    """Deny where an argument is one of `values`."""
    code: list[Instruction] = [(_LOAD, 0, 0, _argument(index))]
    for value in values:
        code += [(_JUMP_EQUAL, 0, 1, value), _answer(_DENY)]
    return [*code, _answer(ALLOW)]


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _special(permissions: Permissions) -> dict[str, list[Instruction]]:
    """The calls that depend on an argument, and what to do for each."""
    special = {
        "clone": _without(0, _NEW_NAMESPACES),
        # Its flags lie behind a pointer, where no filter can look; without it libc falls back to clone.
        "clone3": [_answer(_ERRNO | errno.ENOSYS)],
        "fcntl": _none_of(1, _FCNTLS_DENIED),
        "ioctl": _one_of(1, _IOCTLS),
        "prctl": _one_of(0, _PRCTLS),
        "personality": _one_of(0, (0, 0xFFFFFFFF)),
        "prlimit64": [  # its own limits; process 1 may have the same user
            (_LOAD, 0, 0, _argument(0)),
            (_JUMP_EQUAL, 1, 0, 0),
            _answer(_DENY),
            (_LOAD, 0, 0, _argument(2)),  # where the new limit lies: nowhere, if it is only asked for the old
            (_JUMP_EQUAL, 0, 3, 0),
            (_LOAD, 0, 0, _argument(2) + 4),
            (_JUMP_EQUAL, 0, 1, 0),
            _answer(ALLOW),
            *_but(1, _RLIMIT_CORE),
        ],
        "setrlimit": _but(0, _RLIMIT_CORE),  # `confine.lock` says why
        "sendto": _without(3, _OUT_OF_BAND),
        "socketpair": [
            (_LOAD, 0, 0, _argument(1)),
            (_JUMP_ANY_BIT, 0, 1, _DATAGRAM),
            _answer(_DENY),
            *_one_of(0, (_AF_UNIX,)),
        ],
        "setsockopt": _by_value(1, {level: _one_of(2, names) for level, names in _SOCKET_OPTIONS.items()}),
    }
    if Permission.LOOPBACK in permissions:  # its network is its own, and so are the names in it
        special |= {"socket": _socket(), "socketpair": _one_of(0, (_AF_UNIX,))}
    return special


def program(permissions: Permissions = frozenset(), machine: str | None = None) -> bytes:
    """The filter for `machine` (this one by default), 8 bytes an instruction.

    Raises RuntimeError for an architecture whose system calls are not known here.
    """
    machine = machine or os.uname().machine
    if machine not in ARCHITECTURES:
        raise RuntimeError(f"no system call table for {machine}: the sandbox runs on x86_64 and aarch64")
    column, architecture = ARCHITECTURES[machine]

    def numbers(names: Iterable[str]) -> list[int]:
        return [number for name in names if (number := NUMBERS[name][column]) is not None]

    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQUAL, 1, 0, architecture),
        _answer(KILL_PROCESS),
        (_LOAD, 0, 0, _NR),
    ]
    if machine == "x86_64":
        code += [(_JUMP_AT_LEAST, 0, 1, X32_BIT), _answer(KILL_PROCESS)]
    permitted = [name for permission in permissions for name in _PERMITTED[permission]]
    for low, high in _ranges(numbers([*ALLOWED, *permitted])):
        code += [(_JUMP_AT_LEAST, 0, 2, low), (_JUMP_GREATER, 1, 0, high), _answer(ALLOW)]
    for name, block in _special(permissions).items():
        for number in numbers([name]):
            code += [(_JUMP_EQUAL, 0, len(block), number), *block]
    for number in numbers(KILLED):
        code += [(_JUMP_EQUAL, 0, 1, number), _answer(KILL_PROCESS)]
    code.append(_answer(_DENY))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
