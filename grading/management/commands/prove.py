"""Prove the course: see `grading.proof`."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from course.content import CourseContent, Problem, read_what_can_be_read
from course.content_rules import problems_of
from grading.proof.exercise import problems_of_exercise
from grading.proof.lesson import problems_of_lesson
from grading.proof.runs import Runs, side_by_side
from grading.proof.scope import NothingToProve, Scope, scope_of
from grading.proof.supervisor import NoSandbox, running_sandbox


class Command(BaseCommand):
    help = "Prove the course: solutions pass, wrong ones fail as they say, every block prints what is shown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "what", nargs="?", default="", help="week01, a lesson, an exercise or a folder; all if left out"
        )
        parser.add_argument(
            "--environment", default="", help="only what runs in it, such as torch; ./lms builds it before"
        )
        parser.add_argument("--jobs", type=int, default=2, help="runs at the same time (2)")
        parser.add_argument("--draw", action="store_true", help="also write the pictures of plot blocks")

    def handle(self, *, what: str, environment: str, jobs: int, draw: bool, **options: Any) -> None:
        began = time.monotonic()
        course, unreadable = read_what_can_be_read(settings.GRADIENT_CONTENT)
        if course is None:
            raise CommandError("\n".join(map(str, sorted(unreadable))))
        try:
            scope = scope_of(course, what)
            scope = scope.within(environment) if environment else scope
        except NothingToProve as error:
            raise CommandError(str(error)) from error
        found = [problem for problem in (*unreadable, *problems_of(course)) if scope.covers(problem)]
        self._say(found)
        try:
            with running_sandbox(parallel=jobs) as runner, side_by_side(runner, jobs) as runs:
                found += self._run(course, scope, runs, draw=draw)
        except NoSandbox as error:
            raise CommandError(str(error)) from error
        took = time.monotonic() - began
        done = f"{len(scope.exercises)} exercises and {len(scope.lessons)} lessons in {took:.0f} s"
        if found:
            raise CommandError(f"{len(found)} problems in {done}.")
        self.stdout.write(self.style.SUCCESS(f"Proven: {done}."))

    def _run(self, course: CourseContent, scope: Scope, runs: Runs, *, draw: bool) -> list[Problem]:
        found = []
        for exercise in scope.exercises:
            found += self._say(problems_of_exercise(exercise, runs))
        for lesson in scope.lessons:
            found += self._say(problems_of_lesson(lesson, course, runs, draw=draw))
        return found

    def _say(self, problems: list[Problem]) -> list[Problem]:
        for problem in sorted(set(problems)):
            self.stdout.write(str(problem))
        return problems
