"""What the host looks like, so that before and after a run can be compared."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from dataclasses import dataclass, fields
from pathlib import Path

from grading.sandbox.room import INSIDE_UID
from tests.hostile.supervised import ROOT, Supervised

_WATCHED = (ROOT / "grading" / "sandbox", ROOT / "fixtures" / "data", Path("/etc"))
_OF_OTHERS = {"__pycache__", "docker"}  # made by whoever imports, or starts an engine, at the same time
_SHARED = (Path("/dev/shm"), Path("/tmp"))  # everybody's: what a run leaves there has a run's owner
_DEVICES = [Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom")]
_RUNS = range(INSIDE_UID, INSIDE_UID + 1100)
_TOPS = {"box", "data", "dev", "env", "lib64", "old", "proc", "python", "sandbox", "tmp", "usr"}  # of a room
_MORE_MEMORY = 48 << 20  # bytes that each may grow by: what it held once, its heap keeps
_MORE_LOG = 1 << 20


@dataclass(frozen=True)
class Host:
    """The names say which invariant each field stands for."""

    h1_processes: int  # nothing of a run lives
    h1_control_groups: int  # and its group is gone
    h2_mounts: tuple[str, ...]
    h2_network_namespaces: int
    h3_files: tuple[tuple[str, int, int], ...]  # nothing changed outside the run's own tmpfs
    h4_zygotes: tuple[int, ...]  # alive, the same
    h4_descriptors: tuple[int, ...]  # of the supervisor and the zygotes: nothing leaked
    h4_memory: tuple[int, ...]  # bytes of the supervisor and the zygotes: stable
    h8_listeners: int  # in the networks that runs are in; the host's own may change as it likes
    h8_packets: int  # that ever passed an interface there
    h9_cores: tuple[str, ...]
    h9_log: int  # bytes below /var/log


# Fewer or less than before is no harm: something was still being closed at the first look.
_MAY_GROW = {"h4_descriptors": 0, "h4_memory": _MORE_MEMORY, "h9_log": _MORE_LOG}


def look(sandbox: Supervised) -> Host:
    descendants = sandbox.descendants()
    zygotes = sorted(pid for pid in descendants if _is_zygote(pid, sandbox.process.pid))
    ours = [sandbox.process.pid, *zygotes]
    return Host(
        h1_processes=len(descendants),
        h1_control_groups=_groups(sandbox.groups),
        h2_mounts=tuple(_mounts()),
        h2_network_namespaces=len({_namespace(pid) for pid in [os.getpid(), *descendants]}),
        h3_files=tuple(_files()),
        h4_zygotes=tuple(zygotes),
        h4_descriptors=tuple(_descriptors(pid) for pid in ours),
        h4_memory=tuple(_memory(pid) for pid in ours),
        h8_listeners=sum(_listening(pid, name) for pid in zygotes for name in ("tcp", "tcp6", "udp", "udp6")),
        h8_packets=sum(map(_packets, zygotes)),
        h9_cores=tuple(sorted(str(path) for path in [*ROOT.glob("core*"), *Path("/").glob("core*")])),
        h9_log=_bytes_below("/var/log"),
    )


def differences(before: Host, sandbox: Supervised, *, within_s: float = 2.0) -> list[str]:
    """Which invariants broke, and how; what is as it was a moment later did not."""
    deadline = time.monotonic() + within_s
    while (found := _differences(before, look(sandbox))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _differences(before: Host, after: Host) -> list[str]:
    return [
        f"{field.name}: {getattr(before, field.name)!r} → {getattr(after, field.name)!r}"
        for field in fields(Host)
        if not _same(getattr(before, field.name), getattr(after, field.name), _MAY_GROW.get(field.name))
    ]


def _same(before: object, after: object, more: int | None) -> bool:
    if more is None:
        return before == after
    if isinstance(before, int) and isinstance(after, int):
        return after <= before + more
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    return len(before) == len(after) and all(a <= b + more for b, a in zip(before, after, strict=True))


def _groups(place: str) -> int:
    """How many groups there are in `place`, in all hierarchies. Those of others come and go meanwhile, which
    `os.walk` bears."""
    return sum(len(names) for folder, names, _ in os.walk("/sys/fs/cgroup") if folder.endswith(f"/{place}"))


def _mounts() -> list[str]:
    """Where something is mounted that a run might have mounted; what others mount here is not ours."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    tops = [(point, point.removeprefix("/tmp").split("/")[1:2]) for point in points]
    return [point for point, top in tops if not top or top[0] in _TOPS]


def _files() -> list[tuple[str, int, int]]:
    found = []
    for folder in _WATCHED:
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):
                state = path.lstat()
                if path.name not in _OF_OTHERS:
                    found.append((str(path), state.st_size, state.st_mtime_ns))
    for device in _DEVICES:
        state = device.lstat()
        found.append((str(device), state.st_mode, state.st_mtime_ns))
    for folder in _SHARED:
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):
                state = path.lstat()
                if state.st_uid in _RUNS:
                    found.append((str(path), state.st_size, state.st_mtime_ns))
    return found


def _is_zygote(pid: int, supervisor: int) -> bool:
    """Process 1 of a namespace just below the supervisor's: its tree has one a zygote."""
    numbers = _numbers(pid)
    return len(numbers) == len(_numbers(supervisor)) + 1 and numbers[-1] == "1"


def _numbers(pid: int) -> list[str]:
    """What a process is called in each PID namespace that it is in, the host's first; empty if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return []
    return next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]


def _namespace(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/ns/net").readlink())
    except OSError:
        return ""


def _descriptors(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:  # not ours to look into, where we are not root
        return -1


def _memory(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return -1


def _bytes_below(place: str) -> int:
    total = 0
    for folder, _, names in os.walk(place):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(folder, name).lstat().st_size
    return total


def _packets(pid: int) -> int:
    """Packets that any interface of its network has seen, in either direction."""
    try:
        lines = Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
    except OSError:
        return 0
    counters = [line.partition(":")[2].split() for line in lines]
    return sum(int(fields[1]) + int(fields[9]) for fields in counters)


def _listening(pid: int, table: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    except OSError:
        return 0
    return sum(line.split()[3] in ("0A", "07") for line in lines)
