"""What the host looks like, so that before and after a run can be compared."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, fields
from pathlib import Path

from grading.sandbox.room import INSIDE_UID
from tests.hostile.supervised import ROOT, Supervised

_WATCHED = (ROOT / "grading" / "sandbox", ROOT / "fixtures" / "data", Path("/etc"))
_SHARED = (Path("/dev/shm"), Path("/tmp"))  # everybody's: what a run leaves there has a run's owner
_RUNS = range(INSIDE_UID, INSIDE_UID + 1100)


@dataclass(frozen=True)
class Host:
    """The names say which invariant each field stands for."""

    processes: int  # H1: nothing of a run lives
    control_groups: int  # H1: and its group is gone
    mounts: str  # H2
    network_namespaces: int  # H2
    files: tuple[tuple[str, int, int], ...]  # H3: nothing changed outside the run's own tmpfs
    zygotes: tuple[int, ...]  # H4: alive, the same
    descriptors: int  # H4: nothing leaked in the supervisor
    listeners: int  # H8, in the networks that runs are in; the host's own may change as it likes
    cores: tuple[str, ...]  # H9


def look(sandbox: Supervised) -> Host:
    descendants = sandbox.descendants()
    zygotes = [pid for pid in descendants if _is_zygote(pid, sandbox.process.pid)]
    return Host(
        processes=len(descendants),
        control_groups=len(list(_groups(sandbox.groups))),
        mounts=Path("/proc/self/mountinfo").read_text(),
        network_namespaces=len({_namespace(pid) for pid in [os.getpid(), *descendants]}),
        files=tuple(_files()),
        zygotes=tuple(sorted(zygotes)),
        descriptors=len(list(Path(f"/proc/{sandbox.process.pid}/fd").iterdir())),
        listeners=sum(_listening(pid, name) for pid in zygotes for name in ("tcp", "tcp6", "udp", "udp6")),
        cores=tuple(sorted(str(path) for path in [*ROOT.glob("core*"), *Path("/").glob("core*")])),
    )


def differences(before: Host, after: Host) -> list[str]:
    """Which invariants broke, and how."""
    return [
        f"{field.name}: {getattr(before, field.name)!r} → {getattr(after, field.name)!r}"
        for field in fields(Host)
        if getattr(before, field.name) != getattr(after, field.name)
    ]


def _groups(place: str) -> list[Path]:
    return [
        group
        for parent in Path("/sys/fs/cgroup").glob(f"**/{place}")
        for group in parent.iterdir()
        if group.is_dir()
    ]


def _files() -> list[tuple[str, int, int]]:
    found = []
    for folder in _WATCHED:
        for path in sorted(folder.iterdir()):
            if "__pycache__" not in path.name:
                state = path.lstat()
                found.append((str(path), state.st_size, state.st_mtime_ns))
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


def _listening(pid: int, table: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    except OSError:
        return 0
    return sum(line.split()[3] in ("0A", "07") for line in lines)
