"""What a learner's grade in an exercise is: the rule in words beside the number, and what moves it.

How this works: a grade is what the newest `GradeEvent` says. Each verb below locks the learner, reads
the newest event, and adds one that names it; so two at the same time come one after the other. The
machine moves a grade in one place, `record_grade`. Once a person has given a score it stands: the
machine's part of the event (`machine`) goes on, the grade does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from course.access import learners_taught_by
from course.deadlines import attempts_policies
from course.models import AttemptsPolicy, Exercise
from grading.ledger import GradeEventQuerySet
from grading.models import GradeEvent, Review, Submission
from grading.verdict import Verdict

HISTORY_SHOWN = 50
NEWS = timedelta(days=14)  # how long a dashboard tells of a change
Kind = GradeEvent.Kind

SHARE_RULE = gettext_lazy(
    "Each check that passes brings an equal share of the points. Of an attempt that came late so many "
    "percent count as its page says. The result is rounded down to a tenth of a point."
)


POLICY_RULES: dict[AttemptsPolicy, str | Promise] = {
    AttemptsPolicy.BEST: gettext_lazy("Your best attempt counts, and of equal ones the first."),
    AttemptsPolicy.LAST: gettext_lazy("Your last attempt counts, also where an earlier one was better."),
}


def policy_of(user: User) -> AttemptsPolicy:
    """Which attempt counts for this learner."""
    return attempts_policies([user.pk])[user.pk]


def score_of(points: int, passed: int, total: int, credit_percent: int) -> Decimal:
    """The points for a run, by SHARE_RULE: exact to a tenth, never rounded up."""
    tenths = points * passed * credit_percent * 10 // (total * 100) if total else 0
    return Decimal(tenths) / 10


# --- What moves a grade -------------------------------------------------------------------------


def lock_learners(users: Iterable[int]) -> None:
    """Hold these learners' grades until the transaction ends; always in the same order."""
    # `no_key`: rows that point at a learner may still be added meanwhile.
    found = User.objects.select_for_update(no_key=True).filter(pk__in=list(users)).order_by("pk")
    list(found.values_list("pk"))


def grade_of(user: User, exercise: Exercise) -> GradeEvent | None:
    """The event that says the grade; None where nothing has been graded."""
    return GradeEvent.objects.standing().filter(user=user, exercise=exercise).first()


@transaction.atomic(savepoint=False)
def record_grade(submission: Submission) -> GradeEvent | None:
    """Note what a graded attempt means for its learner's grade; None where nothing moves.

    Call it in the transaction that stored the verdict. Tries, regrades and what we failed to grade
    mean nothing here.
    """
    lock_learners([submission.user_id])
    score = _score(submission)
    if score is None:
        return None
    exercise = submission.exercise
    newest = grade_of(submission.user, exercise)
    if newest is not None and not _counts(submission, score, newest):
        return None
    by_hand = newest is not None and newest.by_hand
    reason = _reason_of(submission)
    if by_hand:
        reason += " " + _("The score that a person gave stands.")
    return GradeEvent.objects.create(
        user=submission.user,
        exercise=exercise,
        previous=newest,
        submission=submission,
        kind=Kind.GRADED,
        reason=reason,
        before=newest.after if newest else None,
        after=newest.after if newest and by_hand else score,
        machine=score,
        by_hand=by_hand,
        points=exercise.points,
        content_hash=submission.content_hash,
    )


def _score(submission: Submission) -> Decimal | None:
    """The points of the attempt, as it is stored by now; None where it means nothing for a grade."""
    known = ("state", "verdict", "checks_passed", "checks_total", "content_hash", "credit_percent")
    submission.refresh_from_db(fields=known)
    attempt = submission.purpose == Submission.Purpose.SUBMIT
    if not attempt or not submission.done or submission.verdict == Verdict.PLATFORM_ERROR:
        return None
    passed, total = submission.checks_passed, submission.checks_total
    return score_of(submission.exercise.points, passed, total, submission.credit_percent)


def _counts(submission: Submission, score: Decimal, newest: GradeEvent) -> bool:
    """Whether this attempt takes the place of the one that the machine's grade stands on."""
    if newest.machine is None:
        return True
    if submission.credit_percent == 0:
        return False  # practice: it may not take the place of what counts
    if policy_of(submission.user) is AttemptsPolicy.BEST:
        return score > newest.machine
    stands_on = _machines_last(newest).submission
    if stands_on == submission:
        return score != newest.machine
    return stands_on is None or stands_on.created_at <= submission.created_at


def _machines_last(newest: GradeEvent) -> GradeEvent:
    """The newest event of the same history that is not a person's score."""
    if newest.kind != Kind.SCORED:
        return newest
    own = GradeEvent.objects.filter(user=newest.user_id, exercise=newest.exercise_id)
    return own.exclude(kind=Kind.SCORED).first() or newest


