"""The one door to what a person may read of the course, and to whom an instructor teaches.

Home and syllabus are public. Everything else needs a place in a cohort, or staff. What does not
exist, is retired, or is not for this person answers 404; a person without a place gets the 403 page
that says whom to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from course.cohorts import know_place
from course.deadlines import zone_of
from course.models import Enrolment, Exercise, Lesson, Module, Question, Week

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request behind `course_member_required`: somebody is signed in."""

    user: User
    htmx: HtmxDetails


def may_read_course(user: User) -> bool:
    """Whether the person has a place in a cohort, or is staff."""
    return user.is_staff or Enrolment.objects.filter(user=user).exists()


def course_member_required(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send strangers to sign-in, and tell people without a place in a cohort how to get one.

    Times are written in the cohort's zone for who has chosen none: the place is known here already.
    """

    @wraps(view)
    def wrapped(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        place = None if request.user.is_staff else know_place(request.user)
        if place is None and not request.user.is_staff:
            raise PermissionDenied(
                _("You have no place in a cohort yet. Ask your instructor for the cohort’s link.")
            )
        if place is not None and not request.user.time_zone:
            timezone.activate(zone_of(place.cohort))
        return view(request, *args, **kwargs)

    return login_required(wrapped)  # type: ignore[return-value]  # it narrows the request


def module_for(module: str) -> Module:
    return get_object_or_404(Module.objects.current(), slug=module)


def week_for(module: str, week: int) -> Week:
    weeks = Week.objects.current().select_related("module")
    return get_object_or_404(weeks, module__slug=module, number=week)


def lesson_for(user: User, module: str, week: int, lesson: str, *, written: bool = False) -> Lesson:
    """The lesson at that address; Http404 where there is none. Planned ones too, unless `written`.

    Staff may still read what was retired: there may be submissions to it.
    """
    lessons = Lesson.objects.all() if user.is_staff else Lesson.objects.current()
    if written:
        lessons = lessons.filter(planned=False)
    return get_object_or_404(
        lessons.select_related("week__module"), week__module__slug=module, week__number=week, slug=lesson
    )


def exercise_for(user: User, module: str, week: int, lesson: str, exercise: str) -> Exercise:
    """The exercise at that address, with its lesson, week and module; Http404 where there is none."""
    exercises = Exercise.objects.all() if user.is_staff else Exercise.objects.current()
    return get_object_or_404(
        exercises.select_related("lesson__week__module"),
        lesson__week__module__slug=module,
        lesson__week__number=week,
        lesson__slug=lesson,
        slug=exercise,
    )


def question_for(lesson: Lesson, question: str) -> Question:
    return get_object_or_404(Question.objects.current(), lesson=lesson, slug=question)


def learners_taught_by(user: User) -> QuerySet[User]:
    """Those whose work this person may see: an admin everybody's, an instructor their cohorts'."""
    if user.administers:
        return User.objects.all()
    if user.teaches:
        return User.objects.filter(enrolments__cohort__instructors=user).distinct()
    return User.objects.none()


def may_teach(user: User, learner: User) -> bool:
    return learners_taught_by(user).filter(pk=learner.pk).exists()
