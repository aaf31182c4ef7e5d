"""A site of our own to measure: what `./lms up` runs, in a temporary folder, beside its own servers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port, postgres, valkey

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var").expanduser().absolute() / "environments"
READY_S = 120.0
# Everybody comes from one address, and faster than people do: neither limit is what is measured.
UNLIMITED = {"GRADIENT_LOGIN_LIMIT": "100000", "GRADIENT_SUBMISSION_LIMIT": "0"}


@dataclass(frozen=True)
class Site:
    address: str
    environment: dict[str, str]
    socket: Path
    folder: Path


@contextmanager
def site(*, lite: bool, demo: bool = False) -> Iterator[Site]:
    """A running site; with `lite` on SQLite and the broker of files, else on PostgreSQL and Valkey.

    With `demo` the demo accounts have their history; without, nobody but our learners submits.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradient-", dir="/tmp")))
        folder.chmod(0o755)  # as root, PostgreSQL runs as a user of its own
        var = folder / "var"
        var.mkdir()
        (var / "environments").symlink_to(ENVIRONMENTS)
        loaded = var / "demo-loaded"
        if not demo:
            loaded.touch()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRADIENT_")}
        environment |= UNLIMITED | {"GRADIENT_VAR": str(var), "GRADIENT_LOG_LEVEL": "WARNING"}
        if not lite:
            environment["GRADIENT_DATABASE_URL"] = stack.enter_context(postgres(folder / "pg"))
            environment["GRADIENT_REDIS_URL"] = stack.enter_context(valkey())
        port = free_port()
        stack.enter_context(_serving(environment, port))
        _await_file(loaded)
        yield Site(f"http://127.0.0.1:{port}", environment, var / "run" / "sandbox.sock", folder)


def _await_file(mark: Path) -> None:
    until = time.monotonic() + READY_S
    while not mark.exists():
        if time.monotonic() > until:
            sys.exit("What the demo accounts sent was not graded in time.")
        time.sleep(0.2)


@contextmanager
def _serving(environment: dict[str, str], port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "config.serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            _await_site(process, f"http://127.0.0.1:{port}/readyz")
            yield
        finally:
            process.terminate()
            assert process.stdout
            process.stdout.read()  # what it says of its end; a full pipe would hold it up


def _await_site(process: subprocess.Popen[str], address: str) -> None:
    """Until the site answers and its sandbox has said how it is."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Nothing can be graded" in line:
            sys.exit(f"No sandbox can be had here.\n{''.join(said)}")
        if "Ctrl-C stops it" in line:
            break
    else:
        sys.exit(f"The site to measure did not start:\n{''.join(said)}")
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        with urllib.request.urlopen(address, timeout=10):
            return
    sys.exit("The site to measure does not answer.")
