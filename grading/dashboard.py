"""What a learner's dashboard shows: what to do next, this week, what came out lately, how far.

Plain reading of counters and newest rows: the number of queries stays the same however many weeks,
submissions and learners there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from course.cohorts import enrolment_of, week_by_pace
from course.models import Cohort, Exercise, Lesson, LessonProgress, Week
from course.progress import exercises_passed, lesson_progress, next_lesson
from grading.access import submissions_taught_by
from grading.models import Review, Submission

RECENT = 6


@dataclass(frozen=True)
class NextStep:
    """One thing to do, where it is, and why it is next."""

    title: str
    action: str
    url: str
    why: str


@dataclass(frozen=True)
class ThisWeek:
    """The week that the learner's cohort is in: its lessons, each with how far the learner is."""

    cohort: Cohort
    number: int
    week: Week | None
    lessons: Sequence[tuple[Lesson, LessonProgress | None]]


def next_step(user: User) -> NextStep | None:
    """The next thing to read, solve or answer; None where everything that is written is done."""
    lesson = next_lesson(user)
    if lesson is None:
        return None
    url = lesson.get_absolute_url()
    progress = LessonProgress.objects.filter(user=user, lesson=lesson).first()
    if progress is None or progress.read_at is None:
        return NextStep(lesson.title, _("Read the lesson"), url, lesson.promise)
    exercise = _first_open_exercise(user, lesson)
    if exercise is not None:
        where = reverse(
            "exercise", args=[lesson.week.module.slug, lesson.week.number, lesson.slug, exercise.slug]
        )
        why = _("It belongs to “%(lesson)s”, which you have read.") % {"lesson": lesson.title}
        return NextStep(exercise.title, _("Do the exercise"), where, why)
    why = _("The exercises of this lesson have passed; its questions are still open.")
    return NextStep(lesson.title, _("Answer the quiz"), f"{url}#quiz", why)


def _first_open_exercise(user: User, lesson: Lesson) -> Exercise | None:
    required = Exercise.objects.current().filter(lesson=lesson, optional=False)
    return required.exclude(pk__in=exercises_passed(user, lesson)).first()


def this_week(user: User) -> ThisWeek | None:
    """Where the learner's cohort is today; None for who has no cohort."""
    enrolment = enrolment_of(user)
    if enrolment is None:
        return None
    number = week_by_pace(enrolment.cohort, timezone.localdate())
    weeks = Week.objects.current().filter(number__lte=max(number, 1)).select_related("module")
    week = weeks.order_by("-number").first()
    if week is None:
        return ThisWeek(enrolment.cohort, number, None, [])
    progress = lesson_progress(user, week)
    lessons = Lesson.objects.current().filter(week=week).select_related("week__module")
    return ThisWeek(enrolment.cohort, number, week, [(lesson, progress.get(lesson.pk)) for lesson in lessons])


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
