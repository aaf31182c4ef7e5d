"""How fast grading is, measured beside how fast Python starts, in one run on one machine.

How this works: a site of its own is made in a temporary folder (SQLite, the filesystem broker, one
worker, one sandbox), so that nothing of the real one is touched. `measure` runs inside it. The cold
import and the graded run take turns, so that noise meets both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test import Client

from accounts.models import User
from course.content import ExerciseContent
from course.models import Cohort, Course, Enrolment, Exercise
from grading.job import limits_of
from grading.models import Submission
from grading.proof.supervisor import own_sandbox
from grading.sandbox.wire import Job
from grading.sandbox_runner import SandboxRunner

COLD = "import numpy, pandas"
PATIENCE_S = 30.0


class BenchFailed(Exception):
    """A measured step did not do what it should; the text says which."""


@dataclass(frozen=True)
class Measured:
    """Seconds that one thing took, several times."""

    name: str
    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def worst(self) -> float:
        """The slowest but for one in twenty."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


@contextmanager
def site() -> Iterator[dict[str, str]]:
    """The environment of a throw-away site that grades."""
    with TemporaryDirectory(prefix="gradient-bench-") as folder, own_sandbox() as sandbox:
        (Path(folder) / "environments").symlink_to(settings.GRADIENT_VAR / "environments")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GRADIENT_")}
        environment = kept | {
            "GRADIENT_VAR": folder,
            "GRADIENT_CONTENT": str(settings.GRADIENT_CONTENT),
            "GRADIENT_SANDBOX_SOCKET": str(sandbox.socket_path),
            "GRADIENT_LOG_LEVEL": "WARNING",
            "GRADIENT_SUBMISSION_LIMIT": "0",  # one learner sends them all
        }
        for words in (["migrate"], ["createcachetable"], ["load_course"]):
            subprocess.run(
                [sys.executable, "manage.py", *words, "--verbosity=0"],
                cwd=settings.ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        with _worker(environment):
            yield environment


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "config.celery:app", "worker", "-B", "--pool=threads"]
    command += ["-Q", "interactive,bulk", "--concurrency=2", "--loglevel=ERROR"]
    with subprocess.Popen(
        command, cwd=settings.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as worker:
        try:
            yield
        finally:
            worker.terminate()


def measure(content: ExerciseContent, times: int) -> Iterator[Measured]:
    """Cold import, graded run, and POST to verdict; inside the throw-away site."""
    runner, job = SandboxRunner(), _job(content)
    grade = _checked_run(runner, job)
    _timed(grade, 3)  # the first ones find cold caches, and nobody waits for them
    cold, graded = [], []
    for _ in range(times):
        cold += _timed(_cold_import, 1)
        graded += _timed(grade, 1)
    yield Measured(f'cold python -c "{COLD}"', cold)
    yield Measured("one graded run, at the supervisor", graded)
    post = _poster(content)
    _timed(post, 2)
    yield Measured("POST to verdict stored, with queue", _timed(post, times))


def _timed(act: Callable[[], None], times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return took


def _cold_import() -> None:
    packages = settings.GRADIENT_VAR / "environments" / "base" / "site-packages"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(packages), "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", COLD], env=environment, check=True)


def _job(content: ExerciseContent) -> Job:
    return Job(
        id="bench",
        environment=content.environment,
        files=dict(content.solution),
        tests=content.tests,
        data=list(content.data),
        limits=limits_of(dict(content.limits)),
    )


def _checked_run(runner: SandboxRunner, job: Job) -> Callable[[], None]:
    def run() -> None:
        report = runner.run(job, lambda event: None)
        if report.verdict != "passed":
            raise BenchFailed(f"The solution of the exercise ended as {report.verdict}: {report.detail}")

    return run


def _poster(content: ExerciseContent) -> Callable[[], None]:
    """What a learner does: send the solution, and have a verdict in the database."""
    exercise = Exercise.objects.select_related("lesson__week__module").get(slug=content.slug)
    learner, _ = User.objects.get_or_create(email="bench@example.org")
    cohort, _ = Cohort.objects.get_or_create(
        course=Course.objects.get(), name="Bench", defaults={"starts_on": "2026-01-05"}
    )
    Enrolment.objects.get_or_create(user=learner, cohort=cohort)
    client = Client(SERVER_NAME="localhost")
    client.force_login(learner, "allauth.account.auth_backends.AuthenticationBackend")
    number = iter(range(10_000_000))

    def post() -> None:
        code = f"{content.solution[content.paths[0]]}\n# {next(number)}\n"
        response = client.post(exercise.get_absolute_url(), {"code": code})
        if response.status_code != 303:
            raise BenchFailed(f"The page answered the POST with {response.status_code}.")
        newest = Submission.objects.filter(user=learner).only("state", "verdict")
        until = time.monotonic() + PATIENCE_S
        while (latest := newest.latest("created_at")).state != Submission.State.DONE:
            if time.monotonic() > until:
                raise BenchFailed(f"No verdict came within {PATIENCE_S:g} s.")
            time.sleep(0.005)
        if latest.verdict != "passed":
            raise BenchFailed(f"The submission ended as {latest.verdict}.")

    return post
