"""The files of control groups: what both versions need to read and write them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PREFIX = "gradient-"
TICK_MS = 1000 // os.sysconf("SC_CLK_TCK")


def write(directory: Path, name: str, value: object) -> None:
    # One write call and no truncation: these files are not files.
    descriptor = os.open(directory / name, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, str(value).encode())
    finally:
        os.close(descriptor)


def counter(text: str, key: str) -> int:
    """The number after `key` in a file of "key number" lines; 0 where there is no such line."""
    for line in text.splitlines():
        name, _, number = line.partition(" ")
        if name == key:
            return int(number)
    return 0


def most_processes_in(directory: Path) -> int | None:
    peak = directory / "pids.peak"  # since Linux 6.1, in version 1 too
    return int(peak.read_text()) if peak.exists() else None


def remove(directories: list[Path]) -> bool:
    gone = True
    for directory in directories:
        try:
            directory.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            gone = False
    return gone


def groups_in(parent: Path) -> list[Path]:
    return [child for child in parent.iterdir() if child.is_dir()] if parent.is_dir() else []


def sweep(parent: Path) -> None:
    """Remove the groups of supervisors that are no more, one that had our number among them."""
    for old in parent.glob(f"{PREFIX}*"):
        number = old.name.removeprefix(PREFIX)
        gone = number == str(os.getpid()) or not Path(f"/proc/{number}").exists()
        if number.isdigit() and gone:
            remove([*groups_in(old), old])


def own_paths() -> Mapping[str, str]:
    """Controller → the path of this process in its hierarchy; "" is version 2."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    paths = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def mount_points() -> Mapping[str, Path]:
    """Controller → where its hierarchy is mounted; "" is version 2."""
    found: dict[str, Path] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2":
            found[""] = Path(before.split(" ")[4])
        elif kind == "cgroup":
            for option in options.split(","):
                found[option] = Path(before.split(" ")[4])
    return found
