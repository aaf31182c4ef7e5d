"""A supervisor where something is not as it should be: in a host that fails, or with a lock left out."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.hostile.supervised import ENVIRONMENTS, ROOT, Supervised

NOBODY = 65534
_AT_MOST = 100  # seconds until a supervisor must have said how it stands; it gives itself 60


@contextmanager
def unwell(
    folder: Path,
    *,
    source: Path = ROOT,
    environments: Path = ENVIRONMENTS,
    within: Sequence[str] = (),
    more: Sequence[str] = (),
    unprivileged: bool = False,
    **popen: Any,
) -> Iterator[tuple[Supervised, str]]:
    """Start a supervisor and wait until it says how it stands: itself, and the reason why it takes no jobs.

    `within` is put before its command, `more` after it. AssertionError where it ends, or says nothing.
    """
    for parent in (folder, *list(folder.parents)[:2]):
        parent.chmod(0o755)
    if unprivileged:
        os.chown(folder, NOBODY, NOBODY)
        popen |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    command = [
        *within,
        sys.executable,
        "-m",
        "grading.sandbox.supervisor",
        "--socket",
        str(folder / "socket"),
    ]
    command += [
        "--environments",
        str(environments),
        "--data",
        str(ROOT / "fixtures" / "data"),
        "--spares",
        "1",
        *more,
    ]
    log = folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written, cwd=source, **popen)
    try:
        assert process.stdout
        said = _line(process)
        assert said, f"it ended, or was silent for {_AT_MOST} s:\n{log.read_text()[-3000:]}"
        shape = "unprivileged" if unprivileged else "root"
        yield Supervised(shape, process, folder / "socket", log), str(json.loads(said)["reason"])
        assert process.poll() is None, f"it ended by itself:\n{log.read_text()[-3000:]}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], _AT_MOST)
    return process.stdout.readline() if ready else b""


def wait_until(done: Callable[[], bool]) -> None:
    """Look again until it is so; AssertionError where it does not become so."""
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def sandbox_with(folder: Path, changes: Mapping[str, str]) -> Path:
    """A copy of the sandbox's package, with `changes` (module → code) put after what its modules say.

    It imports nothing ahead, so that it starts at once.
    """
    package = folder / "copy" / "grading" / "sandbox"
    shutil.copytree(ROOT / "grading" / "sandbox", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package.parent / "__init__.py").touch()
    (package / "environments" / "base.preload").write_text("")
    for module, code in changes.items():
        with (package / f"{module}.py").open("a", encoding="utf-8") as file:
            file.write(f"\n{code}\n")
    return folder / "copy"
