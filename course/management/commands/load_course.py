"""Check the course's files and load them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from course.content import ContentErrors
from course.load import load_course


class Command(BaseCommand):
    help = "Check the course's files, load them in one transaction, and say what changed. May be repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("root", nargs="?", type=Path, default=settings.GRADIENT_CONTENT)

    def handle(self, *args: Any, root: Path, **options: Any) -> None:
        try:
            changes = load_course(root)
        except ContentErrors as errors:
            self.stderr.write(str(errors))
            raise CommandError(
                f"{len(errors.problems)} problems, nothing was loaded: correct them first."
            ) from errors
        for line in changes.lines:
            self.stdout.write(line)
        if not changes:
            self.stdout.write("Nothing changed.")
