"""The sandbox in its container, on a real Docker engine, seen from the host.

A container's processes are the host's too: its process 1 is the supervisor, and what lives below it is
counted in the host's /proc as in the other shapes. The socket lies in a folder that both share.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.containers import images
from tests.containers.engine import Engine, EngineError, engine, unavailable

ROOT = Path(__file__).resolve().parents[2]
CAPABILITIES = ("SYS_ADMIN", "SETUID", "SETGID", "CHOWN", "KILL")
SECCOMP = ROOT / "grading" / "sandbox" / "seccomp.json"
WORKERS = 10001  # the group of who may connect
_READY_WITHIN = 60.0  # seconds

SHAPE = pytest.param(
    "container",
    marks=[pytest.mark.container, pytest.mark.skipif(bool(unavailable()), reason=unavailable())],
)
_running: list[Engine] = []


class Process:
    """The container's process 1, as the host numbers it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float) -> None:
        """Wait until it is gone; TimeoutError where it stays."""
        deadline = time.monotonic() + timeout
        while Path(f"/proc/{self.pid}").exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} is still there")
            time.sleep(0.02)


@contextmanager
def one_engine() -> Iterator[Engine]:
    """An engine for this test run: who asks while one runs gets that one. Skips where none starts."""
    if _running:
        yield _running[0]
        return
    try:
        starting = engine()
        running = starting.__enter__()
    except EngineError as error:
        if str(error).startswith("this kernel"):
            pytest.skip(str(error))
        raise
    _running.append(running)
    try:
        yield running
    finally:
        _running.clear()
        starting.__exit__(None, None, None)


def locked_in(seccomp: str = str(SECCOMP)) -> list[str]:
    """How the container has to be started, as words for `docker run`."""
    words = ["--network", "none", "--read-only", "--cap-drop", "ALL"]
    words += [word for name in CAPABILITIES for word in ("--cap-add", name)]
    for option in ("no-new-privileges", "apparmor=unconfined", *([f"seccomp={seccomp}"] if seccomp else [])):
        words += ["--security-opt", option]
    return [*words, "--pids-limit", "1000", "--memory", "3g", "--memory-swap", "3g"]


@contextmanager
def started(docker: Engine, folder: Path, *more: str, options: list[str] | None = None) -> Iterator[str]:
    """A container of the sandbox with its socket below `folder`; yields its id."""
    image = images.sandbox(docker)
    os.chown(folder, 0, WORKERS)
    folder.chmod(0o750)
    words = [*(options or locked_in()), "--volume", f"{folder}:/run/gradient"]
    container = docker.docker("run", "--detach", *words, image, *more)
    try:
        yield container
    finally:
        docker.docker("rm", "--force", container)


@contextmanager
def contained(folder: Path, *more: str) -> Iterator[tuple[Process, str, Path, Path]]:
    """A ready sandbox in its container: its process, its id, its socket, its log."""
    log = folder / "log"
    # The health check comes by now and then, and would be found among what a case left behind.
    options = [*locked_in(), "--no-healthcheck"]
    with (
        one_engine() as docker,
        # Not below `folder`: others must be able to come near it, and pytest keeps its folders to itself.
        tempfile.TemporaryDirectory(dir=docker.folder) as shared,
        started(docker, Path(shared), *more, options=options) as container,
    ):
        with log.open("wb") as written:
            follows = subprocess.Popen(
                ["docker", "logs", "--follow", container],
                stdout=written,
                stderr=subprocess.STDOUT,
                env=docker.environment,
            )
        try:
            said = announcement(log)
            assert said["ready"], f"container: {said['reason']}\n{log.read_text()[-3000:]}"
            pid = int(docker.docker("inspect", "--format", "{{.State.Pid}}", container))
            yield Process(pid), container, Path(shared) / "sandbox.sock", log
        finally:
            follows.kill()
            follows.wait()


def announcement(log: Path) -> dict[str, object]:
    """What the supervisor says of itself when it knows; AssertionError with its log where it says nothing."""
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if line.startswith('{"ready"'):
                said: dict[str, object] = json.loads(line)
                return said
        time.sleep(0.05)
    raise AssertionError(f"the supervisor said nothing of itself:\n{log.read_text()[-3000:]}")
