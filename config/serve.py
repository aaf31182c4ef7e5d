"""Run the whole site on one machine: what `./lms up` becomes once everything is installed.

How this works: four programs, each the head of a process group of its own: the sandbox, the worker,
the clock that rings for the sweep, the web server. One that dies is started again. However this
process ends, they end too: it stops them in order, the web first; and where it cannot, because it was
killed, the kernel asks them to (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import argparse
import ctypes
import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var").expanduser().absolute()
CONTENT = Path(os.environ.get("GRADIENT_CONTENT") or ROOT / "fixtures").expanduser().absolute()
SOCKET = Path(os.environ.get("GRADIENT_SANDBOX_SOCKET") or VAR / "run" / "sandbox.sock")
ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Stopped(Exception):
    """The site cannot be served, as the text says; or, without a text, somebody asked us to end."""


_started = time.monotonic()


def say(words: str) -> None:
    print(f"  {time.monotonic() - _started:6.1f} s  {words}", flush=True)


def _end_with_us() -> None:
    """Runs in the child, between fork and exec."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


@dataclass
class Program:
    """A child that is kept running. It heads its own process group, so Ctrl-C reaches only us."""

    name: str
    command: list[str]
    environment: dict[str, str]
    patience: float  # seconds it gets to stop by itself
    mark: Path | None = None  # it has an end; once it came to a good one, this file is there
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0  # not to be started before
    deaths: int = 0

    @property
    def log(self) -> Path:
        return VAR / "log" / f"{self.name}.log"

    def start(self) -> None:
        if self.log.is_file() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_us,
                umask=0o077,
            )
        self.started = time.monotonic()

    def keep_running(self) -> None:
        """Start it again if it died: at once, then after longer and longer waits if it keeps dying."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            self._kill_group()  # what it started must not outlive it
            if self.mark:
                self._note_end(self.mark)
                return
            self.deaths = 1 if now - self.started > 60 else self.deaths + 1
            self.due = now + (min(30.0, 2.0**self.deaths) if self.deaths > 1 else 0.0)
            say(f"{self.name} ended ({self.process.returncode}) and is started again; see {self.log}")
            self.process = None
        if self.process is None and now >= self.due:
            self.start()

    def _note_end(self, mark: Path) -> None:
        assert self.process
        good = self.process.returncode == 0
        say(f"{self.name}: there" if good else f"{self.name} came to nothing; see {self.log}")
        if good:
            mark.touch()
        self.process, self.due = None, float("inf")

    def stop(self) -> None:
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in {self.patience:.0f} s, so it is killed")
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        assert self.process
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def programs(host: str, port: int, environment: dict[str, str]) -> list[Program]:
    """In the order in which they start; they stop in the opposite one."""
    python = [sys.executable, "-m"]
    sandbox = [*python, "grading.sandbox.supervisor", "--socket", str(SOCKET)]
    sandbox += ["--environments", str(VAR / "environments"), "--data", str(CONTENT / "data")]
    # Threads, not processes: a worker waits for the sandbox and does little else.
    worker = [*python, "celery", "-A", "config.celery:app", "worker", "-Q", "interactive,bulk"]
    worker += ["--pool=threads", "--concurrency=2", "--loglevel=INFO"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # A program of its own: as a child of the worker (-B) nobody would start it again.
    clock = [*python, "celery", "-A", "config.celery:app", "beat", "--pidfile=", "--loglevel=INFO"]
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [*python, "gunicorn", "--config=python:config.web", "--bind", bind, "config.wsgi"]
    # The sandbox holds no secret: it gets none of our variables, and nothing else it can do without.
    bare = {name: environment[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in environment}
    return [
        Program("sandbox", sandbox, bare | {"PYTHONUNBUFFERED": "1"}, patience=10),
        Program("worker", worker, environment, patience=20),
        Program("clock", clock, environment, patience=5),
        Program("web", web, environment, patience=10),
    ]


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def site_environment(host: str) -> dict[str, str]:
    """The variables of the local shape; those that the operator set win."""
    local = {"GRADIENT_LOCAL": "yes"}
    if not is_loopback(host):
        anywhere = host in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        local["GRADIENT_HOSTS"] = "*" if anywhere else f"{host},localhost,127.0.0.1"
    return local | os.environ


def prepare(environment: dict[str, str], *, known_password: bool) -> dict[str, Any]:
    """Bring database, static files, course and demo accounts up to date."""
    command = [sys.executable, "-m", "config.prepare", *(["--known-password"] if known_password else [])]
    answer: dict[str, Any] = {}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, umask=0o077
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("{"):
                answer = json.loads(line)
            else:
                say(line.rstrip())
    if process.returncode or not answer:
        raise Stopped("The site could not be prepared; what is wrong is said above.")
    return answer


def wait_for_site(host: str, port: int, children: list[Program]) -> None:
    """Until the web server answers."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://{shown}:{port}/readyz", timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            raise Stopped(f"The site is not ready: {error.read().decode(errors='replace')}") from error
        except OSError:
            time.sleep(0.1)
        for child in children:
            child.keep_running()
    raise Stopped(f"The site did not answer in a minute. Look into {VAR / 'log' / 'web.log'}.")


