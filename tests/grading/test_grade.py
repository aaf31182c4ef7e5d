"""The second step: which row is next, what is stored, and whose fault it was."""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast
from django.utils import timezone

from course.models import ExercisePass
from grading import grade
from grading.grade import grade_next
from grading.models import CheckResult, Submission
from grading.runner import Report, RunnerUnavailable
from grading.sandbox.wire import Ending, Figures, Limits
from grading.sweep import sweep
from tests.grading.conftest import BROKEN, CRASHING, HALF_RIGHT, RIGHT, WRONG, make_exercise


@pytest.fixture
def queued(learner, exercise):
    def queued(code=RIGHT, user=learner, **other):
        return Submission.objects.create(user=user, exercise=exercise, files={"solution.py": code}, **other)

    return queued


@pytest.mark.parametrize(
    ("code", "verdict", "outcomes"),
    [
        (RIGHT, "passed", ["passed", "passed"]),
        (HALF_RIGHT, "partly-passed", ["failed", "passed"]),
        (WRONG, "failed", ["failed", "failed"]),
        (CRASHING, "crashed", ["crashed", "crashed"]),
        (BROKEN, "does-not-compile", []),
        ("1 / 0", "crashed", []),
    ],
)
def test_a_run_ends_with_its_verdict_and_each_check(queued, code, verdict, outcomes):
    submission = queued(code)
    assert grade_next("interactive")
    submission.refresh_from_db()
    assert (submission.state, submission.verdict) == ("done", verdict)
    assert [check.outcome for check in submission.checks.all()] == outcomes
    assert submission.checks_passed == outcomes.count("passed")


def test_what_the_run_used_is_stored_with_its_limits_and_can_be_asked_for(queued, exercise):
    exercise.limits = {"cpu_s": 3}
    exercise.save()
    queued(usage={"cpu_ms": 1_000_000})  # as it would be left over from another time
    grade_next("interactive")
    used = Submission.objects.get().used
    assert used.limits == Limits(cpu_s=3)
    assert used.wall_ms >= used.first_check_ms >= 0
    most = Submission.objects.aggregate(most=Max(Cast("usage__cpu_ms", IntegerField())))
    assert most == {"most": used.cpu_ms}


def test_an_empty_queue_says_so(db):
    assert not grade_next("interactive")


def test_a_pass_moves_progress_and_a_failure_does_not(queued, learner, exercise):
    queued(WRONG)
    grade_next("interactive")
    assert not ExercisePass.objects.exists()
    queued(RIGHT)
    grade_next("interactive")
    assert ExercisePass.objects.get().user == learner


def test_a_person_who_waits_comes_before_the_bulk(queued):
    bulk, person = queued(queue="bulk"), queued()
    assert Submission.objects.claim_next("bulk") == person
    assert Submission.objects.claim_next("bulk") == bulk


def test_a_bell_for_people_never_takes_a_bulk_row(queued):
    queued(queue="bulk")
    assert not grade_next("interactive")


def test_who_has_least_running_comes_next(queued, learner, other_learner):
    first, second, theirs = queued(), queued(), queued(user=other_learner)
    claimed = [Submission.objects.claim_next("interactive") for _ in range(3)]
    assert claimed == [first, theirs, second]


def test_a_row_in_its_back_off_waits(queued):
    queued(not_before=timezone.now() + timedelta(seconds=10))
    assert not grade_next("interactive")


def test_a_claimed_row_is_not_claimed_again(queued):
    queued()
    assert Submission.objects.claim_next("interactive")
    assert Submission.objects.claim_next("interactive") is None


def test_a_stale_claim_changes_nothing(queued):
    queued()
    ours = Submission.objects.claim_next("interactive")
    Submission.objects.filter(pk=ours.pk).update(state="queued", claim=None)
    theirs = Submission.objects.claim_next("interactive")
    grade.grade(theirs)
    with pytest.raises(grade.ClaimLost):
        grade.grade(ours)
    assert not Submission.objects.wait(ours)
    assert not Submission.objects.fail(ours, "no")
    assert Submission.objects.get().verdict == "passed"
    assert CheckResult.objects.count() == 2


