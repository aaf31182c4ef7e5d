"""Say everything that is wrong with the course's files; loads nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from course.content import ContentErrors, read_course
from course.content_rules import problems_of


class Command(BaseCommand):
    help = "Check the course's files: one line for each problem, path first. Loads nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("root", nargs="?", type=Path, default=settings.GRADIENT_CONTENT)

    def handle(self, *args: Any, root: Path, **options: Any) -> None:
        try:
            course = read_course(root)
        except ContentErrors as errors:
            self.stdout.write(str(errors))
            raise CommandError(
                f"{len(errors.problems)} problems. What spans several files is checked once these are gone."
            ) from errors
        problems = problems_of(course)
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} problems.")
        lessons = sum(1 for _ in course.lessons())
        self.stdout.write(
            f"No problem in {lessons} lessons and {sum(1 for _ in course.exercises())} exercises."
        )
