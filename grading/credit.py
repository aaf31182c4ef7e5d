"""What a submission counts, in percent of its points: by when it came, and by how many came before.

How this works: the credit is decided when the submission arrives, and stored with it. It is what the
page had said, so nothing that happens later lowers it: not the queue, not an earlier deadline. An
extension, or a later deadline, raises it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import User
from course.deadline_words import Notice, notice_of
from course.deadlines import FULL, Phase, Rules, rules_for, rules_for_each
from course.models import AttemptsPolicy, Cohort, Exercise
from grading.grades import record_grade
from grading.models import CreditReason, Submission
from grading.queue import SubmissionQuerySet
from grading.verdict import Verdict

LATENESS = (CreditReason.LATE, CreditReason.CLOSED)


@dataclass(frozen=True)
class Credit:
    percent: int
    reason: str = ""


def attempts_used(user: User, exercise: Exercise) -> int:
    return Submission.objects.counted().filter(user=user, exercise=exercise).count()


def notice_for(user: User, exercise: Exercise) -> Notice:
    """What the person should know before they send something to this exercise. Five queries at the most."""
    rules, now = rules_for(user, exercise), timezone.now()
    if rules.due_at is None and rules.attempts_allowed is None:
        return notice_of(rules, now)
    counted = Submission.objects.counted().filter(user=user, exercise=exercise)
    in_full = Q(verdict=Verdict.PASSED, credit_percent=FULL)
    so_far = counted.aggregate(used=Count("pk"), passed=Count("pk", filter=in_full))
    return notice_of(rules, now, used=so_far["used"], settled=so_far["passed"] > 0)


def credit_at(
    moment: datetime, user: User, exercise: Exercise, *, replaces: SubmissionQuerySet | None = None
) -> Credit:
    """What an attempt counts that arrives at the moment. Whoever calls it holds the person's row locked.

    `replaces` is what waits still, and gives way to it: but for what would count more, having come in time.
    """
    rules = rules_for(user, exercise)
    if replaces is not None:
        replaces.filter(credit_percent__lte=_by_time(rules, moment).percent).supersede()
    allowed = rules.attempts_allowed
    if allowed is not None and attempts_used(user, exercise) >= allowed:
        return Credit(0, CreditReason.ATTEMPTS)
    return _by_time(rules, moment)


def _by_time(rules: Rules, moment: datetime) -> Credit:
    percent = rules.credit_at(moment)
    closed = rules.phase_at(moment) is Phase.CLOSED
    return Credit(percent, "" if percent == FULL else CreditReason.CLOSED if closed else CreditReason.LATE)


def raise_credit(learners: Iterable[User]) -> int:
    """Give what these people sent late the credit it has by today's rules, where that is more; how many rows.

    For whoever has just granted an extension or moved a deadline. What was practice because no
    attempts were left stays practice: more attempts are for what comes.
    """
    return sum(_raise_credit_of(learner) for learner in learners)


def raise_credit_in(cohort: Cohort) -> int:
    """The same for everybody in the cohort who sent something late."""
    late = Submission.objects.filter(credit_reason__in=LATENESS).values("user_id")
    return raise_credit(User.objects.filter(enrolments__cohort=cohort, pk__in=late).distinct())


@transaction.atomic
def _raise_credit_of(learner: User) -> int:
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)  # nobody submits meanwhile
    late = Submission.objects.attempts().filter(user=learner, credit_reason__in=LATENESS)
    rows = list(late.select_related("exercise__lesson").order_by("exercise_id", "created_at").defer("files"))
    rules = rules_for_each(learner, [row.exercise for row in rows])
    return sum(
        _raise_at_one_exercise(rules[exercise], list(sent))
        for exercise, sent in groupby(rows, lambda row: row.exercise_id)
    )


def _raise_at_one_exercise(rules: Rules, rows: Sequence[Submission]) -> int:
    raised = sum(_raise(row, rules) for row in rows if row.credit_percent)
    practice = [row for row in rows if not row.credit_percent and row.done]
    best = max(practice, key=lambda row: row.checks_passed, default=None)
    return raised + (best is not None and _may_count(best, rules) and _raise(best, rules))


def _raise(row: Submission, rules: Rules) -> bool:
    credit = _by_time(rules, row.created_at)
    if credit.percent <= row.credit_percent:
        return False
    row.credit_percent, row.credit_reason = credit.percent, credit.reason
    row.save(update_fields=["credit_percent", "credit_reason"])
    if row.done:
        record_grade(row)
    return True


def _may_count(practice: Submission, rules: Rules) -> bool:
    """Whether the best of what was practice after closing may become an attempt without harm.

    It must be better than every attempt so far, and where the last one counts there must be none. It
    uses an attempt: so one must be left, and either nothing could do better, or no other comes in time.
    """
    counted = Submission.objects.counted().filter(user=practice.user_id, exercise=practice.exercise_id)
    so_far = counted.aggregate(used=Count("pk"), best=Max("checks_passed"))
    used, best = so_far["used"], so_far["best"]
    better = best is None or practice.checks_passed > best
    takes_no_place = rules.policy == AttemptsPolicy.BEST or used == 0
    is_left = rules.attempts_allowed is None or used < rules.attempts_allowed
    nothing_to_lose = (
        rules.attempts_allowed is None
        or practice.verdict == Verdict.PASSED
        or rules.credit_at(timezone.now()) == 0
    )
    return better and takes_no_place and is_left and nothing_to_lose
