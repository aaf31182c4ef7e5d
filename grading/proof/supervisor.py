"""A sandbox to prove in: the one that is running, or one of our own for as long as it takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from grading.runner import RunnerUnavailable
from grading.sandbox_runner import SandboxRunner


class NoSandbox(Exception):
    """No sandbox can be had here; the text says why."""


@contextmanager
def running_sandbox(*, parallel: int = 2) -> Iterator[SandboxRunner]:
    """A runner whose sandbox takes jobs. NoSandbox where none can be made."""
    runner = SandboxRunner()
    try:
        if runner.health().ready:
            yield runner
            return
    except RunnerUnavailable:
        pass  # nobody there: start one
    with own_sandbox(parallel=parallel) as runner:
        yield runner


@contextmanager
def own_sandbox(*, parallel: int = 2, data: Path | None = None) -> Iterator[SandboxRunner]:
    """A supervisor that is stopped afterwards, at a socket that nobody else knows."""
    with tempfile.TemporaryDirectory(prefix="gradient-") as folder:
        socket = Path(folder) / "sandbox.sock"
        command = [sys.executable, "-m", "grading.sandbox.supervisor", "--socket", str(socket)]
        command += ["--environments", str(settings.GRADIENT_VAR / "environments")]
        command += ["--data", str(data or settings.GRADIENT_CONTENT / "data"), "--parallel", str(parallel)]
        with subprocess.Popen(command, cwd=settings.ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
            try:
                _await_ready(supervisor)
                yield SandboxRunner(socket)
            finally:
                supervisor.terminate()


def _await_ready(supervisor: subprocess.Popen[str]) -> None:
    assert supervisor.stdout is not None
    said = supervisor.stdout.readline()
    if not said:
        raise NoSandbox(f"The sandbox ended at once, with {supervisor.wait()}.")
    answer = json.loads(said)
    if not answer.get("ready"):
        raise NoSandbox(f"No sandbox can be made here: {answer.get('reason') or 'no reason was given'}.")
