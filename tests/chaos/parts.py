"""A host in small: it starts the parts of a site, and starts again what died, as systemd or Compose does."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.timeline import Timeline

ROOT = Path(__file__).resolve().parents[2]
START_AGAIN_S = 0.5
STOPS_WITHIN_S = 25


@dataclass
class Part:
    """One program that is kept running, at the head of a process group of its own."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None
    due: float = 0.0  # not to be started before
    pids: list[int] = field(default_factory=list)  # of each start

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
            )
        self.pids.append(self.process.pid)

    @property
    def pid(self) -> int:
        """0 while it is not running."""
        return self.process.pid if self.process and self.process.poll() is None else 0

    def signal(self, number: signal.Signals) -> bool:
        """Whether it was there to get the signal."""
        if not self.pid:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
        return True

    def stop(self) -> str:
        """Ask it to end, and wait; what was wrong with how it ended, or nothing."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        wrong = ""
        if self.process:
            try:
                self.process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                wrong = f"{self.name} did not stop within {STOPS_WITHIN_S} s"
        self.end_group()
        return wrong

    def end_group(self) -> None:
        """What it started in its group goes with it, as it would in a service or a container."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Host:
    """Keeps its parts running, until `stop`; they start in their order, and stop in the opposite one."""

    def __init__(self, parts: list[Part], timeline: Timeline) -> None:
        self.parts = {part.name: part for part in parts}
        self._timeline = timeline
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, daemon=True)

    def start(self) -> None:
        for part in self.parts.values():
            if not part.pid:
                part.start()
        self._thread.start()

    def stop(self) -> list[str]:
        """End all parts; what was wrong with how they ended."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        return [wrong for part in reversed(self.parts.values()) if (wrong := part.stop())]

    def _keep_running(self) -> None:
        while not self._ending.wait(0.05):
            for part in self.parts.values():
                if part.process and part.process.poll() is not None:
                    part.end_group()
                    self._timeline.note(f"{part.name} ended with {part.process.returncode}")
                    part.process = None
                    part.due = max(part.due, time.monotonic() + START_AGAIN_S)
                if part.process is None and time.monotonic() >= part.due:
                    part.start()
                    self._timeline.note(f"{part.name} is started, process {part.pid}")
