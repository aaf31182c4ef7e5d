"""The machine that was measured, in the words of `docs/speed.md`."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def measured_on(versions: str) -> str:
    """The sentence that says when, on what, and with which versions."""
    words = f"{os.cpu_count()} × {_processor()}, {_memory_gb():.0f} GB, Linux {platform.release()}"
    return (
        f"Measured on {datetime.now(tz=UTC):%-d %B %Y}: {words}; "
        f"Python {platform.python_version()}, {versions}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
