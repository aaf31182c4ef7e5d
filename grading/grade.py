"""The second step of a submission: claimed, run, and its verdict stored.

How this works: `grade_next` claims one row (see `grading.queue`) and gives it to the runner. What
the checks say, and what the code prints and draws, is stored as it comes, a little at a time, so that
the page is live; the end is one transaction and replaces it all. Each write names the claim, so that of
two workers on one row only one is believed. A failure of ours is counted and tried again; it never
becomes the learner's verdict.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from course.progress import record_pass
from course.review import MANY_ATTEMPTS
from grading.cluster import cluster_of
from grading.credit import attempts_used
from grading.grades import record_grade
from grading.job import job_for
from grading.models import CheckResult, Figure, HintOpened, Submission
from grading.pin import pin
from grading.queue import FAILURES_ALLOWED
from grading.runner import Event, Report, RunnerUnavailable, configured_runner
from grading.sandbox.wire import SHOWN, Check, CheckDone, CheckStarted, Collected, Drawn, Printed, Stream
from grading.verdict import Outcome, Verdict
from grading.wake import tell
from grading.worker import watch

log = structlog.get_logger(__name__)

LIVE_OUTPUT = {Stream.STDOUT: "stdout", Stream.STDERR: "stderr", Stream.SCRATCH: "scratch_output"}
DATABASE_AWAY = (OperationalError, InterfaceError)
KILL = "SIGKILL"
LIVE_EVERY_S = 0.25  # a run quicker than this is stored once, at its end; pages ask no sooner
RENEW_EVERY_S = 5.0
STORE_WITHIN_S = 20.0  # as long as a database that restarts is away
STORE_AGAIN_S = 0.5
KILLED = (
    "Its process was ended by SIGKILL, perhaps from outside; where it ends so again, it is the learner's."
)
FAILED_TOO_OFTEN = "The run was tried several times. It broke on our side each time, and we have been told."


class ClaimLost(Exception):
    """Another worker has the submission by now; this run is stopped, and nothing of it is stored."""


def grade_next(queue: str) -> bool:
    """Grade the next submission of the queue; False where nothing waits."""
    submission = Submission.objects.claim_next(queue)
    if submission is None:
        return False
    try:
        grade(submission)
    except ClaimLost:
        log.warning("another worker took over the submission", submission=str(submission.pk))
    except DATABASE_AWAY:
        raise  # nothing can be said to it now; the lease runs out, and the sweep has it run again
    except Exception:  # a mistake of ours: counted now, not when the lease runs out
        log.exception("grading broke", submission=str(submission.pk))
        _patiently(partial(Submission.objects.fail, submission, FAILED_TOO_OFTEN))
    else:
        tell(submission.pk)
    return True


def grade(submission: Submission) -> None:
    """Run a claimed submission and store how it ended; ClaimLost where the claim is stale."""
    if not pin(submission):
        raise ClaimLost
    live = LiveResults(submission)
    try:
        report = configured_runner().run(job_for(submission), live.on_event)
    except RunnerUnavailable as error:
        failure, seen = error, {}
    else:
        verdict = report.verdict
        why = _why_it_is_not_theirs(submission, report, verdict)
        if not why:
            submission.started_at, submission.checked_at = live.started_at, timezone.now()
            _patiently(partial(_store, submission, report, verdict, stored_before=live.stored))
            return
        failure = RunnerUnavailable(why)
        # Read by `_may_be_ours`, if there is a next run.
        seen = {"usage": msgspec.to_builtins(report.figures)}
    _patiently(partial(_store_failure, submission, failure, **seen))


def _patiently(store: Callable[[], object]) -> None:
    """Store what is known, again where the database is away for some seconds: a run is worth a wait.

    `store` is one transaction that names the claim, so that twice is harmless. After that the error
    passes through; the lease runs out, and the sweep has the submission run again.
    """
    until = time.monotonic() + STORE_WITHIN_S
    while True:
        try:
            store()
        except DATABASE_AWAY as error:
            connection.close_if_unusable_or_obsolete()
            if time.monotonic() > until:
                raise
            log.warning("the database does not answer; storing again", error=str(error))
            time.sleep(STORE_AGAIN_S)
        else:
            return


def _why_it_is_not_theirs(submission: Submission, report: Report, verdict: Verdict) -> str:
    """Why this end is ours, or might be; empty where it is the learner's."""
    if verdict is Verdict.PLATFORM_ERROR:
        return report.author_log or report.detail or "no reason given"
    return KILLED if verdict is Verdict.CRASHED and _may_be_ours(submission, report) else ""


def _may_be_ours(submission: Submission, report: Report) -> bool:
    """Whether somebody else may have killed it: a host that was short of something, a hand that slipped.

    The kernel does not say who sent SIGKILL. It is believed of the learner where it is the last of the
    allowed failures, and the one before it was the same.
    """
    last = submission.failures >= FAILURES_ALLOWED - 1
    again = submission.usage.get("signal") == KILL
    return report.figures.signal == KILL and not (last and again)


