"""What `./lms test` runs: every test once, in shards, with one summary at the end.

Without words: all shards. With words (`-m hostile`, a path, `-k name`): one pytest run with those.
What was skipped, and why, is said at the end; where CI is set, a skip for something that could have
been installed is a failure (see `tests/conftest.py`).

A few failures are tried once more, alone: a shared machine can be busy at the wrong moment. What passes
then is named at the end as unsteady, which is a fault to be mended.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var") / "test-results"
SOME_FAILED, NOTHING_COLLECTED = 1, 5
FEW = 5
SIDE_BY_SIDE = ("--numprocesses=2", "--dist=loadfile")


@dataclass(frozen=True)
class Shard:
    """One run of pytest, with `words` that choose its tests."""

    name: str
    words: tuple[str, ...]
    servers: bool = False  # beside a real PostgreSQL and a real Valkey


@dataclass(frozen=True)
class Ran:
    shard: Shard
    failed: bool
    seconds: float
    counts: Counter[str]
    skips: Counter[str]  # reason → how many
    unsteady: tuple[str, ...] = ()  # failed, and passed alone


NEEDY = "hostile or guest or browser or container"  # each in a shard of its own
SHARDS = [
    Shard(
        "quick",
        (
            "-m",
            f"not ({NEEDY} or postgres or valkey or chaos or bench or slow)",
            *SIDE_BY_SIDE,
        ),
    ),
    Shard(
        "rows and queue, on PostgreSQL and Valkey",
        (
            "--database-tests",
            "-m",
            f"not ({NEEDY} or chaos or bench or slow)",
        ),
        servers=True,
    ),
    Shard("hostile", ("-m", "hostile and not container")),
    Shard("hostile, in its container", ("-m", "hostile and container")),
    Shard("containers", ("-m", "container and not (hostile or compose)")),
    Shard("compose", ("-m", "compose")),
    Shard("guest with control groups of version 2", ("-m", "guest")),
    Shard(
        "slow and chaos",
        ("-m", f"(slow or chaos) and not ({NEEDY} or postgres or valkey or bench)"),
    ),
    Shard("browser", ("-m", "browser and not hostile")),
]


def run(shard: Shard, position: int) -> Ran:
    print(f"\n━━ {shard.name} " + "━" * (80 - len(shard.name)), flush=True)
    results = RESULTS / f"{position}.xml"
    results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={results}", *shard.words]
    if shard.servers:
        command = [sys.executable, "-m", "tests.servers", "--postgres", "--valkey", "--", *command]
    # One seed for all processes of a run: they must agree on the order of a set in a test's name.
    environment = {"PYTHONHASHSEED": str(random.randrange(2**32))} | os.environ
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    counts, skips = read(results)
    failures = failed_in(results)
    if code == SOME_FAILED and 0 < len(failures) <= FEW:
        print(f"\n━━ {shard.name}: {len(failures)} once more, alone", flush=True)
        code = subprocess.run([*command, "--last-failed"], cwd=ROOT, env=environment, check=False).returncode
    failed = code not in (0, NOTHING_COLLECTED)
    return Ran(shard, failed, time.monotonic() - began, counts, skips, () if failed else failures)


def failed_in(results: Path) -> tuple[str, ...]:
    """The names of the tests that failed."""
    if not results.is_file():
        return ()
    cases = ElementTree.parse(results).iter("testcase")
    return tuple(
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if {child.tag for child in case} & {"failure", "error"}
    )


def read(results: Path) -> tuple[Counter[str], Counter[str]]:
    """How many tests ended in which way, and why some were skipped."""
    counts: Counter[str] = Counter()
    skips: Counter[str] = Counter()
    if not results.is_file():
        return counts, skips
    for case in ElementTree.parse(results).iter("testcase"):
        ends = {child.tag for child in case} & {"failure", "error", "skipped"}
        counts[min(ends, default="passed")] += 1
        for skipped in case.iter("skipped"):
            skips[skipped.get("message") or "no reason given"] += 1
    return counts, skips


def summarise(ran: list[Ran]) -> None:
    print("\n━━ summary " + "━" * 73)
    for one in ran:
        counts = ", ".join(f"{number} {end}" for end, number in sorted(one.counts.items())) or "nothing ran"
        print(f"  {'FAILED' if one.failed else 'ok':<7} {one.shard.name:<42} {one.seconds:5.0f} s  {counts}")
    skips = sum((one.skips for one in ran), Counter())
    for one in ran:
        for name in one.unsteady:
            print(f"  UNSTEADY  {name}: failed, and passed alone")
    if skips:
        print("\n  SKIPPED on this machine:")
    for reason, number in skips.most_common():
        print(f"    {number:>4} × {reason}")


def main(words: list[str]) -> int:
    RESULTS.mkdir(parents=True, exist_ok=True)
    shards = SHARDS
    if words:
        servers = any("postgres" in word or "valkey" in word for word in words)
        shards = [Shard(" ".join(words), tuple(words), servers)]
    ran = [run(shard, position) for position, shard in enumerate(shards)]
    summarise(ran)
    return int(any(one.failed for one in ran))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
