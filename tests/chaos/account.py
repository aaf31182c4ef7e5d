"""What the site owes after a round: each promise against its rows, and each row against what is known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from grading.queue import FAILURES_ALLOWED
from tests.chaos.learners import Learner, Sent
from tests.chaos.observer import MARKER, Observer
from tests.chaos.worlds import SANDBOX, World

GRADED = re.compile(r" graded .*submission=([0-9a-f-]{36})")
WAIT_FOR_ENDS_S = 10.0
OURS = "platform-error"


@dataclass
class Tally:
    """What the summary says of a world."""

    seed: int
    rounds: int = 0
    promised: int = 0
    rows: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    ours: int = 0  # submissions that were hit three times
    longest_wait: float = 0.0  # seconds from the answer of 303 to the verdict
    longest_drain: float = 0.0  # seconds from the last strike to an empty queue


def account(world: World, learners: list[Learner], observer: Observer, tally: Tally) -> list[str]:
    """What is not as it must be, one sentence each; the figures go into `tally`."""
    facts = world.facts()
    observer.look()
    sent = {one.marker: one for learner in learners for one in learner.sent}
    rows = defaultdict(list)
    for row in facts["rows"]:
        found = MARKER.findall(row["code"])
        rows[found[-1] if found else ""].append(row)
    _count(tally, facts["rows"], sent, observer)
    for learner in learners:
        tally.answers.update(learner.answers)
        learner.answers.clear()
    return [
        *(f"a row that nobody sent: {row}" for marker in rows.keys() - sent.keys() for row in rows[marker]),
        *(wrong for one in sent.values() for wrong in wrong_with(one, rows[one.marker])),
        *wrong_with_progress(facts),
        *(f"graded {n} times: {id_}" for id_, n in Counter(GRADED.findall(world.logs())).items() if n > 1),
        *observer.changed,
    ]


def _count(tally: Tally, rows: list[dict[str, Any]], sent: dict[str, Sent], observer: Observer) -> None:
    tally.rows = len(rows)
    tally.promised = sum(one.promised_at is not None for one in sent.values())
    tally.retries = sum(row["failures"] for row in rows)
    tally.ours = sum(row["verdict"] == OURS for row in rows)
    for id_, row in observer.ended.items():
        promised_at = sent[row.marker].promised_at if row.marker in sent else None
        if promised_at is not None:
            tally.longest_wait = max(tally.longest_wait, observer.ended_at[id_] - promised_at)


def wrong_with(sent: Sent, rows: list[dict[str, Any]]) -> Iterator[str]:
    who = f"{sent.marker} ({sent.scene.name})"
    if sent.promised_at is not None and not rows:
        yield f"{who} is lost"
    has_verdict = any(row["state"] == "done" for row in rows)  # whether it is right is seen below
    if len(rows) > sent.posts:
        yield f"{who} was sent {sent.posts} times, and there are {len(rows)} rows of it"
    for row in rows:
        if (row["learner"], row["exercise"]) != (sent.learner, sent.exercise.slug):
            yield f"{who} became somebody else's: {row}"
        if row["verdict"] == OURS and row["failures"] >= FAILURES_ALLOWED:
            continue
        if row["state"] == "superseded" and (has_verdict or row is not rows[-1]):
            continue  # sent again, as nobody had answered; or, with its verdict, given way to another text
        if row["verdict"] != sent.scene.verdict:
            yield f"{who} must be {sent.scene.verdict}, and is {row}"
        yield from (f"{who}: {wrong}, {row}" for wrong in _checks(row))


def _checks(row: dict[str, Any]) -> Iterator[str]:
    names = [name for name, _ in row["checks"]]
    passed = sum(outcome == "passed" for _, outcome in row["checks"])
    if len(names) != len(set(names)):
        yield "a check has two results"
    if row["checks_passed"] != passed or row["checks_total"] != len(names):
        yield f"its counts say {row['checks_passed']} of {row['checks_total']}"
    if row["verdict"] == "passed" and not passed == len(names) == len(row["expected"]):
        yield "it passed without all of its checks"


def wrong_with_progress(facts: dict[str, Any]) -> Iterator[str]:
    passed = sorted(
        {(row["learner"], row["exercise"]) for row in facts["rows"] if row["verdict"] == "passed"}
    )
    if [list(one) for one in passed] != facts["passes"]:
        yield f"passed by its rows: {passed}; noted: {facts['passes']}"
    if facts["counters"] != facts["recounted"]:
        yield f"counters {facts['counters']}, counted again {facts['recounted']}"


# --- What is left behind --------------------------------------------------------------------------


def strays(world: World) -> list[str]:
    """Processes of this world that belong to no part that runs, after a moment to end."""
    found = _strays(world)
    _, alive = psutil.wait_procs(found, WAIT_FOR_ENDS_S)
    return [f"a process is left behind: {_told(process)}" for process in alive]


def _strays(world: World) -> list[psutil.Process]:
    belongs = {psutil.Process().pid}
    for part in world.host.parts.values():
        if part.pid:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(part.pid)
                belongs |= {part.pid, *(child.pid for child in process.children(recursive=True))}
    return [
        process for process in psutil.process_iter() if process.pid not in belongs and _is_of(process, world)
    ]


def _is_of(process: psutil.Process, world: World) -> bool:
    with suppress(psutil.Error):
        return any(str(world.folder) in word for word in [*process.cmdline(), *process.environ().values()])
    return False


def _told(process: psutil.Process) -> str:
    try:
        return f"{process.pid}, child of {process.ppid()}: {' '.join(process.cmdline())[:150]}"
    except psutil.Error:
        return str(process)


def leftovers(world: World) -> list[str]:
    """What is there after everything was stopped, and should not be."""
    groups = [
        group
        for pid in world.host.parts[SANDBOX].pids
        for group in Path("/sys/fs/cgroup").glob(f"**/gradient-{pid}")
    ]
    socket = Path(world.environment["GRADIENT_SANDBOX_SOCKET"])
    left = [*groups, *([socket] if socket.exists() else [])]
    return [*strays(world), *(f"left behind: {one}" for one in left)]
