"""Run a solution against its tests, in two plain processes: no isolation, for authors and for our tests.

    PYTHONPATH=var/environments/base/site-packages:. /usr/bin/python3 tests/sandbox/pair.py \\
        solution.py tests.py [--data DIR] [--seed N] [--json]

`solution.py` may be a folder of files; then its `solution.py`, or else its first file, is the main one.
Prints one line per check (outcome, name, message, explanation) and then how the run ended. With `--json`
every event is one JSON line. The exit code is 0 where every check passed.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

import msgspec

from grading.sandbox import checks, learner
from grading.sandbox.wire import CheckDone, ChecksEnded, Drawn, Ending


def run_pair(
    files: dict[str, str],
    main: str,
    tests: str,
    emit: Callable[[object], None],
    *,
    data: Path | None = None,
    seed: int = 1,
) -> int:
    """Run and emit all events; returns the learner process's wait status."""
    names = sorted(entry.name for entry in data.iterdir()) if data else []
    here, there = socket.socketpair()
    with tempfile.TemporaryDirectory() as box, tempfile.TemporaryDirectory() as desk:
        child = os.fork()
        if child == 0:
            here.close()
            os.chdir(box)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            learner.serve(there, files, main, names, *([data.resolve()] if data else []))
            os._exit(0)
        there.close()
        before = Path.cwd()
        os.chdir(desk)
        checks.run(here, tests, seed, emit, bytearray(1), *([data.resolve()] if data else []))
        os.chdir(before)
        here.close()
        return os.waitpid(child, 0)[1]


def read_solution(path: Path) -> tuple[dict[str, str], str]:
    if path.is_file():
        return {"solution.py": path.read_text()}, "solution.py"
    files = {
        str(file.relative_to(path)): file.read_text() for file in sorted(path.rglob("*")) if file.is_file()
    }
    return files, "solution.py" if "solution.py" in files else next(iter(files))


OUT = sys.stdout  # the checks' own prints are taken away from it


def show(event: object) -> None:
    """One event for a person."""
    if isinstance(event, CheckDone):
        say(f"{event.outcome:8} {event.name}  ({event.duration_ms} ms)")
        for part in (event.message, event.explanation, event.traceback):
            if part:
                say("    " + part.replace("\n", "\n    "))
    elif isinstance(event, Drawn):
        say(f"figure   {event.width}×{event.height}: {event.text!r}")
    elif isinstance(event, ChecksEnded):
        say(f"ended    {event.ending}{' (the learner is gone)' if event.learner_gone else ''}")
        for part in (event.detail, event.author_log):
            if part:
                say("    " + part.replace("\n", "\n    "))


def say(line: str) -> None:
    print(line, file=OUT, flush=True)


def show_json(event: object) -> None:
    found = msgspec.to_builtins(event, builtin_types=(bytes,))
    found = {key: base64.b64encode(v).decode() if isinstance(v, bytes) else v for key, v in found.items()}
    say(json.dumps(found))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("solution", type=Path)
    parser.add_argument("tests", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    events: list[object] = []

    def emit(event: object) -> None:
        events.append(event)
        (show_json if options.json else show)(event)

    files, name = read_solution(options.solution)
    status = run_pair(files, name, options.tests.read_text(), emit, data=options.data, seed=options.seed)
    if options.json:
        say(json.dumps({"type": "learner", "status": status}))
    elif status:
        say(f"the learner's process ended with {os.waitstatus_to_exitcode(status)}")
    outcomes = [event.outcome for event in events if isinstance(event, CheckDone)]
    ended = [event.ending for event in events if isinstance(event, ChecksEnded)]
    return 0 if ended == [Ending.FINISHED] and set(outcomes) == {"passed"} else 1


if __name__ == "__main__":
    sys.exit(main())
