"""The one door to submissions: a person's own, and those of the learners they teach.

What is not theirs to see answers 404, as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import role_required
from accounts.models import Role, User
from course.access import MemberRequest, learners_taught_by, may_teach
from course.models import Exercise, KnownSolution
from course.progress import has_passed
from grading.models import Draft, HintOpened, Regrade, Submission
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


def sent_by(user: User, exercise: Exercise, number: str) -> Submission:
    """What the person once sent for the exercise, an attempt or a try; Http404 for anything else."""
    sent = Submission.objects.of_the_learner().filter(user=user, exercise=exercise)
    return get_object_or_404(sent, pk=_uuid(number))


def pair_for(user: User, exercise: Exercise, numbers: tuple[str, str]) -> tuple[Submission, Submission]:
    """Two submissions of one person to the exercise, to be compared; Http404 unless the person sees both."""
    visible = submissions_visible_to(user).filter(exercise=exercise).select_related("user")
    found = visible.in_bulk({_uuid(number) for number in numbers})
    first, second = (found.get(_uuid(number)) for number in numbers)
    if first is None or second is None or first.user_id != second.user_id:
        raise Http404
    return first, second


def hints_opened_at(user: User, exercise: Exercise, learner: User) -> QuerySet[HintOpened]:
    """The hints that a learner opened: for the learner, and for who teaches them; Http404 for others."""
    if learner != user and not may_teach(user, learner):
        raise Http404
    return HintOpened.objects.filter(user=learner, exercise=exercise)


def solutions_for(user: User, exercise: Exercise) -> QuerySet[KnownSolution]:
    """The solutions that the course knows, right and wrong: for who has passed, and for who teaches.

    PermissionDenied for others, with how to get there.
    """
    if not user.is_staff and not has_passed(user, exercise):
        raise PermissionDenied(
            _("The solution is shown here once one of your own has passed. Until then there are the hints.")
        )
    return exercise.known_solutions.all()


def _uuid(number: str) -> UUID:
    """A submission's number from an address; Http404 where it is none."""
    try:
        return UUID(number)
    except ValueError as error:
        raise Http404 from error


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
