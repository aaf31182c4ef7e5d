"""The rows of a site, seen from inside: `python -m tests.chaos.rows prepare|facts`, in its environment."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from typing import Any

import django

LEARNERS = 6
COUNTERS = {
    "LessonProgress": ("user_id", "lesson_id", "exercises_passed", "questions_answered"),
    "WeekProgress": ("user_id", "week_id", "lessons_done", "lessons_read", "exercises_passed"),
}


def email(number: int) -> str:
    return f"learner{number}@example.org"


def prepare() -> None:
    """The course is loaded: add a cohort of learners, and the limits that these tests need."""
    from accounts.models import User
    from course.models import Cohort, Course, Enrolment, Exercise, ExerciseVersion
    from tests.chaos.learners import PASSWORD
    from tests.chaos.scenes import LIMITS

    cohort = Cohort.objects.create(course=Course.objects.get(), name="Chaos", starts_on=date(2026, 3, 2))
    for number in range(LEARNERS):
        user = User.objects.create_user(email(number), PASSWORD, name=f"Learner {number}")
        Enrolment.objects.create(cohort=cohort, user=user)
    Exercise.objects.update(limits=LIMITS)
    ExerciseVersion.objects.update(limits=LIMITS)  # what a run is pinned to


def facts() -> dict[str, Any]:
    """Each submission with its checks, who passed what, and the counters beside a new count."""
    from course.models import ExercisePass
    from grading.models import Submission

    rows = Submission.objects.select_related("exercise", "user").prefetch_related("checks")
    passes = ExercisePass.objects.values_list("user__email", "exercise__slug")
    counters = _counters()
    _recount()
    return {
        "rows": [_row(row) for row in rows.order_by("created_at")],
        "passes": sorted(map(list, passes)),
        "counters": counters,
        "recounted": _counters(),
    }


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "learner": row.user.email,
        "exercise": row.exercise.slug,
        "purpose": row.purpose,
        "code": row.code,
        "state": row.state,
        "verdict": row.verdict,
        "detail": row.detail,
        "failures": row.failures,
        "checks_total": row.checks_total,
        "checks_passed": row.checks_passed,
        "expected": [check["name"] for check in row.exercise.checks],
        "checks": [[check.name, check.outcome] for check in row.checks.all()],
        "signal": row.usage.get("signal", ""),
    }


def _counters() -> dict[str, list[Any]]:
    from course import models

    return {
        name: sorted(map(list, getattr(models, name).objects.values_list(*fields)))
        for name, fields in COUNTERS.items()
    }


def _recount() -> None:
    from accounts.models import User
    from course.counters import recount
    from course.models import WeekProgress

    for row in WeekProgress.objects.select_related("week"):
        recount(User.objects.get(pk=row.user_id), row.week)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
    else:
        print(json.dumps(facts()))


if __name__ == "__main__":
    main()
