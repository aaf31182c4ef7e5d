"""The moves of a submission: claimed, renewed, finished, put back.

How this works: the rows are the queue. A worker claims the next row by an update that names the
state it expects and checks that one row changed; the claim it gets is a fresh UUID. Every later
move names that claim, so a worker that was believed dead, and comes back, changes nothing. A lease
says until when the claim is believed; a worker that is alive renews it, `sweep` ends the others'.
"""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from grading.verdict import Verdict

if TYPE_CHECKING:
    from grading.models import Submission

LEASE = timedelta(seconds=15)
FAILURES_ALLOWED = 3
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=5))  # after the first failure of ours, the second
WAIT_FOR_RUNNER = timedelta(seconds=3)  # nobody takes jobs: ask again then


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def attempts(self) -> SubmissionQuerySet:
        """What a learner submitted to be graded: no tries before it, and no regrades."""
        return self.filter(purpose=self.model.Purpose.SUBMIT)

    def of_the_learner(self) -> SubmissionQuerySet:
        """What a learner sent: attempts, and tries before them."""
        return self.exclude(purpose=self.model.Purpose.REGRADE)

    def due(self, now: datetime | None = None) -> SubmissionQuerySet:
        """Queued, and past any back-off."""
        return self.filter(state=self.model.State.QUEUED, not_before__lte=now or timezone.now())

    def overdue(self, now: datetime) -> SubmissionQuerySet:
        """Running, with a lease that ran out: whoever had them is gone."""
        return self.filter(state=self.model.State.RUNNING, lease_until__lt=now)

    def ahead_of(self, submission: Submission) -> int:
        """How many submissions wait in front of this one, roughly: order is fair, not first come."""
        return self.filter(
            state=self.model.State.QUEUED, queue=submission.queue, created_at__lt=submission.created_at
        ).count()

    def claim_next(self, queue: str) -> Submission | None:
        """Claim the next due row, or None where there is none.

        A person who waits comes first, even when the bell was for the bulk queue; then whose author
        has least running; then the oldest.
        """
        kinds = self.model.Queue
        queues = [kinds.INTERACTIVE] if queue == kinds.INTERACTIVE else [kinds.INTERACTIVE, kinds.BULK]
        while True:
            with transaction.atomic():
                found = (
                    self.due()
                    .filter(queue__in=queues)
                    .order_by(self._people_first(), self._least_running_first(), "created_at")
                    .select_for_update(skip_locked=True)  # where the database can; SQLite has one writer
                    .first()
                )
                if found is None:
                    return None
                if self._take(found):
                    return found

    def _people_first(self) -> Case:
        return Case(When(queue=self.model.Queue.INTERACTIVE, then=Value(0)), default=Value(1))

    def _least_running_first(self) -> Case | Value:
        running = Counter(self.filter(state=self.model.State.RUNNING).values_list("user_id", flat=True))
        if not running:
            return Value(0)
        return Case(*(When(user_id=user, then=Value(n)) for user, n in running.items()), default=Value(0))

    def _take(self, found: Submission) -> bool:
        now = timezone.now()
        was_claimed_before = found.claimed_at is not None
        found.claim, found.claimed_at, found.lease_until = uuid.uuid4(), now, now + LEASE
        taken = self.filter(pk=found.pk, state=self.model.State.QUEUED).update(
            state=self.model.State.RUNNING,
            claim=found.claim,
            claimed_at=found.claimed_at,
            lease_until=found.lease_until,
            checks_total=0,
            checks_passed=0,
            stdout="",
            stderr="",
            scratch_output="",
        )
        if not taken:
            return False
        if was_claimed_before:  # what an earlier, broken run had stored
            found.checks.all().delete()
            found.figures.all().delete()
        found.state = self.model.State.RUNNING
        return True

    def held(self, submission: Submission) -> SubmissionQuerySet:
        """The row, as long as this claim on it stands."""
        return self.filter(pk=submission.pk, state=self.model.State.RUNNING, claim=submission.claim)

    def renew(self, submission: Submission, **seen: Any) -> bool:
        """Move the lease on, and store what was seen meanwhile; False where the claim is stale."""
        return self.held(submission).update(lease_until=timezone.now() + LEASE, **seen) == 1

    def finish(self, submission: Submission, verdict: Verdict, **known: Any) -> bool:
        """End the run with its verdict; False where the claim is stale."""
        return self.held(submission)._end(verdict, **known) == 1

    def wait(self, submission: Submission) -> bool:
        """Put back a claimed row that nobody would run now. It waits, and nothing is counted."""
        return (
            self.held(submission).update(
                state=self.model.State.QUEUED,
                claim=None,
                lease_until=None,
                not_before=timezone.now() + WAIT_FOR_RUNNER,
            )
            == 1
        )

    def fail(self, submission: Submission, sentence: str) -> bool:
        """Count a failure of ours: back into the queue, or the end of it after the last allowed.

        False where the claim is stale. `sentence` is what the learner reads if it is the end.
        """
        return self.held(submission).count_failure(sentence) == 1

    def retry(self) -> int:
        """Queue again what ended by a failure of ours."""
        return self.filter(verdict=Verdict.PLATFORM_ERROR).update(
            state=self.model.State.QUEUED,
            verdict="",
            detail="",
            claim=None,
            failures=0,
            finished_at=None,
            not_before=timezone.now(),
        )

    def count_failure(self, sentence: str) -> int:
        """One more failure of ours for each of these running rows; how many rows there were."""
        now = timezone.now()
        with transaction.atomic():
            ended = self.filter(failures__gte=FAILURES_ALLOWED - 1)._end(
                Verdict.PLATFORM_ERROR, failures=F("failures") + 1, detail=sentence
            )
            back_off = Case(
                *(When(failures=n, then=Value(now + pause)) for n, pause in enumerate(BACK_OFF)),
                default=Value(now),
                output_field=models.DateTimeField(),
            )
            return ended + self.update(
                state=self.model.State.QUEUED,
                claim=None,
                lease_until=None,
                failures=F("failures") + 1,
                not_before=back_off,
            )

    def _end(self, verdict: Verdict, **known: Any) -> int:
        return self.update(
            state=self.model.State.DONE,
            verdict=verdict,
            finished_at=timezone.now(),
            lease_until=None,
            **known,
        )
