"""A private Docker engine, for as long as a test or a command runs.

    python -m tests.containers.engine -- docker version

The command finds the engine in DOCKER_HOST. It is Debian's (`apt-get install docker.io`) and shares
nothing with an engine that the host may have: its own socket, its own bridge, its own folder. No rule of the
host's firewall is touched: containers reach each other and publish ports, and what needs the
internet (a build, say) runs with `--network host`. Images are kept in var/docker, so that a second
start finds them; containers, networks and volumes end with the engine.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var")
_PROGRAMS = {"dockerd": "docker.io", "docker": "docker.io", "debootstrap": "debootstrap", "ip": "iproute2"}
_STARTS_WITHIN = 60.0  # seconds
_STOPS_WITHIN = 60.0


class EngineError(Exception):
    """No engine can be had, or a command on it failed; the text says why."""


@dataclass(frozen=True)
class Engine:
    """A running engine. `folder` is temporary, short and goes with it."""

    folder: Path
    environment: dict[str, str]  # what a command needs to find it

    def docker(self, *words: str, timeout: float = 600) -> str:
        """What `docker …` prints. Raises EngineError with what it said where it fails."""
        done = subprocess.run(
            ["docker", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"docker {' '.join(words)}\n{(done.stdout + done.stderr)[-4000:]}")
        return done.stdout.strip()

    def build(self, name: str, folder: Path, *words: str) -> None:
        """Build an image; what it fetches comes as the host's own downloads do."""
        proxies = [word for word in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY") if word in os.environ]
        passed = [word for proxy in proxies for word in ("--build-arg", proxy)]
        self.docker("build", "--network", "host", *passed, "--tag", name, *words, str(folder), timeout=1800)


def unavailable() -> str:
    """Why no engine can be had here; empty where one may be tried."""
    if os.geteuid():
        return "this kernel lets only root start a Docker engine"
    missing = {package for program, package in _PROGRAMS.items() if not shutil.which(program)}
    if missing:
        return f"needs a Docker engine: apt-get install {' '.join(sorted(missing))}"
    return ""


@contextmanager
def engine(*options: str, place: Path = VAR / "docker") -> Iterator[Engine]:
    """Start an engine, with more `options` for dockerd; EngineError where it does not come up.

    One at a time keeps its images in `place`; a second one waits until the first has ended.
    """
    if reason := unavailable():
        raise EngineError(reason)
    place.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = stack.enter_context((place / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A socket's path has at most 107 characters.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradient-", dir="/tmp")))
        folder.chmod(0o755)
        bridge = stack.enter_context(_bridge())
        log = stack.enter_context((place / "dockerd.log").open("w+"))
        running = Engine(folder, _environment(folder))
        process = _start(folder, place / "data", bridge, log, options)
        try:
            _wait_until_it_answers(running, process, Path(log.name))
            yield running
        finally:
            _stop(running, process)


def _environment(folder: Path) -> dict[str, str]:
    """For a client that must not read its user's settings, and builds what it is given by itself."""
    return {
        **os.environ,
        "DOCKER_HOST": f"unix://{folder}/docker.sock",
        "DOCKER_CONFIG": str(folder / "client"),
        "DOCKER_BUILDKIT": "0",
        "COMPOSE_DOCKER_CLI_BUILD": "0",
    }


@contextmanager
def _bridge() -> Iterator[str]:
    """A bridge of our own: with none, dockerd would delete the `docker0` of the host's engine."""
    name = f"gradient{os.getpid() % 1_000_000}"  # at most 15 characters
    try:
        subprocess.run(
            ["ip", "link", "add", name, "type", "bridge"], check=True, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise EngineError(
            f"this kernel makes no bridge for a Docker engine: {error.stderr.strip()}"
        ) from error
    try:
        yield name
    finally:
        subprocess.run(["ip", "link", "delete", name], check=False, capture_output=True)


def _start(
    folder: Path, data: Path, bridge: str, log: IO[str], options: tuple[str, ...]
) -> subprocess.Popen[str]:
    command = ["setpriv", "--pdeathsig", "TERM", "dockerd", "--host", f"unix://{folder}/docker.sock"]
    command += [
        "--data-root",
        str(data),
        "--exec-root",
        str(folder / "exec"),
        "--pidfile",
        str(folder / "pid"),
    ]
    command += ["--bridge", bridge, "--iptables=false", "--ip-forward=false", "--ip-masq=false"]
    command += ["--containerd-namespace", bridge, "--shutdown-timeout", "5", "--config-file", "", *options]
    return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def _wait_until_it_answers(running: Engine, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            running.docker("version", "--format", "{{.Server.Version}}")
            return
        except EngineError:
            time.sleep(0.2)
    said = log.read_text().strip().splitlines()[-3:]
    raise EngineError("this kernel does not let a Docker engine start:\n" + "\n".join(said))


def _stop(running: Engine, process: subprocess.Popen[str]) -> None:
    """End what runs on the engine, then the engine; its images stay."""
    if process.poll() is None:
        try:
            if containers := running.docker("ps", "--all", "--quiet").split():
                running.docker("rm", "--force", "--volumes", *containers)
            running.docker("network", "prune", "--force")
            if volumes := running.docker("volume", "ls", "--quiet").split():
                running.docker("volume", "rm", "--force", *volumes)
        except EngineError as error:
            print(error, file=sys.stderr)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    _unmount_below(running.folder)


def _unmount_below(folder: Path) -> None:
    """The engine leaves the mount of a network namespace behind."""
    points = [line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for point in reversed(points):
        if point.startswith(f"{folder}/"):
            subprocess.run(["umount", point], check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a command beside a private Docker engine.")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    try:
        with engine() as running:
            return subprocess.run(options.command, env=running.environment, check=False).returncode
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