class LiveResults:
    """Stores what the checks say, and what is printed and drawn, as it comes: in few and small transactions.

    `stored`: there is something to be replaced at the end.
    """

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.places: dict[str, tuple[int, Check]] = {}
        self.unsaved: list[CheckDone] = []
        self.passed = 0
        self.stored = False  # whether rows of this run are there
        self.printed: dict[str, str] = {}  # a field of the row → its text
        self.unsaved_printed = False
        self.drawn: list[Figure] = []
        self.figures_saved = 0
        self.started_at: datetime | None = None  # when the first check began
        self.saved_at = time.monotonic()

    def on_event(self, event: Event) -> None:
        match event:
            case Collected():
                self.places = {check.name: (n, check) for n, check in enumerate(event.checks)}
            case CheckStarted():
                self.started_at = self.started_at or timezone.now()
            case CheckDone() if event.name in self.places:
                self.unsaved.append(event)
            case Printed():
                field = LIVE_OUTPUT[event.stream]
                self.printed[field] = (self.printed.get(field, "") + event.text)[:SHOWN]
                self.unsaved_printed = True
            case Drawn():  # most often the run ends now: it is stored with what comes next
                self.drawn.append(_figure(self.submission, len(self.drawn), event))
                return
        elapsed = time.monotonic() - self.saved_at
        if elapsed > (LIVE_EVERY_S if self._has_news else RENEW_EVERY_S):
            self._save_if_possible()

    def _save_if_possible(self) -> None:
        """A database that is away for a moment ends no run: what is unsaved comes with the next look."""
        try:
            self._save()
        except DATABASE_AWAY as error:
            connection.close_if_unusable_or_obsolete()
            log.warning("the database does not answer; the run goes on", error=str(error))
            self.saved_at = time.monotonic()

    @property
    def _has_news(self) -> bool:
        return bool(self.unsaved) or self.unsaved_printed or len(self.drawn) > self.figures_saved

    def _save(self) -> None:
        passed = self.passed + sum(result.outcome == Outcome.PASSED for result in self.unsaved)
        with transaction.atomic():
            seen = {"checks_total": len(self.places), "checks_passed": passed, **self.printed}
            if not Submission.objects.renew(self.submission, **seen):
                raise ClaimLost
            CheckResult.objects.bulk_create(
                [_row(self.submission, *self.places[result.name], result) for result in self.unsaved]
            )
            Figure.objects.bulk_create(self.drawn[self.figures_saved :])
        self.passed = passed
        self.unsaved.clear()
        self.unsaved_printed, self.figures_saved, self.stored = False, len(self.drawn), True
        self.saved_at = time.monotonic()


def _store(submission: Submission, report: Report, verdict: Verdict, *, stored_before: bool = True) -> None:
    """All that is known of the run, in one transaction; ClaimLost where the claim is stale.

    `stored_before`: results were stored live, which these replace.
    """
    with transaction.atomic():
        stored = Submission.objects.finish(
            submission,
            verdict,
            detail=report.detail,
            started_at=submission.started_at,
            checked_at=submission.checked_at,
            environment_digest=report.environment_digest,
            usage=msgspec.to_builtins(report.figures),
            stdout=report.stdout,
            stderr=report.stderr,
            scratch_output=report.scratch,
            scratch_end=report.scratch_end,
            checks_total=len(report.checks),
            checks_passed=sum(result.outcome == Outcome.PASSED for result in report.results),
        )
        if not stored:
            raise ClaimLost
        if stored_before:
            submission.checks.all().delete()
            submission.figures.all().delete()
        checks = {check.name: (n, check) for n, check in enumerate(report.checks)}
        CheckResult.objects.bulk_create(
            [_row(submission, *checks[result.name], result) for result in report.results]
        )
        Figure.objects.bulk_create(_figure(submission, n, drawn) for n, drawn in enumerate(report.drawings))
        if submission.purpose == Submission.Purpose.SUBMIT:
            record_grade(submission)
            if verdict is Verdict.PASSED:
                was_hard = partial(_was_hard, submission)
                record_pass(submission.user, submission.exercise, was_hard=was_hard)
    log.info("graded", submission=str(submission.pk), verdict=verdict.value, wall_ms=report.figures.wall_ms)


def _was_hard(submission: Submission) -> bool:
    """Whether the exercise took its author hints, or many attempts."""
    user, exercise = submission.user, submission.exercise
    helped = HintOpened.objects.filter(user=user, exercise=exercise).exists()
    return helped or attempts_used(user, exercise) > MANY_ATTEMPTS


def _row(submission: Submission, position: int, check: Check, result: CheckDone) -> CheckResult:
    return CheckResult(
        submission=submission,
        position=position,
        name=check.name,
        title=check.title,
        hidden=check.hidden,
        outcome=result.outcome,
        message=result.message,
        explanation="" if check.hidden else result.explanation,
        traceback=result.traceback,
        duration_ms=result.duration_ms,
        cluster=cluster_of(result.name, result.outcome, result.message),
    )


def _figure(submission: Submission, position: int, drawn: Drawn) -> Figure:
    return Figure(
        submission=submission,
        position=position,
        png=drawn.png,
        width=drawn.width,
        height=drawn.height,
        text=drawn.text,
    )


def _store_failure(submission: Submission, error: RunnerUnavailable, **seen: Any) -> None:
    """Nothing of this is the learner's: note what was `seen`, and wait, try again, or end it as ours."""
    if seen and not Submission.objects.renew(submission, **seen):
        raise ClaimLost
    known = {"submission": str(submission.pk), "exercise": submission.exercise.slug, "reason": str(error)}
    if error.untouched:
        log.warning("nobody takes jobs; the submission waits", **known)
        watch.doubt()
        stored = Submission.objects.wait(submission)
    elif error.permanent:
        log.error("the submission cannot be graded here", **known)
        stored = Submission.objects.finish(submission, Verdict.PLATFORM_ERROR, detail=str(error))
    else:
        log.error("grading failed on our side", failures=submission.failures + 1, **known)
        watch.doubt()
        stored = Submission.objects.fail(submission, FAILED_TOO_OFTEN)
    if not stored:
        raise ClaimLost
