"""Our pytest plugin: the fixtures of a check, and its results as messages to the supervisor."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from _pytest.reports import TestReport
from _pytest.runner import runtestprotocol

from grading.sandbox.judging.differences import first_difference
from grading.sandbox.judging.reports import PASSED, SKIPPED, Finding, finding_of
from grading.sandbox.judging.side import ChecksSide
from grading.sandbox.judging.solution import Solution
from grading.sandbox.text import clean
from grading.sandbox.wire import Check, CheckDone, CheckStarted, Collected

MAX_CHECKS = 500
NAME_LIMIT = 200
TITLE_LIMIT = 300
_NAME = pytest.StashKey[str]()


@dataclass(frozen=True)
class Setting:
    """What one run of the checks works with. `tests` is the file, `data` the folder of the data sets."""

    side: ChecksSide
    tests: Path
    seed: int
    emit: Callable[[object], None]
    data: Path


class ChecksPlugin:
    """Give it its `setting` before the session runs.

    `faults` is what the exercise's author did wrong; a run with faults is no verdict on the learner.
    """

    setting: Setting

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._findings: list[Finding] = []
        self._received = 0

    # fixtures

    @pytest.fixture(scope="session")
    def solution(self) -> Solution:
        """The learner's module, in its own process."""
        return Solution(self.setting.side)

    @pytest.fixture(scope="session")
    def seed(self) -> int:
        """The seed of this run: stored with the submission, and used again by a regrade."""
        return self.setting.seed

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> Any:
        """Random numbers from the run's seed, apart for each check."""
        return import_module("numpy").random.default_rng(
            [self.setting.seed, crc32(_name(request.node).encode())]
        )

    @pytest.fixture(scope="session")
    def data(self) -> Path:
        """The folder of the exercise's data sets."""
        return self.setting.data

    @pytest.fixture
    def tmp_path(self) -> Path:
        """A new folder of the checks' own."""
        return Path(tempfile.mkdtemp(dir=self.setting.tests.parent))

    # collection

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "hidden: the learner sees the author's message only")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.faults.append(str(report.longrepr))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        _give_names(session.items)
        checks = [Check(name=_name(item), title=_title(item), hidden=_hidden(item)) for item in session.items]
        if not checks and not self.faults:
            self.faults.append("tests.py holds no checks")
        if len(checks) > MAX_CHECKS:
            self.faults.append(f"tests.py makes {len(checks)} checks; at most {MAX_CHECKS} are run")
        self.setting.emit(Collected(checks=checks[:MAX_CHECKS]))
        if self.faults:
            session.items.clear()

    # one check

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        side, emit = self.setting.side, self.setting.emit
        name = _name(item)
        if self.faults or side.over is not None:
            emit(SKIPPED.done(name, 0, hidden=_hidden(item)))
            return True
        emit(CheckStarted(name=name))
        side.begin_check()
        self._findings = []
        self._received = side.received
        started = time.perf_counter()
        runtestprotocol(item, log=False, nextitem=nextitem)
        emit(self._done(item, name, round((time.perf_counter() - started) * 1000)))
        return True

    def _done(self, item: pytest.Item, name: str, duration_ms: int) -> CheckDone:
        finding = self._findings[0] if self._findings else PASSED
        side = self.setting.side
        if side.over is not None:
            finding = SKIPPED
        elif side.fault is not None:
            finding = Finding("skipped", fault=str(side.fault))
        if finding.fault:
            self.faults.append(f"{name}: {finding.fault}")
        return finding.done(name, duration_ms, hidden=_hidden(item))

    @pytest.hookimpl(tryfirst=True)
    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        return first_difference(left, right) if op == "==" else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> TestReport:
        if call.excinfo is not None:
            received = self.setting.side.received > self._received
            tests = self.setting.tests
            finding = finding_of(call.excinfo.value, tests, received=received, hidden=_hidden(item))
            self._findings.append(finding)
        outcome = "passed" if call.excinfo is None else "failed"
        return TestReport(item.nodeid, item.location, {}, outcome, None, call.when)  # type: ignore[arg-type]


def _give_names(items: list[pytest.Item]) -> None:
    """A check's name is its function's, below its class's, with the id of its parameters; no two alike."""
    taken: set[str] = set()
    for item in items:
        name = clean(item.nodeid.partition("::")[2], NAME_LIMIT)
        for number in range(2, len(items) + 2):
            if name not in taken:
                break
            name = f"{name[: NAME_LIMIT - 10]}…{number}"
        taken.add(name)
        item.stash[_NAME] = name


def _name(item: pytest.Item) -> str:
    return item.stash[_NAME]


def _title(item: pytest.Item) -> str:
    """The first line of its docstring; its name in words where it has none."""
    text: str = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    first = text.partition("\n")[0].strip()
    return clean(first or item.name.removeprefix("test_").replace("_", " "), TITLE_LIMIT)


def _hidden(item: pytest.Item) -> bool:
    return item.get_closest_marker("hidden") is not None
