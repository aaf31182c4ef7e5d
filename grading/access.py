"""The one door to submissions: a person's own, and those of the learners they teach.

What is not theirs to see answers 404, as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.access import role_required
from accounts.models import Role, User
from course.access import MemberRequest, learners_taught_by
from course.models import Exercise
from grading.models import Draft, Regrade, Submission
from grading.queue import SubmissionQuerySet

P = ParamSpec("P")
TOLD = (Regrade.State.APPLIED, Regrade.State.REVERTED)


def instructor_required(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let in instructors and administrators; which rows are theirs is asked of the functions below."""
    return role_required(Role.INSTRUCTOR)(view)  # type: ignore[arg-type]  # it narrows the request


def submissions_visible_to(user: User) -> SubmissionQuerySet:
    """The person's own submissions, and those of the learners they teach; an admin sees all.

    What a learner tries before a submission is the learner's own. A regrade's run is its learner's to
    see once it was applied, and not while it is being looked at.
    """
    if user.administers:
        return Submission.objects.all()
    not_yet = Q(purpose=Submission.Purpose.REGRADE) & ~Q(rerun__regrade__state__in=TOLD)
    taught = Q(user__in=learners_taught_by(user)) & ~Q(purpose=Submission.Purpose.RUN)
    return Submission.objects.filter((Q(user=user) & ~not_yet) | taught)


def submissions_taught_by(user: User) -> SubmissionQuerySet:
    """The attempts that this person may review."""
    return Submission.objects.attempts().filter(user__in=learners_taught_by(user))


def submission_for(user: User, submission: UUID) -> Submission:
    """The submission with its exercise's place in the course, its version, its author; Http404."""
    visible = submissions_visible_to(user).select_related("exercise__lesson__week__module", "version", "user")
    return get_object_or_404(visible, pk=submission)


def latest_at(user: User, exercise: Exercise) -> Submission | None:
    """What the person sent last for the exercise, to be graded or to be tried."""
    return Submission.objects.of_the_learner().filter(user=user, exercise=exercise).first()


def attempts_at(user: User, exercise: Exercise) -> SubmissionQuerySet:
    """The person's own attempts at the exercise, the newest first."""
    return Submission.objects.attempts().filter(user=user, exercise=exercise)


def draft_at(user: User, exercise: Exercise) -> Draft | None:
    """What the person has typed into the exercise. A draft is its author's only, whoever teaches them."""
    return Draft.objects.filter(user=user, exercise=exercise).first()


def draft_for(user: User, exercise: Exercise) -> Draft:
    """The same; Http404 where they have typed nothing."""
    return get_object_or_404(Draft, user=user, exercise=exercise)


def regrades_visible_to(user: User) -> QuerySet[Regrade]:
    """The regrades that this person began; an admin sees all."""
    if user.administers:
        return Regrade.objects.all()
    return Regrade.objects.filter(created_by=user) if user.teaches else Regrade.objects.none()


def regrade_for(user: User, regrade: int) -> Regrade:
    """The regrade, with who began and ended it; Http404 for strangers."""
    visible = regrades_visible_to(user).select_related("created_by", "ended_by")
    return get_object_or_404(visible, pk=regrade)
