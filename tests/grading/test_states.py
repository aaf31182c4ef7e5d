"""The table in `grading.queue`, held by real rows: whatever happens in whatever order, it is in there.

Learners submit, workers claim and are lost, clocks move and jump; after each step every row is
compared with what the table allows for that step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from course.models import ExercisePass
from grading import grade
from grading.fake_runner import FakeRunner
from grading.health import record_health
from grading.job import job_for
from grading.models import CheckResult, Submission
from grading.pin import pin
from grading.queue import BACK_OFF, FAILURES_ALLOWED, LEASE
from grading.runner import Report, RunnerUnavailable
from grading.sandbox.wire import Collected
from grading.submit import submit
from grading.sweep import sweep
from tests.grading.conftest import BROKEN, HALF_RIGHT, RIGHT, make_exercise

SWEEP_EVERY = timedelta(seconds=5)
A_TICK = timedelta(milliseconds=1)  # no two things happen at once: else the database would choose
ROUNDS = 12  # of a sweep and of workers that do what is due: a minute, after which nothing is left
QUEUED, RUNNING, DONE, SUPERSEDED = "queued", "running", "done", "superseded"
NOTHING: set[tuple[str | None, str]] = set()


def _report_of(claim: Submission) -> Report:
    """What its run says, of the version that grades it: today's, where it had to be queued again."""
    pin(claim)
    return FakeRunner().run(job_for(claim), lambda event: None)


