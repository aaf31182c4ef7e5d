"""What the supervisor tries on itself: this file runs as a learner's code would, in a sandbox like any other.

Each function tries one kind of escape and answers what worked, which should be nothing. The first line
of its docstring is what an operator reads if something did. What is impossible on this kind of machine
raises `Untried`. A call that must be refused counts as refused only with the filter's own answers, so
that a filter that is not on is noticed even where the arguments are nonsense.
"""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path

from grading.sandbox.attempts import (
    call,
    call_by_interrupt,
    call_by_x32,
    clones,
    dies,
    exists,
    holds,
    is_refused,
    let_through,
    opens,
    read,
    works,
)

# Not one of these may come back: the process that calls it dies.
_DEADLY = """
    add_key bpf finit_module init_module io_uring_enter io_uring_register io_uring_setup kcmp kexec_load
    keyctl modify_ldt move_pages perf_event_open pidfd_getfd process_madvise request_key userfaultfd vmsplice
"""
_MOUNTING = """
    mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick open_tree move_mount mount_setattr
"""
_SPYING = "ptrace process_vm_readv process_vm_writev"
_BECOMING = "setuid setgid setresuid setresgid setgroups capset mknodat"
_SOCKET_CALLS = "connect bind listen"
_UNWANTED = """
    execve execveat name_to_handle_at open_by_handle_at memfd_create memfd_secret shmget msgget mq_open splice
    tee sendfile sendmsg seccomp personality syslog mbind fanotify_init sched_setscheduler sched_setaffinity
"""
_NAMESPACES = {  # CLONE_NEW…
    "user": 0x10000000,
    "mnt": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
_FAMILIES = "UNIX=1 INET=2 INET6=10 NETLINK=16 PACKET=17 RXRPC=33 ALG=38 VSOCK=40 XDP=44"

_IN_THE_ROOT = {
    "box",
    "data",
    "dev",
    "env",
    "etc",
    "lib",
    "lib64",
    "proc",
    "python",
    "sandbox",
    "tmp",
    "usr",
    "venv",
}
_IN_ETC = {"passwd", "group", "hosts", "nsswitch.conf"}
_OWN_PLACES = ("/box", "/tmp", "/dev/shm")
_DEVICES = {"null", "zero", "full", "random", "urandom", "shm", "fd"}
_KNOBS = (
    "sysrq-trigger",
    "sys/kernel/core_pattern",
    "sys/kernel/modprobe",
    "sys/vm/overcommit_memory",
    "kcore",
)


class Untried(Exception):
    """This cannot be tried here; the text says why."""


def sees_the_hosts_files() -> list[str]:
    """files of the host can be seen"""
    found = [f"/{name}" for name in os.listdir("/") if name not in _IN_THE_ROOT]
    return found + [f"/etc/{name}" for name in os.listdir("/etc") if name not in _IN_ETC]


def writes_outside_its_places() -> list[str]:
    """files outside the run can be written"""
    places = (
        "/x",
        "/env/x",
        "/sandbox/grading/sandbox/x",
        "/usr/x",
        "/etc/passwd",
        "/data/x",
        "/proc/x",
        "/dev/x",
    )
    return [place for place in places if opens(place, os.O_WRONLY | os.O_CREAT)]


def writes_past_landlock() -> list[str]:
    """Landlock is not on: a device that only it protects can be written"""
    if call("landlock_create_ruleset", 0, 0, 1)[0] <= 0:
        raise Untried("this kernel has no Landlock")
    return ["/dev/zero"] if opens("/dev/zero", os.O_WRONLY) else []


def finds_careless_mounts() -> list[str]:
    """a mount allows writes, devices, set-uid programs or control groups that it should not"""
    wrong = []
    for line in read("/proc/self/mountinfo").splitlines():
        fields, _, kind = line.partition(" - ")
        place, options = fields.split()[4], set(fields.split()[5].split(","))
        device = place.startswith("/dev/") and place not in _OWN_PLACES
        needed = {"nosuid"} | (set() if device else {"nodev"})
        needed |= set() if device or place in (*_OWN_PLACES, "/proc") else {"ro"}
        if not needed <= options:
            wrong.append(f"{place} lacks {', '.join(sorted(needed - options))}")
        if not device and kind.split()[0] in (
            "cgroup",
            "cgroup2",
            "sysfs",
            "debugfs",
            "devtmpfs",
            "bpf",
            "securityfs",
        ):
            wrong.append(f"{place} is a {kind.split()[0]}")
    return wrong


def turns_the_machines_knobs() -> list[str]:
    """settings or devices of the machine can be reached"""
    knobs = [f"/proc/{name}" for name in _KNOBS]
    found = [knob for knob in knobs if opens(knob, os.O_WRONLY)]
    return found + [f"/dev/{name}" for name in os.listdir("/dev") if name not in _DEVICES]


def sees_other_processes() -> list[str]:
    """processes outside the run can be seen"""
    found = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
    return found + ([f"its parent, {os.getppid()}"] if os.getppid() not in (0, 1) else [])


def opens_its_keeper() -> list[str]:
    """the process that keeps the run can be opened"""
    parts = [f"/proc/1/{name}" for name in ("root", "cwd", "fd/0", "mem", "environ", "maps")]
    return [part for part in parts if opens(part, os.O_RDONLY)]


def spies_on_processes() -> list[str]:
    """memory of other processes can be read or written"""
    return let_through(_SPYING)


def finds_the_tests() -> list[str]:
    """the tests lie in the learner's memory"""
    mark = re.compile(rb"THESE-ARE-THE-TEST[S]-[0-9a-f]{8}")  # as a pattern, or it would find itself
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in read("/proc/self/maps").splitlines():
            area, rights, *rest = line.split()
            start, end = (int(number, 16) for number in area.split("-"))
            anonymous = len(rest) < 4 or rest[3].startswith(("[heap", "[stack", "[anon"))
            if anonymous and rights.startswith("rw") and holds(memory.fileno(), start, end, mark):
                return [f"at {area}"]
    return []


def keeps_descriptors() -> list[str]:
    """descriptors of the supervisor are left open"""
    links = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            links[int(name)] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # the listing's own
    wrong = [f"{number} is {link}" for number, link in links.items() if number > 2 and "socket:" not in link]
    sockets = [number for number, link in links.items() if "socket:" in link]
    if len(sockets) > 1 or min(sockets, default=3) <= 2:  # the line to the checks is the one
        wrong.append(f"{', '.join(map(str, sockets))} are sockets")
    if links.get(0) != "/dev/null":
        wrong.append(f"0 is {links.get(0)}")
    return wrong


def is_somebody() -> list[str]:
    """the code has a user, groups or capabilities that it should not"""
    wrong = [f"user {number}" for number in set(os.getresuid()) if number < 60000]
    wrong += [f"group {number}" for number in set(os.getresgid()) if number < 60000]
    # A user namespace cannot give up the groups of who started it; unmapped, they are shown as 65534.
    wrong += [f"group {number}" for number in os.getgroups() if number not in (60000, 65534)]
    status = dict(line.split(":", 1) for line in read("/proc/self/status").splitlines())
    wrong += [
        f"{name} {status[name].strip()}"
        for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")
        if int(status[name], 16)
    ]
    return wrong


def can_gain_privilege() -> list[str]:
    """the filter, or the promise to gain no privilege, is not on"""
    status = dict(line.split(":", 1) for line in read("/proc/self/status").splitlines())
    wanted = {"NoNewPrivs": "1", "Seccomp": "2"}
    return [f"{name} is {status[name].strip()}" for name in wanted if status[name].strip() != wanted[name]]


def becomes_somebody() -> list[str]:
    """another user, a capability or a device can be had"""
    return let_through(_BECOMING)


def raises_its_limits() -> list[str]:
    """limits can be raised"""
    found = []
    for name in ("AS", "CPU", "NOFILE", "NPROC", "FSIZE", "MEMLOCK", "MSGQUEUE"):
        what = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(what)
        raised = (hard + 1, hard + 1)
        if hard == resource.RLIM_INFINITY or works(partial(resource.setrlimit, what, raised)):
            found.append(name)
    if works(lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))):
        found.append("CORE")  # 1 says that no dump is piped to a program of the host
    if works(lambda: Path("/proc/self/oom_score_adj").write_text("-1000")):
        found.append("oom_score_adj")
    return found


