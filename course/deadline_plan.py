"""A plan to begin with: each week is due on the Sunday on which it ends, or the next one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from course.deadlines import zone_of
from course.models import Cohort, Deadline, Week
from course.wall_clock import later_moment_at

LAST_MINUTE = time(23, 59)
SUNDAY = 6


class NoTimeZone(Exception):
    """The cohort's clock hangs nowhere; the text says whom to ask."""


def zone_for_deadlines(cohort: Cohort) -> ZoneInfo:
    """The cohort's zone; NoTimeZone where nobody has said which: 23:59 is no moment without one."""
    if not cohort.time_zone:
        raise NoTimeZone(
            _(
                "“%(cohort)s” has no time zone yet, and 23:59 is no moment without one. "
                "An administrator sets it on the cohort’s page."
            )
            % {"cohort": cohort.name}
        )
    return zone_of(cohort)


def plan_deadlines(cohort: Cohort) -> int:
    """Give each week without a deadline the Sunday, 23:59, on which it ends or the next; say how many.

    NoTimeZone where the cohort has none. What is there stays as it is.
    """
    zone = zone_for_deadlines(cohort)
    there = set(Deadline.objects.filter(cohort=cohort).values_list("week_id", flat=True))
    weeks = Week.objects.current().filter(module__course=cohort.course_id).exclude(pk__in=there - {None})
    made = Deadline.objects.bulk_create(
        Deadline(cohort=cohort, week=week, due_at=_sunday_after(cohort, week, zone)) for week in weeks
    )
    return len(made)


def _sunday_after(cohort: Cohort, week: Week, zone: ZoneInfo) -> datetime:
    last_day = cohort.starts_on + timedelta(days=7 * week.last_number - 1)
    sunday = last_day + timedelta(days=SUNDAY - last_day.weekday())
    return later_moment_at(datetime.combine(sunday, LAST_MINUTE), zone)
