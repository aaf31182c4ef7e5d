"""Measures the whole site under learners at work: `./lms bench --load` (`--lite`: without servers).

How this works: a site of its own starts as `./lms up` runs it (`tests.bench.site`), on a real
PostgreSQL and a real Valkey. Learners sign in by its form and work in their browsers
(`tests.bench.crowd`), first one, then 10, 50, 200. Then its sandbox alone is kept busy, then the whole
site, with the same five checks; and the pages are looked at while half of that is sent. Everything
runs on this machine, the learners too. What is printed is the Markdown of `docs/speed.md`.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.bench.machine import measured_on
from tests.bench.site import Site, site

if TYPE_CHECKING:
    from tests.bench.browser import Verdict
    from tests.bench.crowd import Diary

LEVELS = ((1, 12.0), (10, 20.0), (50, 25.0), (200, 30.0))  # learners, and for how many seconds
BRIEF_LEVELS = ((1, 3.0), (10, 5.0))
BRIEF = 0.2  # of the seconds of everything else
ALONE_THINK_S = (0.1, 0.1, 0.2)  # the one learner thinks little, to be measured more often
SATURATING, SATURATED_S = 12, 15.0
PACED, PACED_S = 40, 15.0
SUPERVISOR_S = 8.0
PHASES = (
    "from the click to the row",
    "in the queue",
    "at the sandbox, until the first check",
    "its checks, until its last word",
    "stored, and until the browser has it",
)


@dataclass(frozen=True)
class Level:
    learners: int
    diary: Diary


@dataclass(frozen=True)
class Found:
    """All that a run of the scenario found."""

    site: str
    sign_ins: list[float]
    levels: list[Level]
    supervisor: float
    saturated: Diary
    processor: dict[str, float]  # seconds of each part for a submission of those
    paced: Diary
    paced_rate: float


def percentile(values: Sequence[float], percent: float) -> float:
    """By the nearest rank: a value that was measured."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def scenario(place: Site, *, brief: bool) -> Found:
    import django

    os.environ.clear()
    os.environ.update(place.environment, DJANGO_SETTINGS_MODULE="config.settings")
    django.setup()
    from tests.bench import rows
    from tests.bench.__main__ import graded, rate
    from tests.bench.crowd import THINK_S, at_pace, at_work, saturating, signed_in
    from tests.bench.processor import used

    places = rows.make_exercise()
    sizes, share = (BRIEF_LEVELS, BRIEF) if brief else (LEVELS, 1.0)
    emails = rows.make_learners(max(PACED, *(count for count, _ in sizes)))
    say(f"{len(emails)} learners sign in")
    learners, sign_ins = signed_in(place.address, places, emails)
    saturating(learners[:2], 3.0)  # the first ones find cold caches, and nobody waits for them
    levels = []
    for count, seconds in sizes:
        say(f"{count} at work for {seconds:g} s")
        think = ALONE_THINK_S if count == 1 else THINK_S
        levels.append(Level(count, at_work(learners[:count], seconds, think)))
    say("the sandbox alone, kept busy")
    supervisor = rate(lambda: graded(place.socket), share * SUPERVISOR_S, (os.cpu_count() or 1) + 1)
    say("the whole site, kept busy")
    before = used(place.folder)
    saturated = saturating(learners[:SATURATING], share * SATURATED_S)
    after, count = used(place.folder), max(1, len(saturated.verdicts))
    processor = {part: (after[part] - seconds) / count for part, seconds in before.items()}
    say("the whole site, at half of that")
    paced_rate = saturated.rate / 2
    paced = at_pace(learners[:PACED], share * PACED_S, paced_rate)
    return Found(rows.servers(), sign_ins, levels, supervisor, saturated, processor, paced, paced_rate)


# --- What is printed ----------------------------------------------------------------------------


def report(found: Found) -> str:
    errors: Counter[str] = sum((diary.errors for diary in _diaries(found)), start=Counter())
    parts = (_machine, _levels, _sustained, _phases, _shares)
    lines = [line for part in parts for line in (*part(found), "")]
    lines.append(f"Errors: {errors.total()}.")
    lines += [f"- {count} × {words}" for words, count in errors.most_common(10)]
    return "\n".join(lines)


def failed(found: Found) -> bool:
    return any(diary.errors for diary in _diaries(found))


