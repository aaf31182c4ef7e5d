"""The second step of a submission: claimed, run, and its verdict stored.

How this works: `grade_next` claims one row (see `grading.queue`) and gives it to the runner. What
the checks say, and what the code prints and draws, is stored as it comes, a little at a time, so that
the page is live; the end is one transaction and replaces it all. Each write names the claim, so that of
two workers on one row only one is believed. A failure of ours is counted and tried again; it never
becomes the learner's verdict.
"""

from __future__ import annotations

import time

import msgspec
import structlog
from django.db import transaction

from course.progress import record_pass
from grading.job import job_for
from grading.models import CheckResult, Figure, Submission
from grading.runner import Event, Report, RunnerUnavailable, configured_runner
from grading.sandbox.wire import SHOWN, Check, CheckDone, Collected, Drawn, Printed, Stream
from grading.verdict import Outcome, Verdict

log = structlog.get_logger(__name__)

LIVE_OUTPUT = {Stream.STDOUT: "stdout", Stream.STDERR: "stderr", Stream.SCRATCH: "scratch_output"}
LIVE_EVERY_S = 0.1  # a run quicker than this is stored once, at its end
RENEW_EVERY_S = 5.0
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
    return True


def grade(submission: Submission) -> None:
    """Run a claimed submission and store how it ended; ClaimLost where the claim is stale."""
    live = LiveResults(submission)
    try:
        report = configured_runner().run(job_for(submission), live.on_event)
    except RunnerUnavailable as error:
        _store_failure(submission, error)
        return
    verdict = report.verdict
    if verdict is Verdict.PLATFORM_ERROR:
        _store_failure(submission, RunnerUnavailable(report.author_log or report.detail or "no reason given"))
        return
    _store(submission, report, verdict, stored_before=live.stored)


class LiveResults:
    """Stores what the checks say, and what is printed and drawn, as it comes: in few and small transactions.

    `stored`: there is something to be replaced at the end.
    """

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.places: dict[str, tuple[int, Check]] = {}
        self.unsaved: list[CheckDone] = []
        self.passed = 0
        self.printed: dict[str, str] = {}  # a field of the row → its text
        self.unsaved_printed = False
        self.drawn: list[Figure] = []
        self.figures_saved = 0
        self.stored = False
        self.saved_at = time.monotonic()

    def on_event(self, event: Event) -> None:
        match event:
            case Collected():
                self.places = {check.name: (n, check) for n, check in enumerate(event.checks)}
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
            self._save()

    @property
    def _has_news(self) -> bool:
        return bool(self.unsaved) or self.unsaved_printed or len(self.drawn) > self.figures_saved

    def _save(self) -> None:
        self.passed += sum(result.outcome == Outcome.PASSED for result in self.unsaved)
        with transaction.atomic():
            seen = {"checks_total": len(self.places), "checks_passed": self.passed, **self.printed}
            if not Submission.objects.renew(self.submission, **seen):
                raise ClaimLost
            CheckResult.objects.bulk_create(
                [_row(self.submission, *self.places[result.name], result) for result in self.unsaved]
            )
            Figure.objects.bulk_create(self.drawn[self.figures_saved :])
        self.unsaved.clear()
        self.unsaved_printed, self.figures_saved, self.stored = False, len(self.drawn), True
        self.saved_at = time.monotonic()


def _store(submission: Submission, report: Report, verdict: Verdict, *, stored_before: bool) -> None:
    """All that is known of the run, in one transaction; ClaimLost where the claim is stale."""
    with transaction.atomic():
        stored = Submission.objects.finish(
            submission,
            verdict,
            detail=report.detail,
            content_hash=submission.exercise.content_hash,
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
        if verdict is Verdict.PASSED and not submission.is_try:
            record_pass(submission.user, submission.exercise)
    log.info("graded", submission=str(submission.pk), verdict=verdict.value, wall_ms=report.figures.wall_ms)


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


def _store_failure(submission: Submission, error: RunnerUnavailable) -> None:
    """Nothing of this is the learner's: wait, try again, or end it as ours."""
    known = {"submission": str(submission.pk), "exercise": submission.exercise.slug, "reason": str(error)}
    if error.untouched:
        log.warning("nobody takes jobs; the submission waits", **known)
        stored = Submission.objects.wait(submission)
    elif error.permanent:
        log.error("the submission cannot be graded here", **known)
        stored = Submission.objects.finish(submission, Verdict.PLATFORM_ERROR, detail=str(error))
    else:
        log.error("grading failed on our side", failures=submission.failures + 1, **known)
        stored = Submission.objects.fail(submission, FAILED_TOO_OFTEN)
    if not stored:
        raise ClaimLost
