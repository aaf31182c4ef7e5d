"""The one door to submissions: a person's own, and those of the learners they teach.

What is not theirs to see answers 404, as if it did not exist.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404

from accounts.models import User
from course.access import learners_taught_by
from course.models import Exercise
from grading.models import Submission
from grading.queue import SubmissionQuerySet


def submissions_visible_to(user: User) -> SubmissionQuerySet:
    """The person's own submissions, and those of the learners they teach; an admin sees all.

    What a learner tries before a submission is the learner's own.
    """
    if user.administers:
        return Submission.objects.all()
    taught = Q(user__in=learners_taught_by(user)) & ~Q(purpose=Submission.Purpose.RUN)
    return Submission.objects.filter(Q(user=user) | taught)


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
