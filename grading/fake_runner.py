"""A stand-in for the sandbox that runs code in this very process: for unit tests, and trusted code.

It keeps the runner's contract for plain Python: checks are the `test_` functions of the tests, and
may take `solution` and `seed` only; of what is printed it sees what `print` prints. It protects nothing.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from grading.runner import Event, Report, RunnerUnavailable, report_of
from grading.sandbox.live import EVERY_S
from grading.sandbox.wire import (
    Check,
    CheckDone,
    CheckStarted,
    Collected,
    Ending,
    Figures,
    Finished,
    Health,
    Job,
    Limits,
    MeasuredBy,
    Printed,
    Stream,
)
from grading.verdict import Outcome

DIGEST = "fake"


class FakeRunner:
    """`unavailable` is what every call raises, where it is set on the class or the instance."""

    unavailable: RunnerUnavailable | None = None

    def run(self, job: Job, on_event: Callable[[Event], None]) -> Report:
        if self.unavailable:
            raise self.unavailable
        if job.environment != "base":
            raise RunnerUnavailable(f"The environment {job.environment} is not installed.", permanent=True)
        stopwatch, printed = Stopwatch(job.limits), Printing(Stream.STDOUT, on_event)
        try:
            code = ast.parse(next(iter(job.files.values())))
            solution = SimpleNamespace(**_executed(code, printed.names))
        except SyntaxError as error:
            return _ended(Ending.DOES_NOT_COMPILE, stopwatch, f"line {error.lineno}: {error.msg}")
        except Exception as error:  # noqa: BLE001 - whatever the code raises is its ending, not ours
            return _ended(Ending.CRASHED, stopwatch, f"{type(error).__name__}: {error}")
        tests = ast.parse(job.tests)
        checks = _checks_of(tests)
        on_event(Collected(checks))
        functions = _executed(tests)
        results = []
        for check in checks:
            stopwatch.first_check()
            on_event(CheckStarted(check.name))
            results.append(_run_check(check, functions[check.name], {"solution": solution, "seed": job.seed}))
            on_event(results[-1])
        scratch = _tried_out(job.scratch, solution, on_event)
        report = _ended(Ending.FINISHED, stopwatch, checks=checks, results=results)
        return replace(report, stdout=printed.getvalue(), scratch=scratch)

    def health(self) -> Health:
        if self.unavailable:
            raise self.unavailable
        return Health(ready=True, reason="", protections=[], environments={"base": DIGEST}, shape="fake")


class Printing(io.StringIO):
    """What code prints: kept, and told while the run goes on, where it takes its time."""

    def __init__(self, stream: Stream, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._stream, self._on_event = stream, on_event
        self._told, self._told_at = 0, time.monotonic()

    @property
    def names(self) -> dict[str, Any]:
        """What code must see for its prints to end up here."""
        return {"print": partial(print, file=self)}

    def write(self, text: str) -> int:
        count = super().write(text)
        if time.monotonic() - self._told_at >= EVERY_S:
            untold = self.getvalue()[self._told :]
            self._told, self._told_at = self._told + len(untold), time.monotonic()
            self._on_event(Printed(self._stream, untold))
        return count


class Stopwatch:
    """What can be told of a run from within its process: how long it took."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._began, self._cpu_began = time.monotonic(), time.process_time()
        self._first_check_ms: int | None = None

    def first_check(self) -> None:
        if self._first_check_ms is None:
            self._first_check_ms = _ms_since(self._began, time.monotonic())

    def figures(self) -> Figures:
        return Figures(
            measured_by=MeasuredBy.ITSELF,
            limits=self._limits,
            cpu_ms=_ms_since(self._cpu_began, time.process_time()),
            wall_ms=_ms_since(self._began, time.monotonic()),
            first_check_ms=self._first_check_ms,
        )


def _ms_since(began: float, now: float) -> int:
    return round((now - began) * 1000)


def _executed(source: ast.Module, names: Mapping[str, Any] = {}) -> dict[str, Any]:
    known = dict(names)
    exec(compile(source, "solution.py", "exec"), known)  # noqa: S102 - trusted code, in unit tests
    return known


def _tried_out(scratch: str, solution: SimpleNamespace, on_event: Callable[[Event], None]) -> str:
    """What the scratch code printed, its exception included; it may import the `solution`."""
    printed = Printing(Stream.SCRATCH, on_event)

    def imported(name: str, *rest: Any) -> Any:
        return solution if name == "solution" else builtins.__import__(name, *rest)

    try:
        _executed(
            ast.parse(scratch, "scratch.py"),
            {**printed.names, "__builtins__": {**vars(builtins), "__import__": imported}},
        )
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises is shown, and changes nothing
        printed.write(f"{type(error).__name__}: {error}\n")
    return printed.getvalue()


def _checks_of(tests: ast.Module) -> list[Check]:
    """The test functions, in order; their decorators are read here and taken off."""
    checks = []
    for node in tests.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            title = (ast.get_docstring(node) or node.name).splitlines()[0]
            hidden = any("hidden" in ast.unparse(decorator) for decorator in node.decorator_list)
            node.decorator_list = []
            checks.append(Check(node.name, title, hidden))
    return checks


def _run_check(check: Check, function: Callable[..., None], fixtures: dict[str, Any]) -> CheckDone:
    try:
        function(**{name: fixtures[name] for name in inspect.signature(function).parameters})
    except AssertionError as error:
        return CheckDone(check.name, Outcome.FAILED, message=str(error))
    except AttributeError as error:
        missing = re.search(r"attribute '(\w+)'", str(error))
        return CheckDone(check.name, Outcome.FAILED, message=f"Define `{missing and missing[1]}`.")
    except Exception as error:  # noqa: BLE001 - whatever the code raises is the check's outcome
        return CheckDone(
            check.name,
            Outcome.CRASHED,
            message=f"{type(error).__name__}: {error}",
            traceback="".join(traceback.format_tb(error.__traceback__)),
            exception=type(error).__name__,
        )
    return CheckDone(check.name, Outcome.PASSED)


def _ended(
    ending: Ending,
    stopwatch: Stopwatch,
    detail: str = "",
    *,
    checks: Sequence[Check] = (),
    results: Sequence[CheckDone] = (),
) -> Report:
    finished = Finished(ending, detail=detail, figures=stopwatch.figures(), environment_digest=DIGEST)
    return report_of(finished, checks, results, ())
