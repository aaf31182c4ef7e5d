"""The memory that a run will write to, copied before its job comes.

How this works: a fork shares every page with its zygote, and the kernel copies a page when it is first
written, one fault at a time. In Python merely looking at an object writes to it, so a small run pays for
thousands of faults, more than its own work costs. Which pages they are hardly changes from run to run:
`touched` finds them in children that have just rehearsed one, and `bring` has the kernel copy them, and map
the code that will be executed, in a spare that still waits. Where the kernel is too old for that
(`MADV_POPULATE_WRITE`, Linux 5.14), runs fault as they go.
"""

from __future__ import annotations

import array
import ctypes
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PRESENT, _FILE, _EXCLUSIVE = 1 << 63, 1 << 61, 1 << 56
_MADV_POPULATE_READ, _MADV_POPULATE_WRITE = 22, 23
_NEIGHBOURS = 16  # pages of a file that are mapped with the one asked for: as many as a fault would map

_libc = ctypes.PyDLL(None, use_errno=True)
_libc.madvise.argtypes = (ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int)

Range = tuple[int, int]  # first byte, length in bytes


@dataclass(frozen=True)
class Touched:
    """Page numbers: private pages that were written to, and pages of files."""

    written: list[int]
    read: list[int]


@dataclass(frozen=True)
class Pages:
    """`written`: private pages, to copy. `read`: pages of files, to map."""

    written: tuple[Range, ...] = ()
    read: tuple[Range, ...] = ()


def touched() -> Touched:
    """What this process has written to since its fork, and the code it has used, by page number."""
    written: list[int] = []
    read: list[int] = []
    with open("/proc/self/pagemap", "rb", buffering=0) as pagemap:
        for low, high, writable in list(_mappings()):
            entries = array.array("Q", os.pread(pagemap.fileno(), (high - low) * 8, low * 8))
            for page, entry in enumerate(entries, low):
                if writable and entry & _PRESENT and entry & _EXCLUSIVE and not entry & _FILE:
                    written.append(page)
                elif not writable and entry & _PRESENT and entry & _FILE:
                    read.append(page)
    return Touched(written, read)


def most_touched(runs: list[Touched], most_bytes: int) -> Pages:
    """The pages that most of the runs wrote to, so many bytes of them, and all the code that one used."""
    times = Counter(page for run in runs for page in run.written)
    often = [page for page, _ in times.most_common(most_bytes // _PAGE)]
    code = {page for run in runs for page in run.read}
    return Pages(tuple(_ranges(sorted(often), 0)), tuple(_ranges(sorted(code), _NEIGHBOURS)))


def bring(pages: Pages) -> None:
    """Copy and map them. What this process does not have, or the kernel cannot do, is left to faults."""
    for start, length in pages.written:
        _libc.madvise(start, length, _MADV_POPULATE_WRITE)
    for start, length in pages.read:
        _libc.madvise(start, length, _MADV_POPULATE_READ)


def _mappings() -> Iterator[tuple[int, int, bool]]:
    """First page, the page after the last, and whether it may be written, of each private mapping."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        for line in maps:
            place, rights, *_ = line.split(maxsplit=2)
            low, high = (int(number, 16) // _PAGE for number in place.split("-"))
            if rights.endswith("p") and rights.startswith("r") and high < 1 << 51:
                yield low, high, "w" in rights


def _ranges(pages: Iterable[int], gap: int) -> Iterator[Range]:
    """Runs of pages; those that are at most `gap` apart are one."""
    start = end = -1
    for page in pages:
        if start >= 0 and page - end > gap:
            yield start * _PAGE, (end - start) * _PAGE
            start = page
        elif start < 0:
            start = page
        end = page + 1
    if start >= 0:
        yield start * _PAGE, (end - start) * _PAGE
