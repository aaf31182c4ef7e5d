"""Real worker processes beyond one machine's parts: PostgreSQL for the rows, Valkey for the bells."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.grading.conftest import RIGHT, TESTS
from tests.grading.test_workers import MAKE

pytestmark = [pytest.mark.valkey, pytest.mark.postgres]

ROOT = Path(__file__).resolve().parents[2]
COUNT = 12
# No clock: after its start nothing but a bell can wake this worker.
WORKER = ["-m", "celery", "-A", "config.celery:app", "worker", "-Q", "interactive,bulk"]
WORKER += ["--pool=threads", "--concurrency=2", "--loglevel=INFO"]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A site of its own on the servers' own database, beside that of the tests."""
    own = os.environ | {"GRADIENT_VAR": str(tmp_path), "GRADIENT_RUNNER": "fake"}
    for command in (["migrate", "-v0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=own, check=True)
    yield own
    subprocess.run([sys.executable, "manage.py", "flush", "-v0", "--noinput"], cwd=ROOT, env=own, check=True)


@pytest.fixture
def workers(environment: dict[str, str]) -> Iterator[list[Path]]:
    """The logs of two workers that are ready."""
    logs = [Path(environment["GRADIENT_VAR"]) / f"worker-{number}.log" for number in (1, 2)]
    running = []
    try:
        for log in logs:
            command = [sys.executable, *WORKER, f"--hostname={log.stem}@%h"]
            with log.open("wb") as out:
                running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=out, stdout=out))
        wait_until(lambda: all(" ready." in log.read_text() for log in logs), 60)
        yield logs
    finally:
        for worker in running:
            worker.terminate()
            worker.wait(30)


def wait_until(condition, seconds: float) -> None:
    over = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < over
        time.sleep(0.05)


def rows() -> list[tuple[str, str]]:
    with psycopg.connect(os.environ["GRADIENT_DATABASE_URL"]) as connection:
        return connection.execute("SELECT state, verdict FROM grading_submission").fetchall()


def test_the_bell_of_a_killed_worker_rings_again_in_seconds(environment, workers):
    """There is no clock, and nobody sweeps: only the bell that it took with it can wake the other."""
    slow = f"import time\ntime.sleep(3)\n\n{RIGHT}"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", MAKE]
    made = json.dumps([slow, 1, TESTS])
    subprocess.run(command, cwd=ROOT, env=environment, input=made, text=True, check=True)
    wait_until(lambda: rows() == [("running", "")], 30)
    with psycopg.connect(os.environ["GRADIENT_DATABASE_URL"]) as connection:
        ((name,),) = connection.execute("SELECT worker FROM grading_submission").fetchall()
        os.kill(int(name.rpartition(":")[2]), signal.SIGKILL)
        connection.execute(
            "UPDATE grading_submission"
            " SET state = 'queued', claim = NULL, lease_until = NULL, run_until = NULL"
        )
    wait_until(lambda: rows() == [("done", "passed")], 60)
    assert sum(log.read_text().count(" graded ") for log in workers) == 1


def test_a_bell_wakes_a_worker_and_each_submission_is_graded_once(environment, workers):
    assert settings.CELERY_BROKER_URL.startswith("redis://")
    made = json.dumps([RIGHT, COUNT, TESTS])
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", MAKE]
    subprocess.run(command, cwd=ROOT, env=environment, input=made, text=True, check=True)
    wait_until(lambda: rows() == [("done", "passed")] * COUNT, 30)
    assert sum(log.read_text().count(" graded ") for log in workers) == COUNT
