"""What a case may need of the machine, and how we know whether it is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from grading.sandbox import kernel
from tests.hostile.supervised import Supervised

# name → whether it is there, and the reason that is given where it is not
NEEDS: dict[str, tuple[Callable[[Supervised], bool], str]] = {
    "x86_64": (
        lambda _sandbox: os.uname().machine == "x86_64",
        "this kernel runs another architecture, and the attack is machine code of x86_64",
    ),
    "landlock": (lambda _sandbox: kernel.landlock_version() > 0, "this kernel has no Landlock to stack"),
    "landlock signals": (
        lambda _sandbox: kernel.landlock_version() >= 6,
        "this kernel's Landlock does not keep signals in (ABI 6, Linux 6.12)",
    ),
    "control groups": (
        lambda sandbox: sandbox.has_groups,
        "this kernel's control groups are not ours to use in this shape, so nothing counts it",
    ),
    "process files": (
        lambda _sandbox: Path("/proc/self/clear_refs").exists(),
        "this kernel has no /proc/self/clear_refs",
    ),
}


def missing(names: tuple[str, ...], sandbox: Supervised) -> str:
    """Why a case with these needs cannot be run here; empty where it can. KeyError for an unknown need."""
    return next((reason for name in names for there, reason in [NEEDS[name]] if not there(sandbox)), "")
