"""What a learner does next, and why that: the best step first, then one to take instead.

How this works: steps are looked for in this order, and each address is named once.

1. Reviews that are due: they take minutes, and what they hold fades.
2. An exercise that was begun and has not passed, the latest first: its thread is still at hand.
3. A lesson that was opened and not marked as read, the latest first.
4. The first lesson of the course that is not done: to be read, its exercise, its questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from course.models import Exercise, ExercisePass, Lesson, LessonProgress
from course.progress import exercises_passed, next_lesson
from grading.models import Submission
from grading.verdict import Verdict

TEXTS = ("files", "stdout", "stderr", "scratch", "scratch_output")  # of no use here


@dataclass(frozen=True)
class NextStep:
    """One thing to do, where it is, and why it is next."""

    title: str
    action: str
    url: str
    why: str
    about: str = ""
    """What it is, where the title does not say."""
    minutes: int = 0


def next_steps(user: User, *, due_reviews: int = 0, cohort_week: int = 0) -> list[NextStep]:
    """The next thing to do and one instead of it; empty where everything that is written is done.

    `cohort_week` is the week that the person's cohort is in, 0 for none. Six queries at the most.
    """
    seen: dict[str, NextStep] = {}
    for step in _steps(user, due_reviews, cohort_week):
        seen.setdefault(step.url, step)
    return list(islice(seen.values(), 2))


def _steps(user: User, due_reviews: int, cohort_week: int) -> Iterator[NextStep]:
    if due_reviews:
        yield _review(due_reviews)
    begun = _begun_exercise(user)
    if begun is not None:
        yield _try_again(begun)
    half_read = _half_read(user)
    if half_read is not None:
        yield _read_on(half_read)
    lesson = next_lesson(user)
    if lesson is not None:
        yield _go_on(user, lesson, cohort_week)


def _review(number: int) -> NextStep:
    title = ngettext("%(number)d question to review", "%(number)d questions to review", number)
    why = _("You answered them a while ago. Now is when asking again keeps them.")
    return NextStep(title % {"number": number}, _("Start the review"), reverse("review"), why)


def _begun_exercise(user: User) -> Submission | None:
    """The latest attempt at an exercise that has not passed yet; what failed by our fault is none."""
    passed = ExercisePass.objects.filter(user=user).values("exercise_id")
    begun = (
        Submission.objects.attempts()
        .filter(user=user, state=Submission.State.DONE)
        .filter(exercise__retired_at=None, exercise__optional=False)
        .exclude(verdict__in=(Verdict.PASSED, Verdict.PLATFORM_ERROR))
        .exclude(exercise__in=passed)
    )
    return begun.select_related("exercise__lesson__week__module").defer(*TEXTS).first()


def _try_again(latest: Submission) -> NextStep:
    exercise = latest.exercise
    if latest.checks_passed:
        why = _("You have begun it: %(passed)d of %(total)d checks passed last time.") % {
            "passed": latest.checks_passed,
            "total": latest.checks_total,
        }
    else:
        why = _("You have begun it. Your latest attempt says what to look at first.")
    about = _("An exercise of “%(lesson)s”.") % {"lesson": exercise.lesson}
    return NextStep(exercise.title, _("Try it again"), exercise.get_absolute_url(), why, about)


def _half_read(user: User) -> LessonProgress | None:
    opened = LessonProgress.objects.filter(user=user, read_at=None, done_at=None)
    opened = opened.filter(lesson__retired_at=None, lesson__planned=False)
    opened = opened.select_related("lesson__week__module").defer("lesson__body_html", "lesson__contents")
    return opened.order_by("-opened_at").first()


def _read_on(progress: LessonProgress) -> NextStep:
    lesson = progress.lesson
    day = date_format(timezone.localtime(progress.opened_at), "j F")
    why = _("You opened it on %(day)s and have not marked it as read.") % {"day": day}
    return NextStep(
        lesson.title, _("Read on"), lesson.get_absolute_url(), why, lesson.promise, lesson.minutes_read
    )


def _go_on(user: User, lesson: Lesson, cohort_week: int) -> NextStep:
    """The next thing in the first lesson that is not done."""
    url = lesson.get_absolute_url()
    progress = LessonProgress.objects.filter(user=user, lesson=lesson).first()
    if progress is None or progress.read_at is None:
        why = _why_this_lesson(lesson, cohort_week)
        return NextStep(lesson.title, _("Read the lesson"), url, why, lesson.promise, lesson.minutes_read)
    exercise = _first_open_exercise(user, lesson)
    if exercise is not None:
        exercise.lesson = lesson
        url = exercise.get_absolute_url()
        why = _("It belongs to “%(lesson)s”, which you have read.") % {"lesson": lesson.title}
        return NextStep(exercise.title, _("Do the exercise"), url, why, minutes=exercise.minutes)
    why = _("The exercises of this lesson have passed; its questions are still open.")
    return NextStep(
        lesson.title, _("Answer the quiz"), f"{url}#lesson-quiz", why, minutes=lesson.minutes_quiz
    )


def _why_this_lesson(lesson: Lesson, cohort_week: int) -> str:
    week = lesson.week
    if week.number <= cohort_week <= week.last_number:
        return _("It comes next, and belongs to the week that your cohort is in.")
    if week.last_number < cohort_week:
        return _("It comes next: later lessons build on it. Your cohort is in week %(number)d.") % {
            "number": cohort_week
        }
    return _("It comes next in the course.")


def _first_open_exercise(user: User, lesson: Lesson) -> Exercise | None:
    required = Exercise.objects.current().filter(lesson=lesson, optional=False)
    return required.exclude(pk__in=exercises_passed(user, lesson)).first()
