"""What the suite says at its end: how many cases of which section ran in which shape, and what did not."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from typing import Any

import pytest

_CASE = re.compile(r"test_hostile\.py::test_a_submission_ends_as_its_folder_says\[(\w+)-(honest-)?(\S+)\]$")
_SECTIONS = ("R", "O", "M", "C", "E", "N", "G", "P", "honest")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    ran: Counter[tuple[str, str]] = Counter()
    failed: Counter[str] = Counter()
    not_run: list[str] = []
    waits: dict[str, list[tuple[float, str]]] = {}
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            match = _CASE.search(report.nodeid)
            if match is None:
                continue
            shape, honest, name = match[1], match[2], match[3]
            ran[shape, "honest" if honest else name[0]] += outcome in ("passed", "failed")
            failed[shape] += outcome in ("failed", "error")
            if outcome == "skipped":
                not_run.append(f"{shape} {name}: {_reason(report)}")
            for key, value in report.user_properties:
                if key == "neighbour":
                    waits.setdefault(shape, []).extend((wait, name) for wait in value)
    if ran:
        _say(terminalreporter, ran, failed, not_run, waits)


def _say(
    to: Any,
    ran: Counter[tuple[str, str]],
    failed: Counter[str],
    not_run: list[str],
    waits: dict[str, list[tuple[float, str]]],
) -> None:
    to.section("the hostile corpus")
    to.write_line(" " * 14 + "".join(f"{section:>7}" for section in (*_SECTIONS, "all", "failed")))
    for shape in sorted({shape for shape, _ in ran}):
        counts = [ran[shape, section] for section in _SECTIONS]
        to.write_line(f"{shape:<14}" + "".join(f"{n:>7}" for n in (*counts, sum(counts), failed[shape])))
    for line in not_run:
        to.write_line(f"not run: {line}")
    for shape, measured in sorted(waits.items()):
        ratios = [ratio for ratio, _ in measured]
        worst, case = max(measured)
        over = sum(ratio > 2 for ratio in ratios)
        to.write_line(
            f"{shape}: beside a hostile run an honest one takes {statistics.median(ratios):.1f} times as "
            f"long as alone; of {len(ratios)}, {over} over twice, at worst {worst:.1f} times ({case})"
        )


def _reason(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")
