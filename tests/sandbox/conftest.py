"""The pair of processes, warmed once, for every scene in which checks meet a learner's code."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LIBRARIES = ROOT / "var/environments/base/site-packages"
INTERPRETER = "/usr/bin/python3"


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The variables with which INTERPRETER finds the learners' libraries and our code."""
    if not (LIBRARIES / "numpy").is_dir():
        pytest.skip(f"needs the base environment in {LIBRARIES}: run ./lms up once")
    names = {"PYTHONPATH": f"{LIBRARIES}:{ROOT}", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **names}


@dataclass(frozen=True)
class Judged:
    """What came of one job."""

    events: list[dict[str, Any]]

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    @property
    def ended(self) -> dict[str, Any]:
        return self.all("ChecksEnded")[0]

    @property
    def printed(self) -> str:
        printed: str = self.all("Learner")[0]["printed"]
        return printed

    def check(self, name: str) -> dict[str, Any]:
        return next(event for event in self.all("CheckDone") if event["name"] == name)

    @property
    def only(self) -> dict[str, Any]:
        (event,) = self.all("CheckDone")
        return event

    @property
    def outcomes(self) -> dict[str, str]:
        return {event["name"]: event["outcome"] for event in self.all("CheckDone")}


class Pair:
    def __init__(self, environment: dict[str, str]) -> None:
        command = [INTERPRETER, str(Path(__file__).with_name("pair.py")), "--jobs"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, env=environment, text=True, cwd=ROOT
        )

    def __call__(self, solution: str | dict[str, str], tests: str, **job: Any) -> Judged:
        files = solution if isinstance(solution, dict) else {"solution.py": dedent(solution)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(
            json.dumps({"files": files, "tests": dedent(tests), **job}), file=self._process.stdin, flush=True
        )
        return Judged(json.loads(self._process.stdout.readline()))

    def passes(self, solution: str | dict[str, str], tests: str) -> None:
        """Judge, and say what did not pass."""
        judged = self(solution, tests)
        wrong = [event for event in judged.all("CheckDone") if event["outcome"] != "passed"]
        assert not wrong, "\n".join(f"{e['name']}: {e['message']}\n{e['explanation']}" for e in wrong)
        assert judged.ended["ending"] == "finished", judged.ended["author_log"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture(scope="session")
def judge(environment: dict[str, str]) -> Iterator[Pair]:
    """Call it with a solution and tests; it gives what the supervisor would have been told."""
    pair = Pair(environment)
    yield pair
    pair.close()
