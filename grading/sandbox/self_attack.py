"""The supervisor's attack on itself: a job like any other, whose code tries the important escapes.

Each function of the code tries one thing and answers whether it worked; each check wants False. If
one worked, or the run did not end as it should, no job is taken.
"""

from __future__ import annotations

from grading.sandbox.wire import CheckDone, Ending, Finished, Job, Limits

_CODE = """
import ctypes, os, socket, subprocess

libc = ctypes.CDLL(None, use_errno=True)


def _works(attempt):
    try:
        return attempt() not in (None, -1)
    except (OSError, ValueError):
        return False


def reads_host_files():
    places = ("/etc/shadow", "/root", "/home", "/var", "/old", "/sys/fs")
    return any(os.path.exists(place) for place in places)


def sees_other_processes():
    return any(int(name) > 2 for name in os.listdir("/proc") if name.isdigit())


def opens_a_socket():
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 38, 40)  # 38: AF_ALG, 40: AF_VSOCK
    return any(_works(lambda family=family: socket.socket(family)) for family in families)


def starts_a_program():
    return _works(lambda: subprocess.run(["/python/bin/python3", "-c", ""], check=False).returncode)


def writes_outside():
    places = ("/x", "/env/x", "/sandbox/grading/sandbox/x", "/usr/x", "/etc/passwd", "/data/x")
    return any(_works(lambda place=place: os.open(place, os.O_WRONLY | os.O_CREAT)) for place in places)


def makes_a_namespace():
    return libc.unshare(0x10000000) == 0 or libc.unshare(0x00020000) == 0


def mounts():
    return libc.mount(b"none", b"/box", b"tmpfs", 0, None) == 0 or libc.umount2(b"/proc", 2) == 0


def traces():
    return libc.ptrace(16, 1, 0, 0) == 0 or _works(lambda: os.open("/proc/1/mem", os.O_RDWR))


def has_a_visible_parent():
    return os.getppid() not in (0, 1)  # process 1 of its own namespace, which takes no signal of its


def is_root():
    # A user namespace cannot give up the groups of who started it; unmapped, they are shown as 65534.
    return os.getuid() == 0 or os.geteuid() == 0 or bool(set(os.getgroups()) - {60000, 65534})


def has_capabilities():
    with open("/proc/self/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    if lines["NoNewPrivs"].strip() != "1" or lines["Seccomp"].strip() != "2":
        return True
    return any(int(lines[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"))


def keeps_descriptors():
    kept = [name for name in os.listdir("/proc/self/fd") if int(name) > 2]
    return len(kept) > 2  # the line to the checks, and the listing itself


def has_a_network():
    return _works(lambda: [name for _, name in socket.if_nameindex() if name != "lo"] or None)
"""

_TITLES = {
    "reads_host_files": "the host's files can be seen",
    "sees_other_processes": "other processes can be seen",
    "opens_a_socket": "a socket can be opened",
    "starts_a_program": "a program can be started",
    "writes_outside": "files outside the run can be written",
    "makes_a_namespace": "a namespace can be made",
    "mounts": "a file system can be mounted",
    "traces": "another process can be traced",
    "has_a_visible_parent": "a process outside can be signalled",
    "is_root": "the code runs as root",
    "has_capabilities": "capabilities are left, or the system call filter is not on",
    "keeps_descriptors": "open descriptors of the supervisor are left",
    "has_a_network": "there is a network",
}

_TESTS = "\n".join(
    f'def test_{name}(solution):\n    """{title}"""\n    assert solution.{name}() is False\n'
    for name, title in _TITLES.items()
)

JOB = Job(
    id="self-attack",
    environment="base",
    files={"solution.py": _CODE},
    tests=_TESTS,
    limits=Limits(cpu_s=10, wall_s=30, memory_mb=256),
)


def succeeded(message: object) -> list[str]:
    """The attack that this message reports to have worked, if it does."""
    if isinstance(message, CheckDone) and message.outcome != "passed":
        detail = f" ({message.traceback.strip().splitlines()[-1]})" if message.traceback.strip() else ""
        return [_TITLES.get(message.name.removeprefix("test_"), message.name) + detail]
    return []


def unfinished(message: Finished) -> list[str]:
    """What is wrong with how the attack's run ended."""
    if message.ending is Ending.FINISHED:
        return []
    return [f"it did not come to its end: {message.ending}: {message.detail or message.author_log}"]
