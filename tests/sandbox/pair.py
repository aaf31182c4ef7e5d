"""Run a solution against its tests, in two plain processes: no isolation, for authors and for our tests.

    PYTHONPATH=var/environments/base/site-packages:. /usr/bin/python3 tests/sandbox/pair.py \\
        solution.py tests.py [--data DIR] [--seed N]

`solution.py` may be a folder of files; then its `solution.py`, or else its first file, is the main one.
Prints one line per check (outcome, name, message, explanation), what the code printed, and how the run
ended. The exit code is 0 where every check passed. `--jobs` is for our tests: a JSON job per line of the
standard input (`files`, `tests`, `seed`, `data`), a JSON list of events per line of the output.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

import msgspec

from grading.sandbox import checks, learner
from grading.sandbox.wire import CheckDone, ChecksEnded, Drawn, Ending

JOB_SECONDS = 30


def run_pair(
    files: dict[str, str],
    tests: str,
    emit: Callable[[object], None],
    output: BinaryIO,
    *,
    data: Path | None = None,
    seed: int = 1,
) -> int:
    """Run and emit all events; returns how the learner's process ended. Leaves this process elsewhere."""
    main = "solution.py" if "solution.py" in files else next(iter(files), "solution.py")
    names = sorted(entry.name for entry in data.iterdir()) if data else []
    folder = [data.resolve()] if data else []
    here, there = socket.socketpair()
    with tempfile.TemporaryDirectory() as box, tempfile.TemporaryDirectory() as desk:
        child = os.fork()
        if child == 0:
            here.close()
            os.chdir(box)
            for target, source in enumerate(
                (os.open(os.devnull, os.O_RDONLY), output.fileno(), output.fileno())
            ):
                os.dup2(source, target)
            learner.serve(there, files, main, names, *folder)
            os._exit(0)
        there.close()
        os.chdir(desk)
        checks.run(here, tests, seed, emit, bytearray(1), *folder)
        os.chdir("/")
        here.close()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def read_solution(path: Path) -> dict[str, str]:
    if path.is_file():
        return {"solution.py": path.read_text()}
    found = sorted(file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_text() for file in found}


def show(event: object) -> list[str]:
    """One event for a person."""
    if isinstance(event, CheckDone):
        head = f"{event.outcome:8} {event.name}  ({event.duration_ms} ms)"
        parts = [event.message, event.explanation, event.traceback]
    elif isinstance(event, Drawn):
        head, parts = f"figure   {event.width}×{event.height}", [event.text]
    elif isinstance(event, ChecksEnded):
        gone = " (the learner's process is gone)" if event.learner_gone else ""
        head, parts = f"ended    {event.ending}{gone}", [event.detail, event.author_log]
    else:
        return []
    return [head, *("    " + line for part in parts if part for line in part.splitlines())]


def for_a_person(options: argparse.Namespace) -> int:
    out = sys.stdout  # the checks' own prints are taken away from it
    events: list[object] = []

    def emit(event: object) -> None:
        events.append(event)
        for line in show(event):
            print(line, file=out, flush=True)

    tests, data = options.tests.read_text(), options.data.resolve() if options.data else None
    with tempfile.TemporaryFile() as output:
        code = run_pair(read_solution(options.solution), tests, emit, output, data=data, seed=options.seed)
        output.seek(0)
        printed = output.read().decode("utf-8", "replace")
    if printed:
        print("printed", *printed.splitlines(), sep="\n    ")
    if code:
        print(f"the learner's process ended with {code}")
    outcomes = {event.outcome for event in events if isinstance(event, CheckDone)}
    ended = [event.ending for event in events if isinstance(event, ChecksEnded)]
    return 0 if ended == [Ending.FINISHED] and outcomes == {"passed"} else 1


def serve_jobs() -> int:
    """Each job in a process of its own, forked from one that has everything imported."""
    checks.warm_up()
    learner.warm_up()
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.alarm(JOB_SECONDS)
            print(json.dumps(events_of(job)), file=sys.__stdout__, flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            print(json.dumps([{"type": "Hung"}]), flush=True)
    return 0


def events_of(job: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[object] = []
    with tempfile.TemporaryFile() as output:
        data = Path(job["data"]) if job.get("data") else None
        code = run_pair(job["files"], job["tests"], events.append, output, data=data, seed=job.get("seed", 1))
        output.seek(0)
        printed = output.read().decode("utf-8", "replace")
    found: list[dict[str, Any]] = [msgspec.to_builtins(event) for event in events]
    return [*found, {"type": "Learner", "code": code, "printed": printed}]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("solution", type=Path, nargs="?")
    parser.add_argument("tests", type=Path, nargs="?")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", action="store_true")
    options = parser.parse_args()
    if options.jobs:
        return serve_jobs()
    if options.tests is None:
        parser.error("name the solution and its tests")
    return for_a_person(options)


if __name__ == "__main__":
    sys.exit(main())