def sandbox_answer(log: Path, begin: int) -> dict[str, Any]:
    """What the sandbox said when it was ready, or why it cannot take jobs."""
    for _ in range(600):
        with log.open("rb") as lines:
            lines.seek(begin)
            for line in lines:
                if line.startswith(b'{"ready"') and line.endswith(b"\n"):
                    answer: dict[str, Any] = json.loads(line)
                    return answer
        time.sleep(0.1)
    return {"ready": False, "reason": f"it did not start in a minute; see {log}"}


def announce(address: str, prepared: dict[str, Any], sandbox: dict[str, Any]) -> None:
    say("the site answers")
    if not sandbox.get("ready"):
        print(f"\n  Nothing can be graded: {sandbox.get('reason', 'no reason given')}")
        print("  Lessons are served all the same. More: ./lms doctor")
    print(f"\n  Gradient is at {address}\n")
    passwords: dict[str, str] = prepared["passwords"]
    if prepared["known_password"]:
        for email in prepared["demo_accounts"]:
            print(f"    {email:<24} password gradient")
    elif passwords:
        print("  These passwords are shown this once:")
        for email, password in passwords.items():
            print(f"    {email:<24} {password}")
    print("\n  Ctrl-C stops it.", flush=True)


def serve(host: str, port: int, children: list[Program]) -> None:
    environment = site_environment(host)
    prepared = prepare(environment, known_password=is_loopback(host))
    environment["GRADIENT_DEMO_PASSWORD_SHOWN"] = "yes" if prepared["known_password"] else "no"
    children += programs(host, port, environment)
    log = children[0].log
    begin = log.stat().st_size if log.is_file() else 0
    for child in children:
        child.start()
    wait_for_site(host, port, children)
    shown = "localhost" if is_loopback(host) else f"[{host}]" if ":" in host else host
    answer = sandbox_answer(log, begin)
    announce(f"http://{shown}:{port}/", prepared, answer)
    if answer.get("ready") and not (VAR / "demo-loaded").exists():
        demo = [sys.executable, "manage.py", "load_demo"]
        children.append(Program("demo", demo, environment, patience=5, mark=VAR / "demo-loaded"))
    while True:
        time.sleep(0.5)
        for child in children:
            child.keep_running()


def _stop(number: int, _frame: object) -> None:
    raise Stopped


def main() -> None:
    global _started
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--since", type=float, default=_started, help="the clock when the launcher began")
    options = parser.parse_args()
    _started = options.since
    for number in ASKED_TO_STOP:
        signal.signal(number, _stop)
    for folder in ("log", "run"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    children: list[Program] = []
    reason = ""
    try:
        serve(options.host, options.port, children)
    except Stopped as stopped:
        reason = str(stopped)
    finally:
        for number in ASKED_TO_STOP:
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()
    if reason:
        sys.exit(f"\n{reason}")
    print("\n  Stopped; nothing is left running.")


if __name__ == "__main__":
    main()