def makes_namespaces() -> list[str]:
    """namespaces can be made or entered"""
    found = [name for name, flag in _NAMESPACES.items() if not is_refused("unshare", flag)]
    found += [f"clone {name}" for name, flag in _NAMESPACES.items() if clones(flag)]
    found += let_through("setns clone3")
    return found


def shares_namespaces(of_the_host: dict[str, str]) -> list[str]:
    """namespaces are shared with the host"""
    return [name for name, link in of_the_host.items() if os.readlink(f"/proc/self/ns/{name}") == link]


def mounts() -> list[str]:
    """file systems can be mounted, by the old calls or the new"""
    return let_through(_MOUNTING)


def opens_sockets() -> list[str]:
    """sockets can be opened"""
    datagram = 2
    families = dict(word.split("=") for word in _FAMILIES.split())
    found = [name for name, family in families.items() if not is_refused("socket", int(family), datagram)]
    return found + let_through(_SOCKET_CALLS)


def has_a_network() -> list[str]:
    """there is a network"""
    lines = read("/proc/self/net/dev").splitlines()[2:]
    names = [line.split(":")[0].strip() for line in lines]
    return [name for name in names if name != "lo"] + read("/proc/self/net/route").splitlines()[1:]


def makes_unwanted_calls() -> list[str]:
    """system calls that no exercise needs are let through"""
    return let_through(_UNWANTED)


def survives_deadly_calls() -> list[str]:
    """system calls that exploits begin with do not end the process"""
    return [name for name in _DEADLY.split() if exists(name) and not dies(partial(call, name))]


def survives_other_tables() -> list[str]:
    """system calls of the 32-bit and x32 tables do not end the process"""
    if os.uname().machine != "x86_64":
        raise Untried("this processor has no second table that a program could switch to")
    ways: dict[str, Callable[[], object]] = {
        "x32": call_by_x32,
        "32-bit": call_by_interrupt,
    }
    return [name for name, way in ways.items() if not dies(way)]
