"""Measure grading: see `grading.bench`."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from course.content import ContentErrors, read_course
from grading.bench import BenchFailed, measure, site
from grading.proof.supervisor import NoSandbox


class Command(BaseCommand):
    help = "Measure a graded run beside a cold start of Python, and a submission from POST to verdict."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--exercise", default="error-ratio-table", help="whose solution is graded")
        parser.add_argument("--times", type=int, default=20, help="how often each is measured (20)")
        parser.add_argument("--inside", action="store_true", help="measure here, not in a site of its own")

    def handle(self, *, exercise: str, times: int, inside: bool, **options: Any) -> None:
        try:
            if inside:
                self._measure(exercise, times)
                return
            words = ["bench", "--inside", "--exercise", exercise, "--times", str(times)]
            with site() as environment:
                command = [sys.executable, "manage.py", *words]
                done = subprocess.run(command, cwd=settings.ROOT, env=environment, check=False)
        except (BenchFailed, ContentErrors, NoSandbox) as error:
            raise CommandError(str(error)) from error
        except subprocess.CalledProcessError as error:
            raise CommandError(f"The site to measure could not be made: {error}") from error
        if done.returncode:
            raise CommandError("The measurement did not come to its end.")

    def _measure(self, exercise: str, times: int) -> None:
        contents = {one.slug: one for _, one in read_course(settings.GRADIENT_CONTENT).exercises()}
        if exercise not in contents:
            raise CommandError(f"There is no exercise {exercise}.")
        found = list(measure(contents[exercise], times))
        cold, _, post = found
        self.stdout.write(f"{f'{exercise}, {times} times each':<46}{'median':>10}{'p95':>10}{'of cold':>10}")
        for one in found:
            figures = f"{one.median * 1000:>7.0f} ms{one.worst * 1000:>7.0f} ms"
            self.stdout.write(f"{one.name:<46}{figures}{one.median / cold.median:>9.2f}x")
        rate = len(post.seconds) / sum(post.seconds)
        self.stdout.write(f"{'graded submissions, one after the other':<46}{rate:>7.1f} per second")
