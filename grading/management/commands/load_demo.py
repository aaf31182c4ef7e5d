"""Send what the demo accounts have to show, and review it once it is graded. May be repeated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import ObjectDoesNotExist

from course.content import ContentErrors, read_course
from grading.demo import DemoError, add_review, read_demo, send, wait_for


class Command(BaseCommand):
    help = "Submit and review what fixtures/demo holds, for the demo accounts. Needs a running worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait", type=float, default=120.0, help="seconds to wait for the verdicts (120)"
        )

    def handle(self, *, wait: float, **options: Any) -> None:
        try:
            contents = {one.slug: one for _, one in read_course(settings.GRADIENT_CONTENT).exercises()}
            demos = read_demo(settings.GRADIENT_CONTENT / "demo")
            sent = [pair for demo in demos for pair in send(demo, contents)]
        except (ContentErrors, DemoError) as error:
            raise CommandError(str(error)) from error
        except ObjectDoesNotExist as error:
            raise CommandError(
                f"{error} Make the demo accounts and load the course first: ./lms up."
            ) from error
        if not wait_for([submission for submission, _ in sent], wait):
            raise CommandError("Not everything was graded in time. Is a worker running? Then run this again.")
        for submission, review in sent:
            if review is not None:
                add_review(submission, review)
        self.stdout.write(f"{len(sent)} submissions of the demo accounts are there.")
