"""The blocks of a lesson that run: Python fences, from the top, in one namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from course.content.fences import Fence, fences

SECONDS = 20
LIMITS: Mapping[str, int] = {"cpu_s": SECONDS, "wall_s": SECONDS, "memory_mb": 1024}


def run_blocks(body: str) -> list[Fence]:
    """The fences of a lesson's text that are executed, in their order: block 1, block 2, …"""
    return [fence for fence in fences(body) if fence.runs]


def data_of(blocks: Iterable[Fence], data_files: Mapping[str, str]) -> list[str]:
    """The data sets whose names stand in the blocks. `data_files`: path below data/ → SHA-256."""
    sets = sorted({path.partition("/")[0] for path in data_files})
    codes = [block.code for block in blocks]
    return [name for name in sets if any(name in code for code in codes)]
