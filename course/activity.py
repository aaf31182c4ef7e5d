"""On which days somebody learned, and for how long their pages were in use. Nobody else sees either.

How this works: whatever keeps something that a learner did calls `note_learning`, which stores one row
for the day. Time comes in beats: `static/js/activity.js` says once a minute, and when the page goes
out of sight, for how many seconds a lesson was in use since it last said so. The server adds them to
the lesson's row of the day, and never more than have gone by since the learner's latest beat from
whichever page. So two open tabs do not count double, and whoever makes beats up cannot outrun the
clock. There is no row per beat.

A day is one by the clock that the request runs in: the learner's own, or their cohort's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, IntegerField, Q, Sum, Value
from django.db.models.expressions import CombinedExpression, Subquery
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from course.models import LatestBeat, LearningDay, Lesson, TimeSpent
from course.streak import Streak, monday_of, streak_of

TIME_RULE = gettext_lazy(
    "Counted while a lesson or an exercise is in sight and you scrolled, typed or moved the pointer within "
    "the last 60 seconds. Two open pages do not count double. Without JavaScript, and in an editor of your "
    "own, nothing is counted."
)
LONGEST_BEAT_S = 90
"""A page sends one a minute; what is beyond comes from a page that was held up, or from nowhere."""
REMEMBERED = timedelta(weeks=53)


@dataclass(frozen=True)
class TimeSoFar:
    """Seconds that somebody's pages were in use."""

    by_week: dict[int, int]
    """By the id of the course's week, wherever there are any."""
    since_monday: int

    @property
    def total(self) -> int:
        return sum(self.by_week.values())


# --- What happens -------------------------------------------------------------------------------


def note_learning(user: User) -> None:
    """Note that the person learned something today. Twice is harmless; one query."""
    LearningDay.objects.bulk_create([LearningDay(user=user, day=timezone.localdate())], ignore_conflicts=True)


def record_beat(user: User, lesson: Lesson, seconds: int) -> None:
    """Add what a page says to the lesson's time of today, capped by the clock.

    Two queries, and two more at the first beat of a lesson on a day.
    """
    now = timezone.now()
    second, day = int(now.timestamp()), timezone.localdate(now)
    with transaction.atomic():
        if not _move_clock(user, seconds, second):
            joined = int(user.date_joined.timestamp())
            LatestBeat.objects.get_or_create(user=user, defaults={"second": joined})
            _move_clock(user, seconds, second)
        if not _add_counted(user, lesson, day):
            TimeSpent.objects.get_or_create(user=user, lesson=lesson, day=day)
            _add_counted(user, lesson, day)


def _move_clock(user: User, seconds: int, second: int) -> int:
    """Count what fits between the latest beat and now, and make this the latest. How many rows: 0 or 1.

    One statement, which holds the row until the transaction ends: of two beats at once the later one
    finds that no time has passed.
    """
    passed = CombinedExpression(Value(second), "-", F("second"), output_field=IntegerField())
    claimed = Value(min(seconds, LONGEST_BEAT_S))
    return LatestBeat.objects.filter(user=user).update(
        counted=Least(claimed, Greatest(Value(0), passed)), second=second
    )


def _add_counted(user: User, lesson: Lesson, day: date) -> int:
    counted = LatestBeat.objects.filter(user=user).values("counted")[:1]
    times = TimeSpent.objects.filter(user=user, lesson=lesson, day=day)
    return times.update(seconds=F("seconds") + Subquery(counted))


# --- How to read it -----------------------------------------------------------------------------


def learning_streak(user: User) -> Streak:
    """The person's run of learning days as of today. One query, of at most a row a day."""
    today = timezone.localdate()
    days = LearningDay.objects.filter(user=user, day__gte=today - REMEMBERED)
    return streak_of(days.values_list("day", flat=True), today)


def time_so_far(user: User) -> TimeSoFar:
    """How long the person's pages were in use, by week of the course. One query."""
    monday = monday_of(timezone.localdate())
    found = TimeSpent.objects.filter(user=user, seconds__gt=0).order_by().values("lesson__week")
    sums = found.annotate(all=Sum("seconds"), lately=Sum("seconds", filter=Q(day__gte=monday), default=0))
    rows = list(sums)
    return TimeSoFar({row["lesson__week"]: row["all"] for row in rows}, sum(row["lately"] for row in rows))


def in_hours(seconds: int) -> str:
    """“2 h 10 min”, “45 min”, “under a minute”; whole minutes, never rounded up."""
    hours, minutes = divmod(seconds // 60, 60)
    if hours and minutes:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)d h") % {"hours": hours}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("under a minute") if seconds else _("0 min")
