"""The states of a submission, and every move between them.

How this works: the rows are the queue. A worker claims the next row by an update that names the
state it expects and checks that one row changed; the claim it gets is a fresh UUID. Every later
move names that claim, so a worker that was believed dead, and comes back, changes nothing. A lease
says until when the claim is believed; a worker that is alive renews it, `sweep` ends the others'.
`tests/grading/test_states.py` holds these moves to this table:

    from        to          move           who, and when
    –           queued      submit         the learner
    –           done        submit         the learner, whose code has had a verdict already (`same_as`)
    queued      running     claim_next     a worker: a fresh claim, lease_until and run_until
    queued      superseded  supersede      the learner, by a newer submission to the same exercise
    running     running     renew          its worker, every few seconds; never beyond run_until
    running     done        finish         its worker: the verdict
    running     queued      wait           its worker: nobody takes jobs; nothing is counted
    running     queued      fail           its worker: we failed, for the first or second time
    running     done        fail           its worker: for the third; platform-error, no attempt charged
    running     queued/done sweep          the beat, or a worker that misses it: as fail, where
                                           the lease ran out
    done        queued      retry          an operator, where the verdict was platform-error

    state       its deadline                          the way out
    queued      not_before (5 s at the most), then    the bell; where that was lost, the sweep rings.
                its turn                              Its turn needs a worker that takes jobs: until
                                                      there is one it waits, and the pages say so
    running     lease_until: LEASE since the last     the sweep, every 5 s; so a dead worker costs 20 s
                sign of life; run_until: the          and a row that is forever renewed at the most
                exercise's limit and RUN_GRACE        three times its limit and RUN_GRACE
    done, superseded                                  they are ends

What cannot be graded here at all (an environment that is not installed, a job too large to send)
ends at once as a platform-error: the learner reads why within a second instead of waiting for
something that nobody works on, and an operator queues it again, with all others, by one click. An
exercise that was retired meanwhile is graded like any other.

Clocks may jump. Forward, a living lease looks run out: the run is done again, and counted as a
failure of ours. Back, times lie in the future: `mend_clocks` brings them to where they can be.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models, transaction
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from grading.sandbox.wire import Limits
from grading.verdict import Verdict

if TYPE_CHECKING:
    from grading.models import Submission

LEASE = timedelta(seconds=15)
RUN_GRACE = timedelta(seconds=40)  # over the limit: the runner gives up after 20, the rest is for storing
FAILURES_ALLOWED = 3
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=5))  # after the first failure of ours, the second
WAIT_FOR_RUNNER = timedelta(seconds=3)  # nobody takes jobs: ask again then


def this_worker() -> str:
    """This process, as the rows that it claims and the operator's page name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _limit_of(stated: Any) -> timedelta:
    """How long a run of the exercise may take. Nonsense must break its run, not everybody's queue."""
    try:
        return timedelta(seconds=msgspec.convert(stated, Limits).wall_s)
    except msgspec.ValidationError:
        return timedelta(seconds=Limits().wall_s)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def attempts(self) -> SubmissionQuerySet:
        """What a learner submitted to be graded: no tries before it, and no regrades."""
        return self.filter(purpose=self.model.Purpose.SUBMIT)

    def of_the_learner(self) -> SubmissionQuerySet:
        """What a learner sent: attempts, and tries before them."""
        return self.exclude(purpose=self.model.Purpose.REGRADE)

    def counted(self) -> SubmissionQuerySet:
        """The attempts that use up somebody's allowance, from the moment they are sent.

        Not what is for practice, what was replaced before its turn, what was answered without a run,
        nor what failed by our fault.
        """
        ours = self.attempts().filter(same_as=None, credit_percent__gt=0)
        return ours.exclude(state=self.model.State.SUPERSEDED).exclude(verdict=Verdict.PLATFORM_ERROR)

    def unreviewed(self) -> SubmissionQuerySet:
        """Verdicts that nobody has looked at; a repeated one has been looked at with the first."""
        return self.filter(state=self.model.State.DONE, same_as=None, reviews=None)

    def in_progress(self) -> SubmissionQuerySet:
        """What something will still come of."""
        return self.filter(state__in=[self.model.State.QUEUED, self.model.State.RUNNING])

    def due(self, now: datetime | None = None) -> SubmissionQuerySet:
        """Queued, and past any back-off."""
        return self.filter(state=self.model.State.QUEUED, not_before__lte=now or timezone.now())

    def overdue(self, now: datetime) -> SubmissionQuerySet:
        """Running, with a lease that ran out: whoever had them is gone, or has had them for too long."""
        over = Q(lease_until=None) | Q(lease_until__lt=now) | Q(run_until__lt=now)
        return self.filter(over, state=self.model.State.RUNNING)

    def ahead_of(self, submission: Submission) -> int:
        """How many wait in front of this one, roughly: the author's own, and one of each other person."""
        own = Q(user=submission.user_id)
        counted = self.filter(
            state=self.model.State.QUEUED, queue=submission.queue, created_at__lt=submission.created_at
        ).aggregate(own=Count("pk", filter=own), others=Count("user", filter=~own, distinct=True))
        return int(counted["own"] + counted["others"])

    # --- Whose turn it is -----------------------------------------------------------------------

    def claim_next(self, queue: str) -> Submission | None:
        """Claim the next due row, or None where there is none.

        A person who waits comes first, even when the bell was for the bulk queue; only then bulk,
        the oldest first.
        """
        kinds = self.model.Queue
        found = self._claim_first_of(self._in_turn())
        if found is None and queue == kinds.BULK:
            found = self._claim_first_of(self.due().filter(queue=kinds.BULK).order_by("created_at"))
        return found

    def _in_turn(self) -> SubmissionQuerySet:
        """What people wait for: who has least running, then whose last turn is longest ago, then the oldest.

        So with one worker too people take turns: before somebody's next row everybody else has one
        at the most. A turn from the future, before a clock jumped back, was none.
        """
        people = self.model.Queue.INTERACTIVE
        turns = self.model.objects.filter(
            user=OuterRef("user"), queue=people, claimed_at__lte=timezone.now()
        ).order_by("-claimed_at")
        return (
            self.due()
            .filter(queue=people)
            .alias(last_turn=Subquery(turns.values("claimed_at")[:1]))
            .order_by(self._least_running_first(), F("last_turn").asc(nulls_first=True), "created_at")
        )

    def _least_running_first(self) -> Case | Value:
        state, people = self.model.State.RUNNING, self.model.Queue.INTERACTIVE
        running = Counter(self.filter(state=state, queue=people).values_list("user_id", flat=True))
        if not running:
            return Value(0)
        return Case(*(When(user_id=user, then=Value(n)) for user, n in running.items()), default=Value(0))

    def _claim_first_of(self, candidates: SubmissionQuerySet) -> Submission | None:
        while True:
            with transaction.atomic():
                # Where the database can; SQLite has one writer.
                locked = candidates.select_for_update(skip_locked=True, of=("self",))
                # All that grading it reads.
                found = locked.select_related("exercise__lesson", "version", "user").first()
                if found is None:
                    return None
                if self._take(found):
                    return found

    def _take(self, found: Submission) -> bool:
        now = timezone.now()
        limit, again = _limit_of((found.version or found.exercise).limits), found.claimed_at is not None
        found.claim, found.claimed_at, found.worker = uuid.uuid4(), now, this_worker()
        found.lease_until, found.run_until = now + LEASE, now + limit + RUN_GRACE
        taken = self.filter(pk=found.pk, state=self.model.State.QUEUED).update(
            state=self.model.State.RUNNING,
            claim=found.claim,
            claimed_at=found.claimed_at,
            worker=found.worker,
            lease_until=found.lease_until,
            run_until=found.run_until,
            checks_total=0,
            checks_passed=0,
            stdout="",
            stderr="",
            scratch_output="",
        )
        if not taken:
            return False
        if again:  # what an earlier, broken run had stored
            found.checks.all().delete()
            found.figures.all().delete()
        found.state = self.model.State.RUNNING
        return True

    # --- The moves of who holds a claim ---------------------------------------------------------

    def held(self, submission: Submission) -> SubmissionQuerySet:
        """The row, as long as this claim on it stands."""
        return self.filter(pk=submission.pk, state=self.model.State.RUNNING, claim=submission.claim)

    def renew(self, submission: Submission, **seen: Any) -> bool:
        """Move the lease on, and store what was seen meanwhile.

        False where the claim is stale, or the run has gone on for longer than any may.
        """
        now = timezone.now()
        assert submission.run_until is not None  # `claim_next` has set it
        if now >= submission.run_until:
            return False
        lease_until = min(now + LEASE, submission.run_until)
        return self.held(submission).update(lease_until=lease_until, **seen) == 1

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
                run_until=None,
                not_before=timezone.now() + WAIT_FOR_RUNNER,
            )
            == 1
        )

    def fail(self, submission: Submission, sentence: str) -> bool:
        """Count a failure of ours: back into the queue, or the end of it after the last allowed.

        False where the claim is stale. `sentence` is what the learner reads if it is the end.
        """
        return self.held(submission).count_failure(sentence) == 1

    # --- The moves of everybody else ------------------------------------------------------------

    def supersede(self) -> int:
        """Of these, end what still waits for its turn: its author has sent something newer."""
        return self.filter(state=self.model.State.QUEUED).update(
            state=self.model.State.SUPERSEDED, finished_at=timezone.now()
        )

    def retry(self) -> int:
        """Queue again what ended by a failure of ours."""
        return self.filter(verdict=Verdict.PLATFORM_ERROR).update(
            state=self.model.State.QUEUED,
            verdict="",
            detail="",
            claim=None,
            failures=0,
            version=None,  # the checks may have been mended meanwhile: today's grade it
            finished_at=None,
            seen_at=None,
            not_before=timezone.now(),
        )

    def mend_clocks(self, now: datetime) -> int:
        """Bring times that lie further ahead than they can to where they can be; how many there were.

        A clock was set back: the lease of a dead worker would be believed, and a back-off last, as
        long as it had jumped.
        """
        state = self.model.State
        lease, pause = now + LEASE, now + max(*BACK_OFF, WAIT_FOR_RUNNER)
        leases = self.filter(state=state.RUNNING, lease_until__gt=lease).update(lease_until=lease)
        return leases + self.filter(state=state.QUEUED, not_before__gt=pause).update(not_before=pause)

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
                run_until=None,
                failures=F("failures") + 1,
                not_before=back_off,
            )

    def _end(self, verdict: Verdict, **known: Any) -> int:
        return self.update(
            state=self.model.State.DONE,
            verdict=verdict,
            finished_at=timezone.now(),
            lease_until=None,
            run_until=None,
            **known,
        )
