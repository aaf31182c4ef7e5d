"""Which part of the site used how much processor time, from /proc.

A process counts with the children that it has waited for, so runs that ended count with the sandbox.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PARTS = {
    "grading.sandbox": "the sandbox",
    "celery": "the worker",
    "gunicorn": "the web server",
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
    "tests.bench": "the browsers",
}
_TICK = os.sysconf("SC_CLK_TCK")


def used(started: Path) -> dict[str, float]:
    """Part → seconds until now, of the processes that are below this one or keep files in that folder."""
    found = dict.fromkeys(PARTS.values(), 0.0)
    table = {pid: stat for pid in _pids() if (stat := _stat(pid))}
    for pid, (parent, seconds) in table.items():
        words = _command(pid)
        if not words:
            continue
        ours = pid == os.getpid() or _below(parent, table) or str(started) in words
        ours = ours or (parent in table and str(started) in _command(parent))
        part = next((part for word, part in PARTS.items() if word in words), None)
        if ours and part:
            found[part] += seconds
    return found


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208


def _stat(pid: int) -> tuple[int, float] | None:
    """The parent, and the seconds; None where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / _TICK


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _below(parent: int, table: dict[int, tuple[int, float]]) -> bool:
    while parent in table:
        if parent == os.getpid():
            return True
        parent = table[parent][0]
    return False
