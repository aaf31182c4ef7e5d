"""What comes after a pass: the solutions to look at, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Exercise, ExercisePass, Lesson, QuizAnswer
from course.progress import has_passed

Step = tuple[str, str, str]  # label, title, address


@dataclass(frozen=True)
class After:
    """`label` says what comes next, and `title` and `url` lead there."""

    solution_url: str
    label: str
    title: str
    url: str


def after_passing(user: User, exercise: Exercise) -> After | None:
    """For who has passed the exercise; None for others. Four queries at the most."""
    if not has_passed(user, exercise):
        return None
    passed = ExercisePass.objects.filter(user=user).values("exercise")
    left = Exercise.objects.listed().filter(lesson=exercise.lesson).exclude(pk__in=passed)
    after = (
        _next_exercise(exercise, list(left.only("slug", "title", "number", "lesson_id")))
        or _questions(user, exercise.lesson)
        or _next_lesson(exercise)
    )
    return After(exercise.address_of("solution"), *after)


def _next_exercise(exercise: Exercise, left: list[Exercise]) -> Step | None:
    """The first that is not passed yet: of those after this one, then of those before it."""
    if not left:
        return None
    first = min(left, key=lambda one: (one.number < exercise.number, one.number))
    first.lesson = exercise.lesson
    return _("Next exercise"), first.title, first.get_absolute_url()


def _questions(user: User, lesson: Lesson) -> Step | None:
    """The lesson's quiz, where a question of it has no answer yet."""
    answered = QuizAnswer.objects.filter(user=user, question__lesson=lesson).values("question")
    if not lesson.questions.filter(retired_at=None).exclude(pk__in=answered).exists():
        return None
    return _("Next, the questions of the lesson"), lesson.title, f"{lesson.get_absolute_url()}#lesson-quiz"


def _next_lesson(exercise: Exercise) -> Step:
    """The next one that is written, or the week where there is none."""
    lesson, week = exercise.lesson, exercise.lesson.week
    later = Q(week=week, number__gt=lesson.number) | Q(week__number__gt=week.number)
    after = (
        Lesson.objects.filter(later, retired_at=None, planned=False).select_related("week__module").first()
    )
    if after is not None:
        return _("Next lesson"), after.title, after.get_absolute_url()
    return _("That was the last one that is written. Back to"), week.when, week.get_absolute_url()
