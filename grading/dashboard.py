"""What a learner's dashboard shows beside the next step: this week, time, what came out lately, how far.

Plain reading of counters and newest rows: the number of queries stays the same however many weeks,
submissions and learners there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from course.activity import TIME_RULE, in_hours, time_so_far
from course.cohorts import enrolment_of, week_by_pace
from course.models import Cohort, Lesson, LessonProgress, Week
from course.pace import Plan, plan_of
from course.progress import WeekStanding, lesson_progress
from grading.access import submissions_taught_by
from grading.models import Review, Submission

RECENT = 6


@dataclass(frozen=True)
class ThisWeek:
    """The week that the learner's cohort is in: its lessons, each with how far the learner is."""

    cohort: Cohort
    number: int
    week: Week | None
    lessons: Sequence[tuple[Lesson, LessonProgress | None]]
    plan: Plan

    @property
    def over(self) -> bool:
        """The plan has ended: the last week of the course lies behind the cohort."""
        return self.week is not None and self.week.last_number < self.number


@dataclass(frozen=True)
class WeekTime:
    """How long somebody's pages of one week were in use, beside how long it is planned to take."""

    week: Week
    seconds: int

    @property
    def words(self) -> str:
        return in_hours(self.seconds)

    @property
    def planned_seconds(self) -> int:
        return self.week.hours * 3600


@dataclass(frozen=True)
class TimeCard:
    """Time since Monday, in the week at hand, and in every week that has some."""

    since_monday: str
    total: str
    here: WeekTime | None
    weeks: list[WeekTime]

    rule = TIME_RULE


def this_week(user: User, weeks: Sequence[WeekStanding]) -> ThisWeek | None:
    """Where the learner's cohort is today; None for who has no cohort. `weeks` is `week_progress`."""
    enrolment = enrolment_of(user)
    if enrolment is None:
        return None
    cohort, today = enrolment.cohort, timezone.localdate()
    number, plan = week_by_pace(cohort, today), plan_of(weeks, cohort.starts_on, today)
    come = [standing.week for standing in weeks if standing.week.number <= max(number, 1)]
    if not come:
        return ThisWeek(cohort, number, None, [], plan)
    progress = lesson_progress(user, come[-1])
    lessons = Lesson.objects.current().filter(week=come[-1]).select_related("week__module")
    lines = [(lesson, progress.get(lesson.pk)) for lesson in lessons.defer("body_html", "contents")]
    return ThisWeek(cohort, number, come[-1], lines, plan)


def time_card(user: User, weeks: Sequence[WeekStanding], now: int) -> TimeCard:
    """The person's time by week; `now` is the week that the cohort is in, 0 for none. One query."""
    so_far = time_so_far(user)
    times = [WeekTime(standing.week, so_far.by_week.get(standing.week.pk, 0)) for standing in weeks]
    spent = [time for time in times if time.seconds]
    here = [time for time in times if time.week.number <= now <= time.week.last_number]
    return TimeCard(
        in_hours(so_far.since_monday),
        in_hours(so_far.total),
        next(iter(here or spent[-1:]), None),
        spent,
    )


def has_begun(user: User) -> bool:
    """Whether the person has opened a lesson; who has not is welcomed."""
    return LessonProgress.objects.filter(user=user).exists()


def recent_submissions(user: User) -> list[Submission]:
    found = Submission.objects.attempts().filter(user=user).select_related("exercise")
    return list(found.defer("files", "stdout", "stderr", "scratch", "scratch_output")[:RECENT])


def recent_reviews(user: User) -> list[Review]:
    """What instructors said of this person's submissions lately, the newest first."""
    found = Review.objects.filter(submission__user=user).order_by("-created_at")
    return list(found.select_related("reviewer", "submission__exercise")[:3])


def waiting_for_review(user: User) -> int:
    """How many graded submissions of the learners that this person teaches nobody has looked at."""
    return submissions_taught_by(user).unreviewed().exclude(user=user).count()