def test_checks_are_stored_while_the_run_goes_on(queued, monkeypatch, fake_runner):
    """With a run that takes its time, the first result is there before the second check ends."""
    monkeypatch.setattr(grade, "LIVE_EVERY_S", 0)
    queued()
    seen = []

    def spy(self, job, on_event, run=fake_runner.run):
        def on_event_and_look(event):
            on_event(event)
            seen.append((CheckResult.objects.count(), Submission.objects.get().checks_passed))

        return run(self, job, on_event_and_look)

    monkeypatch.setattr(fake_runner, "run", spy)
    grade_next("interactive")
    assert (1, 1) in seen
    assert CheckResult.objects.count() == 2


def test_where_nobody_takes_jobs_the_submission_waits_and_nothing_is_counted(queued, fake_runner):
    fake_runner.unavailable = RunnerUnavailable("nobody there", untouched=True)
    queued()
    for minute in range(1, 6):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            assert grade_next("interactive")
    submission = Submission.objects.get()
    assert (submission.state, submission.failures) == ("queued", 0)


def test_our_failure_is_tried_three_times_and_then_is_ours(queued, fake_runner):
    fake_runner.unavailable = RunnerUnavailable("it broke in the middle")
    queued()
    start = timezone.now()
    for minute, (state, failures) in enumerate([("queued", 1), ("queued", 2), ("done", 3)]):
        with time_machine.travel(start + timedelta(minutes=minute)):
            assert grade_next("interactive")
        submission = Submission.objects.get()
        assert (submission.state, submission.failures) == (state, failures)
    assert submission.verdict == "platform-error"
    assert "our side" in submission.detail


def test_after_one_failure_of_ours_the_next_run_counts(queued, fake_runner):
    fake_runner.unavailable = RunnerUnavailable("it broke in the middle")
    queued()
    grade_next("interactive")
    fake_runner.unavailable = None
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        grade_next("interactive")
    assert Submission.objects.get().verdict == "passed"


def test_an_environment_that_is_not_installed_ends_it_at_once_and_says_so(queued, exercise):
    exercise.environment = "torch"
    exercise.save()
    queued()
    grade_next("interactive")
    submission = Submission.objects.get()
    assert submission.verdict == "platform-error"
    assert "torch is not installed" in submission.detail


def test_an_authors_broken_test_is_our_failure_not_the_learners(queued, exercise):
    exercise.tests = "# no test here\n"
    exercise.save()
    queued()
    grade_next("interactive")
    assert Submission.objects.get().failures == 1


def test_nonsense_in_an_exercise_is_counted_as_ours_and_blocks_nobody(
    queued, exercise, lesson, other_learner
):
    other = make_exercise(lesson, "other", 2)
    exercise.limits = {"wall_s": "long"}
    exercise.save()
    queued()
    Submission.objects.create(user=other_learner, exercise=other, files={"solution.py": RIGHT})
    assert grade_next("interactive")
    assert grade_next("interactive")
    assert list(Submission.objects.order_by("user_id").values_list("state", "verdict", "failures")) == [
        ("queued", "", 1),
        ("done", "passed", 0),
    ]


def test_no_lease_goes_beyond_the_limit_of_the_run(queued, exercise):
    """However alive its worker seems: the exercise's limit and a grace, then the claim is gone."""
    exercise.limits = {"wall_s": 60}
    exercise.save()
    queued()
    ours = Submission.objects.claim_next("interactive")
    for seconds, alive in [(14, True), (90, True), (99.5, True), (101, False)]:
        with time_machine.travel(ours.claimed_at + timedelta(seconds=seconds), tick=False):
            assert Submission.objects.renew(ours) is alive
    ours.refresh_from_db()
    assert ours.lease_until == ours.run_until == ours.claimed_at + timedelta(seconds=100)