def _reason_of(submission: Submission) -> str:
    if submission.verdict == Verdict.PASSED:
        said = _("Every check passed.")
    else:
        said = _("%(passed)d of %(total)d checks passed.") % {
            "passed": submission.checks_passed,
            "total": submission.checks_total,
        }
    if submission.credit_percent != 100:
        said += " " + _("It counts for %(credit)d %% of the points.") % {"credit": submission.credit_percent}
    return said


@transaction.atomic
def record_score(review: Review) -> GradeEvent:
    """A person's score becomes the grade, and stays it until it is withdrawn or another is given."""
    submission = review.submission
    assert review.score is not None
    lock_learners([submission.user_id])
    newest = grade_of(submission.user, submission.exercise)
    return GradeEvent.objects.create(
        user=submission.user,
        exercise=submission.exercise,
        previous=newest,
        submission=submission,
        actor=review.reviewer,
        kind=Kind.SCORED,
        reason=review.score_reason,
        before=newest.after if newest else None,
        after=Decimal(review.score),
        machine=newest.machine if newest else None,
        by_hand=True,
        points=submission.exercise.points,
        content_hash=submission.content_hash,
    )


@transaction.atomic
def withdraw_score(user: User, exercise: Exercise, *, by: User, reason: str) -> GradeEvent | None:
    """Give the grade back to the machine; None where no person's score stands. Twice is harmless."""
    lock_learners([user.pk])
    newest = grade_of(user, exercise)
    if newest is None or not newest.by_hand:
        return None
    machines = _machines_last(newest)
    return GradeEvent.objects.create(
        user=user,
        exercise=exercise,
        previous=newest,
        submission=machines.submission if machines.kind != Kind.SCORED else None,
        actor=by,
        kind=Kind.WITHDRAWN,
        reason=reason,
        before=newest.after,
        after=newest.machine,
        machine=newest.machine,
        points=machines.points,
        content_hash=machines.content_hash,
    )


# --- How to read it -----------------------------------------------------------------------------


class Grade:
    """A learner's grade in an exercise, as a page shows it: the newest event, and how it came about."""

    def __init__(self, user: User, exercise: Exercise, events: Sequence[GradeEvent]) -> None:
        self.user, self.exercise, self.history = user, exercise, events

    @property
    def event(self) -> GradeEvent:
        return self.history[0]

    @property
    def rules(self) -> list[str | Promise]:
        return [SHARE_RULE, POLICY_RULES[policy_of(self.user)]]

    @property
    def change(self) -> GradeEvent | None:
        """The newest event, where it is a change that nobody made by submitting."""
        newest = self.event
        return newest if newest.kind != Kind.GRADED and newest.moved and newest.before is not None else None


def grade_shown(user: User, exercise: Exercise) -> Grade | None:
    """The grade with its history, for a page; None where there is none. One query."""
    events = GradeEvent.objects.filter(user=user, exercise=exercise).select_related("actor", "submission")
    found = list(
        events.defer("submission__files", "submission__stdout", "submission__stderr")[:HISTORY_SHOWN]
    )
    return Grade(user, exercise, found) if found and exercise.points else None


def recent_changes(user: User, limit: int = 3) -> list[GradeEvent]:
    """The newest changes of this person's grades that they did not make by submitting. One query."""
    since = timezone.now() - NEWS
    moved = GradeEvent.objects.filter(user=user, created_at__gte=since, before__isnull=False)
    moved = moved.exclude(kind=Kind.GRADED)
    moved = moved.exclude(before=F("after")).select_related("exercise__lesson__week__module", "actor")
    return list(moved[:limit])


def grades_taught_by(user: User) -> GradeEventQuerySet:
    """The grades, one event each, of the learners that this person teaches."""
    return GradeEvent.objects.standing().filter(user__in=learners_taught_by(user))


def outdated_grades(user: User, exercise: Exercise) -> int:
    """How many of the grades that this person may regrade were made with checks of another day."""
    return _outdated(user).filter(exercise=exercise).count()


def exercises_outdated(user: User, limit: int = 10) -> list[tuple[Exercise, int]]:
    """The exercises whose content changed since grades were made, with how many grades. Two queries."""
    counted = _outdated(user).order_by().values("exercise").annotate(grades=Count("pk")).order_by("-grades")
    found = {row["exercise"]: row["grades"] for row in counted[:limit]}
    exercises = Exercise.objects.in_bulk(found)
    return [(exercises[key], grades) for key, grades in found.items()]


def _outdated(user: User) -> GradeEventQuerySet:
    made_by_machine = grades_taught_by(user).filter(by_hand=False, submission__isnull=False)
    return made_by_machine.exclude(content_hash=F("exercise__content_hash"))