def _diaries(found: Found) -> list[Diary]:
    return [*(level.diary for level in found.levels), found.saturated, found.paced]


def _machine(found: Found) -> list[str]:
    return [measured_on(found.site), "The learners' browsers ran on the same machine."]


def _levels(found: Found) -> list[str]:
    lines = ["| learners at work | p50 | p95 | p99 | verdicts | a second | in the answer to the click |"]
    lines.append("|---:|---:|---:|---:|---:|---:|---:|")
    for level in found.levels:
        lines.append(f"| {level.learners} | {_in_short(level.diary)} |")
    lines.append(f"| {SATURATING} without a pause | {_in_short(found.saturated)} |")
    return lines


def _in_short(diary: Diary) -> str:
    waits = [verdict.seconds for verdict in diary.verdicts]
    shown = [_ms(waits, percent) for percent in (50, 95, 99)]
    at_once = sum(not verdict.polls for verdict in diary.verdicts) / max(1, len(waits))
    return " | ".join([*shown, str(len(waits)), f"{diary.rate:.1f}", f"{at_once:.0%}"])


def _sustained(found: Found) -> list[str]:
    pages = found.paced.pages
    waits = [verdict.seconds for verdict in found.paced.verdicts]
    return [
        "| | |",
        "|---|---:|",
        f"| graded submissions, sustained, through the whole site | {found.saturated.rate:.1f} a second |",
        f"| runs of the same checks, sustained, by the sandbox alone | {found.supervisor:.1f} a second |",
        f"| of the sandbox's rate | {found.saturated.rate / found.supervisor:.0%} |",
        f"| at {found.paced_rate:.1f} submissions a second: the lesson, p95 | {_ms(pages['lesson'], 95)} |",
        f"| the exercise, p95 | {_ms(pages['exercise'], 95)} |",
        f"| from the click to the verdict, p50 and p95 | {_ms(waits, 50)}, {_ms(waits, 95)} |",
        "| signing in, four at a time, p50 (a password's hash is meant to be slow) "
        f"| {_ms(found.sign_ins, 50)} |",
    ]


def _phases(found: Found) -> list[str]:
    columns = {f"{level.learners}": level.diary for level in found.levels}
    columns[f"{SATURATING} without a pause"] = found.saturated
    taken = {name: phases_of(diary.verdicts) for name, diary in columns.items()}
    lines = [f"| where the time goes, median of | {' | '.join(taken)} |", f"|---|{'---:|' * len(taken)}"]
    for number, name in enumerate(PHASES):
        cells = [_ms([steps[number] for steps in of_level], 50) for of_level in taken.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _shares(found: Found) -> list[str]:
    shares = sorted(found.processor.items(), key=lambda share: -share[1])
    lines = ["| processor time for each submission, site kept busy | |", "|---|---:|"]
    lines += [f"| {part} | {seconds * 1000:.0f} ms |" for part, seconds in shares if seconds]
    return [*lines, f"| together | {sum(found.processor.values()) * 1000:.0f} ms |"]


def phases_of(verdicts: Sequence[Verdict]) -> list[list[float]]:
    """For each verdict the seconds of PHASES."""
    from tests.bench.rows import steps_of

    steps = steps_of(verdict.submission for verdict in verdicts)
    found = []
    for verdict in verdicts:
        if verdict.submission in steps:
            times = [verdict.clicked_at, *steps[verdict.submission], verdict.seen_at]
            found.append([after - before for before, after in pairwise(times)])
    return found


def _ms(values: Sequence[float], percent: float) -> str:
    return f"{percentile(values, percent) * 1000:,.0f} ms" if values else "–"


_began = time.monotonic()


def say(words: str) -> None:
    print(f"  {time.monotonic() - _began:6.1f} s  {words}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lite", action="store_true", help="SQLite and the broker of files")
    parser.add_argument("--brief", action="store_true", help="some seconds, to try the scenario itself")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its servers end with it
    say("a site of its own starts")
    try:
        with site(lite=options.lite) as place:
            found = scenario(place, brief=options.brief)
            say("done")
            print(f"\n{report(found)}")
    except KeyboardInterrupt:
        sys.exit("\nstopped")
    sys.exit(1 if failed(found) else 0)


if __name__ == "__main__":
    main()
