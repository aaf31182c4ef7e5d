"""What protects the host, layer by layer, as `./lms doctor` and the operator's page show it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grading.sandbox import kernel
from grading.sandbox.self_attack import Attack
from grading.sandbox.wire import Protection

if TYPE_CHECKING:
    from grading.sandbox.spare import Host


def describe(host: Host, attack: Attack | None) -> list[Protection]:
    """Each layer as protected, reduced or missing. `attacks`: those that worked; None before it is known."""
    layers: tuple[Callable[[], Protection], ...] = (
        lambda: _self_attack(attack),
        lambda: _user(host),
        lambda: _cgroup(host),
        _landlock,
        _core_pattern,
        _swap,
    )
    return [layer() for layer in layers]


def _self_attack(attack: Attack | None) -> Protection:
    name = "self-attack"
    if attack is None:
        return Protection(
            name, "missing", "The sandbox has not attacked itself, and takes no job before it has.", ""
        )
    if attack.worked:
        return Protection(
            name,
            "missing",
            f"An attack worked: {'; '.join(attack.worked)}. No job is taken.",
            "Read docs/threat-model.md; report it if the host is an ordinary Linux.",
        )
    return Protection(
        name,
        "protected",
        "Namespaces, file system, capabilities, system call filter and descriptors held at start.",
    )


def _user(host: Host) -> Protection:
    if host.unprivileged:
        return Protection(
            "user", "protected", "Runs are a nobody in a user namespace; the supervisor is not root itself."
        )
    return Protection("user", "protected", "Each run has a user id of its own and no capability.")


def _cgroup(host: Host) -> Protection:
    if host.hierarchy:
        version = host.hierarchy.version
        return Protection(
            "control groups", "protected", f"Memory, processes and time are counted and limited (v{version})."
        )
    return Protection(
        "control groups",
        "reduced",
        "No control group can be made here: limits are rlimits per process, and memory is not measured.",
        "Start it as root, in its container, or with: systemd-run --user --scope -p Delegate=yes ./lms up",
    )


def _landlock() -> Protection:
    if version := kernel.landlock_version():
        return Protection("Landlock", "protected", f"Writes are confined once more (ABI {version}).")
    return Protection(
        "Landlock",
        "reduced",
        "This kernel has no Landlock; the read-only mounts alone confine writes.",
        "Linux 5.13 or newer with lsm=landlock.",
    )


def _core_pattern() -> Protection:
    pattern = _read("/proc/sys/kernel/core_pattern")
    if pattern.startswith("|"):
        return Protection(
            "core dumps",
            "reduced",
            "The host pipes core dumps to a program; runs set their core size to 0, which it may ignore.",
            "sysctl kernel.core_pattern=core",
        )
    return Protection("core dumps", "protected", "Runs leave none.")


def _swap() -> Protection:
    if len(list(_lines("/proc/swaps"))) > 1:
        return Protection(
            "swap",
            "reduced",
            "The host swaps; a run that fills its memory may push out other programs.",
            "Where control groups of version 2 are in use, runs may not swap: nothing to do.",
        )
    return Protection("swap", "protected", "There is none to fill.")


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _lines(path: str) -> Iterator[str]:
    yield from (line for line in _read(path).split(os.linesep) if line)