@pytest.fixture
def away(monkeypatch):
    """The database refuses the next so many statements that begin as said."""
    monkeypatch.setattr(grade, "STORE_AGAIN_S", 0)

    def away(words, times):
        left = [times]

        def refuse(execute, sql, params, many, context):
            if words in sql and left[0]:
                left[0] -= 1
                raise OperationalError("the database is shutting down")
            return execute(sql, params, many, context)

        return connection.execute_wrapper(refuse)

    return away


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_when_a_run_ends_costs_time_only(queued, away):
    queued(HALF_RIGHT)
    with away('INSERT INTO "grading_checkresult"', 3):
        assert grade_next("interactive")
    submission = Submission.objects.get()
    assert (submission.verdict, submission.failures) == ("partly-passed", 0)
    assert submission.checks.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_during_a_run_does_not_end_it(queued, away, monkeypatch):
    monkeypatch.setattr(grade, "LIVE_EVERY_S", 0)
    queued()
    with away('INSERT INTO "grading_checkresult"', 1):
        assert grade_next("interactive")
    assert Submission.objects.get().verdict == "passed"
    assert CheckResult.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_leaves_it_to_the_sweep(queued, away, monkeypatch):
    monkeypatch.setattr(grade, "STORE_WITHIN_S", 0)
    queued()
    claimed = Submission.objects.claim_next("interactive")
    with away('UPDATE "grading_submission" SET "state"', 9), pytest.raises(OperationalError):
        grade.grade(claimed)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        sweep()
    assert list(Submission.objects.values_list("state", "failures")) == [("queued", 1)]


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        (["SIGKILL", "SIGKILL", "SIGKILL"], "crashed"),  # it does it itself
        (["SIGKILL", ""], "passed"),
        (["SIGKILL", "SIGKILL", ""], "passed"),
        ([None, None, "SIGKILL"], "platform-error"),  # hit three times
        ([None, "SIGKILL", "SIGKILL"], "crashed"),
    ],
)
def test_code_that_somebody_may_have_killed_is_run_again(queued, monkeypatch, fake_runner, ends, verdict):
    """It looks the same as code that kills itself, and the learner must not pay for that."""
    killed = Report(Ending.CRASHED, "Its process died.", figures=Figures(signal="SIGKILL"))
    broken = Report(Ending.PLATFORM_ERROR, "the checks ended early", figures=Figures(signal=""))
    queued()
    start = timezone.now()
    for minute, end in enumerate(ends):
        assert Submission.objects.get().status == "queued"
        with monkeypatch.context() as patched, time_machine.travel(start + timedelta(minutes=minute)):
            if end != "":
                report = broken if end is None else killed
                patched.setattr(fake_runner, "run", lambda self, job, on_event, report=report: report)
            grade_next("interactive")
    assert Submission.objects.get().verdict == verdict


@pytest.mark.parametrize("signal", ["SIGSEGV", ""])
def test_code_that_ended_in_another_way_is_believed_at_once(queued, monkeypatch, fake_runner, signal):
    ended = Report(Ending.CRASHED, "Its process died.", figures=Figures(signal=signal))
    monkeypatch.setattr(fake_runner, "run", lambda self, job, on_event: ended)
    queued()
    grade_next("interactive")
    assert Submission.objects.get().verdict == "crashed"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["during the run", "after the run"])
def test_a_database_that_breaks_costs_no_run(queued, monkeypatch, fake_runner, moment):
    """Every connection is ended by the server; what is known of the run is stored over a new one."""
    monkeypatch.setattr(grade, "LIVE_EVERY_S", 0)
    queued()
    runs = []

    def run_and_break(self, job, on_event, run=fake_runner.run):
        if moment == "during the run":
            end_connections()
        report = run(self, job, on_event)
        if moment == "after the run":
            end_connections()
        runs.append(report)
        return report

    monkeypatch.setattr(fake_runner, "run", run_and_break)
    assert grade_next("interactive")
    submission = Submission.objects.get()
    assert (submission.verdict, submission.failures, len(runs)) == ("passed", 0, 1)
    assert submission.checks.count() == 2


def end_connections():
    """All of this database's but the one that asks for it."""
    named = connection.settings_dict
    with psycopg.connect(host=named["HOST"], user=named["USER"], dbname=named["NAME"]) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_grade_each_submission_once(learner, exercise):
    """On PostgreSQL; `test_workers` does the same with processes on SQLite."""
    rows = [
        Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
        for _ in range(12)
    ]
    claimed, errors = [], []

    def work():
        try:
            while row := Submission.objects.claim_next("interactive"):
                claimed.append(row.pk)
                grade.grade(row)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            errors.append(error)
        finally:
            connection.close()  # this thread's own

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    assert sorted(claimed) == sorted(row.pk for row in rows)
    assert set(Submission.objects.values_list("verdict", flat=True)) == {"passed"}
