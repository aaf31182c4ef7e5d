"""Which grades a regrade looks at: the filter an instructor sets, in rows and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Cohort, Exercise, Week
from grading.access import submissions_taught_by
from grading.cluster import plain_message
from grading.grades import grades_taught_by
from grading.ledger import GradeEventQuerySet
from grading.models import CheckResult, Regrade, Submission
from grading.queue import SubmissionQuerySet
from grading.verdict import Verdict

CLUSTERS_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Attempts of the learners that somebody teaches; what is None or empty does not narrow it."""

    exercise: Exercise | None = None
    week: Week | None = None
    cohort: Cohort | None = None
    verdict: str = ""
    cluster: str = ""
    """A name from `grading.cluster`: attempts with a check that failed in this way."""
    since: date | None = None
    until: date | None = None
    """Days in the time zone of the site; the last one is part of it."""

    def words(self) -> str:
        """What is looked for, as a list somebody can read later."""
        parts = [
            self.week and f"{self.week.when}: {self.week}",
            self.exercise and str(self.exercise),
            self.cohort and str(self.cohort),
            self.verdict and Verdict(self.verdict).words.name,
            self.cluster and self._words_of_cluster(),
            self.since and _("since %(day)s") % {"day": date_format(self.since, "j M Y")},
            self.until and _("until %(day)s") % {"day": date_format(self.until, "j M Y")},
        ]
        return " · ".join(part for part in parts if part)[:500] or _("everything")

    def _words_of_cluster(self) -> str:
        row = CheckResult.objects.filter(cluster=self.cluster).first()
        return f"{row.name}: {plain_message(row.message)}"[:200] if row else self.cluster


@dataclass(frozen=True)
class Cluster:
    """Failures that are alike, in one exercise."""

    key: str
    check: str
    message: str
    attempts: int
    learners: int


def graded_attempts(user: User) -> SubmissionQuerySet:
    """The attempts of the learners this person teaches that came to a verdict which is theirs."""
    done = submissions_taught_by(user).filter(state=Submission.State.DONE)
    return done.exclude(verdict=Verdict.PLATFORM_ERROR)


def matching_attempts(user: User, scope: Scope) -> SubmissionQuerySet:
    found = graded_attempts(user)
    if scope.exercise:
        found = found.filter(exercise=scope.exercise)
    if scope.week:
        found = found.filter(exercise__lesson__week=scope.week)
    if scope.cohort:
        found = found.filter(user__in=scope.cohort.enrolments.values("user"))
    if scope.verdict:
        found = found.filter(verdict=scope.verdict)
    if scope.cluster:
        alike = CheckResult.objects.filter(submission=OuterRef("pk"), cluster=scope.cluster)
        found = found.filter(Exists(alike))
    if scope.since:
        found = found.filter(created_at__gte=_start_of(scope.since))
    if scope.until:
        found = found.filter(created_at__lt=_start_of(scope.until + timedelta(days=1)))
    return found


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def grades_in(user: User, scope: Scope, attempts: str) -> GradeEventQuerySet:
    """The grades that a regrade would look at; never one that a person gave.

    With every attempt, a grade is in it where one of its attempts matches; with the standing one,
    where that one does.
    """
    grades = grades_taught_by(user).filter(by_hand=False, submission__isnull=False)
    found = matching_attempts(user, scope)
    if attempts == Regrade.Attempts.STANDING:
        return grades.filter(submission__in=found)
    return grades.filter(Exists(found.filter(user=OuterRef("user"), exercise=OuterRef("exercise"))))


def attempts_of(user: User, grades: GradeEventQuerySet, attempts: str) -> SubmissionQuerySet:
    """The attempts that are run again for these grades."""
    if attempts == Regrade.Attempts.STANDING:
        return Submission.objects.filter(pk__in=grades.values("submission"))
    of_grade = grades.filter(user=OuterRef("user"), exercise=OuterRef("exercise"))
    return graded_attempts(user).filter(Exists(of_grade))


def clusters_of(user: User, exercise: Exercise) -> Sequence[Cluster]:
    """The failures of an exercise that most attempts share, the most common first. One query."""
    failed = CheckResult.objects.filter(submission__in=graded_attempts(user).filter(exercise=exercise))
    counted = (
        failed.exclude(cluster="")
        .order_by()
        .values("cluster")
        .annotate(
            test=Max("name"),
            example=Max("message"),
            attempts=Count("submission", distinct=True),
            learners=Count("submission__user", distinct=True),
        )
        .order_by("-attempts", "cluster")[:CLUSTERS_SHOWN]
    )
    return [
        Cluster(row["cluster"], row["test"], plain_message(row["example"]), row["attempts"], row["learners"])
        for row in counted
    ]
