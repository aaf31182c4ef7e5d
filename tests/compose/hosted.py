"""The site as Compose runs it, on the tests' own engine."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.compose.visitor import Visitor, eventually
from tests.containers.engine import ROOT, Engine, EngineError
from tests.containers.images import stand_in

HERE = Path(__file__).parent
STAND_INS = {"postgres": "postgres:15-bookworm", "redis": "redis:7-bookworm"}
BUILT = ("web", "sandbox")  # all others of the site are web's image
# What differs here, and only here: what a build downloads comes as the host's own downloads do; and services
# are asked often how they are: an engine first asks after a whole interval, which each start would wait for.
_BUILD, _ASK = "build: {network: host}", "healthcheck: {interval: 2s, retries: 100}"
HERE_ONLY = "services:\n" + "".join(
    f"  {name}: {{{f'{_BUILD}, ' if name in BUILT else ''}{_ASK}}}\n"
    for name in ("postgres", "redis", "web", "worker", "beat", "sandbox")
)
PROJECT = "gradientproof"


def compose_command() -> list[str]:
    """Either Compose: the old program, or the new plugin of docker."""
    return ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]


@dataclass(frozen=True)
class Hosted:
    engine: Engine
    port: int
    here_only: Path  # the file of that name

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def visitor(self) -> Visitor:
        return Visitor(self.address)

    def compose(self, *words: str, said: str = "", timeout: float = 240) -> str:
        """What `docker-compose …` prints, told `said`. EngineError with its words where it fails."""
        files = ["-f", "docker-compose.yml", "-f", str(self.here_only)]
        command = [*compose_command(), "--project-name", PROJECT, *files, *words]
        environment = {
            **{name: value for name, value in self.engine.environment.items() if "GRADIENT_" not in name},
            "GRADIENT_PUBLISH": f"127.0.0.1:{self.port}",
            "GRADIENT_ADDRESS": self.address,
            "GRADIENT_LOGIN_LIMIT": "1000",
        }
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"{' '.join(command)}\n{(done.stdout + done.stderr)[-6000:]}")
        return done.stdout

    def up(self, *words: str) -> None:
        """Start what is not running, and wait until every service is well."""
        self.compose("up", "--detach", "--no-build", *words)
        self.wait_until_well()

    def wait_until_well(self) -> None:
        eventually(lambda: not self._unwell(), within_s=120, why="every service is well")

    def _unwell(self) -> list[str]:
        return [
            f"{name}: {state.get('Health', {}).get('Status') or state['Status']}"
            for name, state in ((one["Name"], one["State"]) for one in self.containers())
            if not (state["Status"] == "exited" and state["ExitCode"] == 0)
            and not (state["Running"] and state.get("Health", {}).get("Status", "healthy") == "healthy")
        ]

    def containers(self, service: str = "") -> list[dict[str, Any]]:
        """What the engine knows of each container, the ones that have ended included."""
        words = ["--filter", f"label=com.docker.compose.project={PROJECT}"]
        if service:
            words += ["--filter", f"label=com.docker.compose.service={service}"]
        numbers = self.engine.docker("ps", "--all", "--quiet", *words).split()
        return json.loads(self.engine.docker("inspect", *numbers)) if numbers else []

    def logs(self) -> str:
        try:
            return self.compose("logs", "--no-color", "--timestamps")
        except EngineError as error:
            return str(error)

    def first_admin_link(self) -> str:
        """The last link in the log of the preparation."""
        links = re.findall(r"http://\S+/first-admin/\S+", self.compose("logs", "--no-color", "migrate"))
        assert links, "the preparation has printed no link"
        return str(links[-1])


@contextmanager
def hosted(engine: Engine, folder: Path) -> Iterator[Hosted]:
    """The site, built and up; its logs are in `folder` afterwards."""
    stand_in(engine, "python:3.11-slim-bookworm")
    for name, image in STAND_INS.items():
        engine.build(image, HERE, "--file", str(HERE / f"{name}.Dockerfile"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site = Hosted(engine, int(probe.getsockname()[1]), folder / "here-only.yml")
    site.here_only.write_text(HERE_ONLY)
    site.compose("build", *BUILT, timeout=1800)
    try:
        site.up()
        yield site
    finally:
        (folder / "compose.log").write_text(site.logs())
        site.compose("down", "--volumes", "--timeout", "5")
