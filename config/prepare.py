"""Make the rows and files ready before the site is served: what `./lms up` does at each start.

Every step may be repeated and keeps what is there. Standard output is for the program that asked:
lines that tell how far it is, and a last line of JSON.

`--hosted` is for a site that others reach: the static files lie in its image, no demo accounts are
made, and the link of the first administrator is printed instead.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

NAMED_CHANGES = 12


def bring_up_to_date() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("clearsessions")
    print("the database is up to date", flush=True)
    load_course()


def load_course() -> None:
    """Load the course, naming a few changes and counting many."""
    said = StringIO()
    call_command("load_course", stdout=said)
    changes = said.getvalue().splitlines()
    if len(changes) <= NAMED_CHANGES:
        print(*(f"course: {change}" for change in changes), sep="\n", flush=True)
    else:
        print(f"course: {len(changes)} changes", flush=True)


def collect_static() -> None:
    """Collect, compress and name the static files by their content, unless nothing has changed."""
    stamp = settings.GRADIENT_VAR / "static-made-from"
    wanted = hashlib.sha256("\n".join(_static_sources()).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted and any(Path(settings.STATIC_ROOT).iterdir()):
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)
    print("static files collected and compressed", flush=True)


def _static_sources() -> Iterator[str]:
    """Each of our static files with its size and age, and the lock that brings the others' files."""
    files = sorted(file for place in settings.STATICFILES_DIRS for file in Path(place).rglob("*"))
    for file in (*files, settings.ROOT / "requirements.lock"):
        status = file.stat()
        yield f"{file} {status.st_size} {status.st_mtime_ns}"


def make_demo_cohort() -> None:
    """A cohort of the demo accounts that begins this week, with a deadline for each week."""
    from accounts.demo import DEMO_ACCOUNTS
    from accounts.models import Role, User
    from course.deadline_plan import plan_deadlines
    from course.models import Cohort, Course, Enrolment

    if Cohort.objects.exists():
        return
    today = timezone.localdate()
    cohort = Cohort.objects.create(
        course=Course.objects.get(),
        name="Demo",
        starts_on=today - timedelta(days=today.weekday()),
        time_zone=settings.TIME_ZONE,
    )
    plan_deadlines(cohort)
    people = User.objects.filter(email__in=[account.email for account in DEMO_ACCOUNTS])
    cohort.instructors.add(*people.filter(role=Role.INSTRUCTOR))
    for learner in people.filter(role=Role.LEARNER):
        Enrolment.objects.create(cohort=cohort, user=learner)


def make_demo(*, known_password: bool) -> dict[str, Any]:
    """The demo accounts and their cohort; what the program that asked shows of them."""
    from accounts.demo import DEMO_ACCOUNTS, all_have_known_password, make_demo_accounts

    passwords = make_demo_accounts(known_password=known_password)
    make_demo_cohort()
    return {
        "demo_accounts": [account.email for account in DEMO_ACCOUNTS],
        "passwords": passwords,
        "known_password": all_have_known_password(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known-password", action="store_true", help="demo accounts with the known password")
    parser.add_argument(
        "--hosted", action="store_true", help="no demo accounts; the first administrator's link"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        bring_up_to_date()
        if options.hosted:
            call_command("first_admin")
            return
        collect_static()
    except CommandError as error:
        sys.exit(str(error))
    print(json.dumps(make_demo(known_password=options.known_password)))


if __name__ == "__main__":
    main()
