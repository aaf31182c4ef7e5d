"""What `./lms test` runs: every test once, in shards, with one summary at the end.

Without words: all shards. The quick one comes first, alone and on both cores. The others wait more than they
work, so they run in two lanes side by side, one shard after another in each; what a shard prints comes whole,
when it ends. Docker's engine is one at a time, so all that need it are in one lane.
With words (`-m hostile`, a path, `-k name`): one pytest run with those.
What was skipped, and why, is said at the end; where CI is set, a skip for something that could have
been installed is a failure (see `tests/conftest.py`).

A few failures are tried once more, alone, when all is over: a shared machine can be busy at the wrong moment.
What passes then is named at the end as unsteady, which is a fault to be mended.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var") / "test-results"
SOME_FAILED, INTERRUPTED, NOTHING_COLLECTED = 1, 2, 5
FEW = 5
SIDE_BY_SIDE = ("--numprocesses=2", "--dist=loadfile")


@dataclass(frozen=True)
class Shard:
    """One run of pytest, with `words` that choose its tests."""

    name: str
    words: tuple[str, ...]
    servers: bool = False  # beside a real PostgreSQL and a real Valkey
    again: bool = True  # a few failures are worth a second try: not where one fixture is all the work

    @property
    def place(self) -> str:
        """Where its results are, but for what the name ends with."""
        return str(RESULTS / re.sub(r"[^\w]+", "-", self.name)[:60])

    @property
    def results(self) -> Path:
        return Path(f"{self.place}.xml")

    @property
    def log(self) -> Path:
        return Path(f"{self.place}.log")


@dataclass(frozen=True)
class Ran:
    shard: Shard
    code: int
    seconds: float
    counts: Counter[str]
    skips: Counter[str]  # reason → how many
    failures: tuple[str, ...]
    passed_alone: bool = False

    @property
    def failed(self) -> bool:
        return self.code not in (0, NOTHING_COLLECTED) and not self.passed_alone


NEEDY = "hostile or guest or browser or container"  # each in a shard of its own
QUICK = Shard(
    "quick",
    (
        "-m",
        f"not ({NEEDY} or postgres or valkey or chaos or bench or slow)",
        *SIDE_BY_SIDE,
    ),
)
LANES = (
    (
        Shard("hostile", ("-m", "hostile and not container")),
        Shard(
            "slow and chaos",
            ("-m", f"(slow or chaos) and not ({NEEDY} or postgres or valkey or bench)"),
        ),
    ),
    (
        Shard("guest with control groups of version 2", ("-m", "guest"), again=False),
        Shard("hostile, in its container", ("-m", "hostile and container")),
        Shard("containers", ("-m", "container and not (hostile or compose)")),
        Shard("compose", ("-m", "compose")),
        Shard(
            "rows and queue, on PostgreSQL and Valkey",
            (
                "--database-tests",
                "-m",
                f"not ({NEEDY} or chaos or bench or slow)",
            ),
            servers=True,
        ),
        Shard("browser", ("-m", "browser and not hostile")),
    ),
)
_speaks = threading.Lock()


def run(shard: Shard, *more: str, title: str = "", live: bool = True) -> Ran:
    """Run it; what it prints comes as it goes, or else whole at its end."""
    shard.results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={shard.results}", *shard.words, *more]
    command += ["-o", f"cache_dir={shard.place}.cache"]  # what failed in another shard is not its own
    if shard.servers:
        command = [sys.executable, "-m", "tests.servers", "--postgres", "--valkey", "--", *command]
    # One seed for all processes of a run: they must agree on the order of a set in a test's name.
    environment = {"PYTHONHASHSEED": str(random.randrange(2**32))} | os.environ
    # Each pytest that starts shuts the folder of all others to other users, whom some tests let in.
    folder = Path(tempfile.mkdtemp(prefix="lms-", dir="/tmp"))  # a socket's path has at most 107 characters
    folder.chmod(0o755)
    environment["PYTEST_DEBUG_TEMPROOT"] = str(folder)
    began = time.monotonic()
    if live:
        say_head(title or shard.name)
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    else:
        with shard.log.open("wb") as log:
            code = subprocess.run(
                command, cwd=ROOT, env=environment, check=False, stdout=log, stderr=log
            ).returncode
        with _speaks:
            say_head(shard.name)
            print(shard.log.read_text(errors="replace"), end="", flush=True)
    if not code:  # else it is worth a look
        shutil.rmtree(folder, ignore_errors=True)
    return Ran(shard, code, time.monotonic() - began, *read(shard.results))


def run_lane(lane: Sequence[Shard]) -> list[Ran]:
    """One after another; Ctrl-C, which every pytest hears, ends the lane."""
    ran: list[Ran] = []
    for shard in lane:
        ran.append(run(shard, live=False))
        if ran[-1].code == INTERRUPTED:
            break
    return ran


def try_again(one: Ran) -> Ran:
    """Run its failures once more, alone, where they are few."""
    few = 0 < len(one.failures) <= FEW
    if not (one.code == SOME_FAILED and few and one.shard.again):
        return one
    title = f"{one.shard.name}: {len(one.failures)} once more, alone"
    again = run(one.shard, "--last-failed", title=title)
    return replace(one, seconds=one.seconds + again.seconds, passed_alone=again.code == 0)


def read(results: Path) -> tuple[Counter[str], Counter[str], tuple[str, ...]]:
    """How many tests ended in which way, why some were skipped, and the names of those that failed."""
    counts: Counter[str] = Counter()
    skips: Counter[str] = Counter()
    failures: list[str] = []
    for case in ElementTree.parse(results).iter("testcase") if results.is_file() else ():
        ends = {child.tag for child in case} & {"failure", "error", "skipped"}
        counts[min(ends, default="passed")] += 1
        if ends & {"failure", "error"}:
            failures.append(f"{case.get('classname')}::{case.get('name')}")
        for skipped in case.iter("skipped"):
            skips[skipped.get("message") or "no reason given"] += 1
    return counts, skips, tuple(failures)


def say_head(title: str) -> None:
    print(f"\n━━ {title} " + "━" * (80 - len(title)), flush=True)


def summarise(ran: list[Ran], seconds: float) -> None:
    say_head("summary")
    for one in ran:
        counts = ", ".join(f"{number} {end}" for end, number in sorted(one.counts.items())) or "nothing ran"
        print(f"  {'FAILED' if one.failed else 'ok':<7} {one.shard.name:<42} {one.seconds:5.0f} s  {counts}")
    print(f"  {'':<7} {'in all':<42} {seconds:5.0f} s")
    for one in ran:
        for name in one.failures if one.passed_alone else ():
            print(f"  UNSTEADY  {name}: failed, and passed alone")
    skips = sum((one.skips for one in ran), Counter())
    if skips:
        print("\n  SKIPPED on this machine:")
    for reason, number in skips.most_common():
        print(f"    {number:>4} × {reason}")


def main(words: list[str]) -> int:
    RESULTS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    if words:
        servers = any("postgres" in word or "valkey" in word for word in words)
        ran = [run(Shard(" ".join(words), tuple(words), servers))]
    else:
        ran = [run(QUICK)]
        # A first PostgreSQL makes a user for itself: not while the hostile suite watches over /etc.
        subprocess.run(
            [sys.executable, "-m", "tests.servers", "--postgres", "--", "true"], cwd=ROOT, check=False
        )
        with ThreadPoolExecutor(len(LANES)) as lanes:
            ran += [one for lane in lanes.map(run_lane, LANES) for one in lane]
    ran = [try_again(one) for one in ran]
    summarise(ran, time.monotonic() - began)
    return int(any(one.failed for one in ran))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