class States(RuleBasedStateMachine):
    """`claims` holds every claim that was ever given: most of them are stale by now."""

    claims = Bundle("claims")
    people: list = []  # noqa: RUF012 - filled by the test, with rows that outlive an example
    exercises: list = []  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
        self.charged: set = set()
        self.known: dict = {}
        self.was_lost = False
        self.live: dict = {}  # claim → what it stores while it runs, and what it has stored
        self.moved: dict = {}  # pk → (from, to), of the last step

    def teardown(self) -> None:
        try:
            self.all_reaches_an_end()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @contextmanager
    def moves(self, allowed: set[tuple[str | None, str]], at_most: int | None = None) -> Iterator[None]:
        """Time stands still; after it, each row has stayed, or has gone as the table allows."""
        before = self.known
        self.now += A_TICK
        with time_machine.travel(self.now, tick=False):
            yield
        self.known = {row.pk: row for row in Submission.objects.defer("files")}
        self.moved = moved = {}
        for pk, row in self.known.items():
            was = before[pk].state if pk in before else None
            if was == DONE:
                assert row.state == DONE or before[pk].verdict == "platform-error"
                assert row.state != DONE or row.verdict == before[pk].verdict, "one verdict, for good"
            if was != row.state:
                moved[pk] = (was, row.state)
        assert set(moved.values()) <= allowed
        assert at_most is None or len(moved) <= at_most
        self._charge(before)

    def _charge(self, before: dict) -> None:
        """A submission is charged when it is made; whoever made it void gives it back."""
        for pk, row in self.known.items():
            counts = row.purpose == "submit" and row.state != SUPERSEDED and row.verdict != "platform-error"
            if counts and (pk in before or row.state == QUEUED):
                self.charged |= {pk} if not row.same_as_id else set()
            if not counts:
                self.charged -= {pk}

    # --- The learner ----------------------------------------------------------------------------

    @initialize(target=claims)
    def one_has_begun(self):
        self.submits(0, 0, RIGHT, "submit", "interactive")
        return self.claims_one("interactive")

    @rule(
        who=st.sampled_from([0, 0, 1]),
        where=st.sampled_from([0, 0, 0, 1]),
        code=st.sampled_from([RIGHT, HALF_RIGHT, BROKEN]),
        purpose=st.sampled_from(["submit"] * 4 + ["run"]),
        queue=st.sampled_from(["interactive"] * 5 + ["bulk"]),
    )
    def submits(self, who, where, code, purpose, queue):
        user, exercise = self.people[who], self.exercises[where]
        with self.moves({(None, QUEUED), (None, DONE), (QUEUED, SUPERSEDED)}):
            made = submit(user, exercise, {"solution.py": code}, queue, purpose=purpose)
        for pk, (_, state) in self.moved.items():
            if state == SUPERSEDED:
                row = self.known[pk]
                alike = (row.user_id, row.exercise_id, row.purpose, row.queue)
                assert alike == (user.pk, exercise.pk, purpose, queue), pk
        assert made.state != DONE or made.same_as_id or made.pk not in self.moved

    # --- The workers ----------------------------------------------------------------------------

    @rule(target=claims, queue=st.sampled_from(["interactive", "bulk"]))
    def claims_one(self, queue):
        with self.moves({(QUEUED, RUNNING)}, at_most=1):
            claim = Submission.objects.claim_next(queue)
        assert claim is None or (claim.queue, queue) != ("bulk", "interactive")
        return claim or multiple()

    @rule(target=claims)
    def two_claim_at_once(self):
        with self.moves({(QUEUED, RUNNING)}, at_most=2):
            claims = [Submission.objects.claim_next("bulk") for _ in range(2)]
        taken = [claim for claim in claims if claim]
        assert len({claim.pk for claim in taken}) == len(taken)
        return multiple(*taken)

    def stands(self, claim) -> bool:
        row = self.known[claim.pk]
        return (row.state, row.claim) == (RUNNING, claim.claim)

    @contextmanager
    def by(self, claim, allowed: set[tuple[str | None, str]]) -> Iterator[None]:
        """A move of who holds a claim: where that is stale it raises ClaimLost, and nothing changes."""
        stood, before = self.stands(claim), _all_of(claim.pk)
        lost = False
        with self.moves(allowed if stood else NOTHING, at_most=1):
            try:
                yield
            except grade.ClaimLost:
                lost = True
        assert lost or stood
        assert not lost or _all_of(claim.pk) == before
        self.was_lost = lost

    @rule(claim=claims)
    def stores_what_a_check_said(self, claim):
        live, said = self.live.setdefault(claim.claim, (grade.LiveResults(claim), []))
        with self.by(claim, NOTHING):
            stands = self.stands(claim) and self.now < claim.run_until
            report = _report_of(claim)
            live.on_event(Collected(list(report.checks)))
            said += (news := list(report.results[len(said) :][:1]))
            live.unsaved = news
            live._save()
        assert self.was_lost != stands

    @rule(claim=claims)
    def finishes(self, claim):
        with self.by(claim, {(RUNNING, DONE)}):
            report = _report_of(claim)
            live, _ = self.live.setdefault(claim.claim, (grade.LiveResults(claim), []))
            grade._store(claim, report, report.verdict, stored_before=live.stored)

    @rule(claim=claims)
    def fails(self, claim):
        with self.by(claim, {(RUNNING, QUEUED), (RUNNING, DONE)}):
            grade._store_failure(claim, RunnerUnavailable("it broke"))

    @rule(claim=claims)
    def finds_nobody_who_takes_jobs(self, claim):
        failures = self.known[claim.pk].failures
        with self.by(claim, {(RUNNING, QUEUED)}):
            grade._store_failure(claim, RunnerUnavailable("nobody is there", untouched=True))
        assert self.known[claim.pk].failures == failures

    @rule(claim=claims)
    def cannot_grade_it_here(self, claim):
        with self.by(claim, {(RUNNING, DONE)}):
            grade._store_failure(claim, RunnerUnavailable("not installed", permanent=True))

    @rule(claim=consumes(claims))
    def is_lost(self, claim):
        """Nothing is ever heard of it again."""

    # Ways that would rarely be found by chance: there and back, with the old claim still in a hand.

    @rule(target=claims, claim=claims)
    def is_believed_lost(self, claim):
        self.now += LEASE + SWEEP_EVERY
        self.sweeps()
        self.now += max(BACK_OFF)
        return self.claims_one("bulk")

    @rule(target=claims, claim=claims, times=st.integers(1, FAILURES_ALLOWED))
    def fails_again_and_again(self, claim, times):
        found = [claim]
        for _ in range(times):
            self.fails(found[-1])
            self.now += max(BACK_OFF)
            found += [again] if isinstance(again := self.claims_one("bulk"), Submission) else []
        return multiple(*found[1:])

    # --- Everybody else -------------------------------------------------------------------------

    @rule()
    def sweeps(self):
        with self.moves({(RUNNING, QUEUED), (RUNNING, DONE)}):
            sweep()
        for row in self.known.values():
            assert row.state != RUNNING or self.now <= row.lease_until <= self.now + LEASE
            assert row.state != QUEUED or row.not_before <= self.now + max(BACK_OFF)

    @rule()
    def queues_again_what_we_failed(self):
        with self.moves({(DONE, QUEUED)}):
            Submission.objects.retry()

    @rule()
    def a_worker_says_what_is_installed(self):
        with self.moves(NOTHING):
            record_health()

    @rule(seconds=st.sampled_from([0.3, 2, 6, 14, 16, 60, 300]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(hours=st.sampled_from([-1, 1]))
    def the_clock_jumps(self, hours):
        self.now += timedelta(hours=hours)

    @precondition(lambda self: any(row.state in (QUEUED, RUNNING) for row in self.known.values()))
    @rule()
    def all_reaches_an_end(self):
        """Sweeps and workers, for as long as the table says that anything takes: then nothing is left."""
        for _ in range(ROUNDS):
            if not Submission.objects.in_progress().exists():
                return
            self.now += SWEEP_EVERY
            self.sweeps()
            with self.moves({(QUEUED, RUNNING), (QUEUED, DONE)}):
                while grade.grade_next("bulk"):
                    pass
        assert not Submission.objects.in_progress().exists()

    # --- Always ---------------------------------------------------------------------------------

    @invariant()
    def every_row_is_in_the_table(self):
        for row in self.known.values():
            held = (row.claim, row.lease_until, row.run_until)
            match row.state:
                case "queued":
                    assert held == (None, None, None)
                    assert (row.verdict, row.finished_at) == ("", None)
                case "running":
                    assert None not in held
                    assert row.lease_until <= row.run_until
                    assert (row.verdict, row.finished_at) == ("", None)
                case "done":
                    assert held[1:] == (None, None)
                    assert row.verdict
                    assert row.finished_at
                case "superseded":
                    assert held == (None, None, None)
                    assert (row.verdict, row.failures >= FAILURES_ALLOWED) == ("", False)
                    assert row.finished_at
                case other:
                    raise AssertionError(other)

    @invariant()
    def we_fail_three_times_at_the_most_and_then_say_so(self):
        for row in self.known.values():
            assert row.failures <= FAILURES_ALLOWED
            assert row.failures < FAILURES_ALLOWED or row.verdict == "platform-error"

    @invariant()
    def the_learner_is_charged_for_what_counts(self):
        assert set(Submission.objects.counted().values_list("pk", flat=True)) == self.charged

    @invariant()
    def who_passed_has_passed(self):
        passed = Submission.objects.attempts().filter(verdict="passed").values_list("user_id", "exercise_id")
        assert set(ExercisePass.objects.values_list("user_id", "exercise_id")) == set(passed)


def _all_of(pk) -> tuple:
    checks = CheckResult.objects.filter(submission=pk).values_list("name", "outcome")
    return Submission.objects.filter(pk=pk).values().get(), sorted(checks)


@pytest.mark.slow
def test_whatever_happens_is_in_the_table(learner, other_learner, lesson, settings_of_hypothesis, settings):
    settings.GRADIENT_SUBMISSION_LIMIT = 0
    States.people = [learner, other_learner]
    States.exercises = [make_exercise(lesson, f"exercise-{number}", number) for number in (1, 2)]
    run_state_machine_as_test(States, settings=settings_of_hypothesis)


@pytest.fixture
def settings_of_hypothesis():
    return settings(
        deadline=None,
        max_examples=12,
        stateful_step_count=40,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
