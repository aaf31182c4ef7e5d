"""A worker takes nothing until its runner has graded a trial job as it must, and says how it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from grading import grade, tasks
from grading.canary import why_not_trusted
from grading.fake_runner import FakeRunner
from grading.health import last_sighting, record_health
from grading.models import Submission, Worker
from grading.queue import this_worker
from grading.runner import RunnerUnavailable
from grading.sandbox.wire import CheckDone, Health
from grading.sweep import sweep
from grading.worker import Watch
from tests.grading.conftest import RIGHT


@pytest.fixture
def queued(learner, exercise):
    return Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})


@pytest.fixture
def watch(db, monkeypatch):
    """That of a worker that has just been started; its thread does what `look` does."""
    watch = Watch()
    for place in ("grade", "tasks"):
        monkeypatch.setattr(f"grading.{place}.watch", watch)
    watch.arm()
    return watch


@pytest.fixture
def trials(monkeypatch, fake_runner):
    """The jobs that the runner was given."""
    given = []

    def run(self, job, on_event, run=fake_runner.run):
        given.append(job.id)
        return run(self, job, on_event)

    monkeypatch.setattr(fake_runner, "run", run)
    return given


def deciding(outcome):
    """A runner that says the same of every check."""

    class Deciding(FakeRunner):
        def run(self, job, on_event):
            report = super().run(job, on_event)
            results = tuple(CheckDone(result.name, outcome) for result in report.results)
            return type(report)(report.ending, checks=report.checks, results=results)

    return Deciding()


# --- The trial job --------------------------------------------------------------------------------


def test_a_runner_that_tells_right_from_wrong_is_trusted():
    assert why_not_trusted(FakeRunner()) == ""


@pytest.mark.slow
def test_the_sandbox_is_trusted(sandbox):
    assert why_not_trusted(sandbox) == ""


@pytest.mark.parametrize(
    ("outcome", "name"), [("passed", "wrong"), ("failed", "right"), ("skipped", "right")]
)
def test_a_runner_that_does_not_is_not_and_the_sentence_says_why(outcome, name):
    sentence = why_not_trusted(deciding(outcome))
    assert f"The trial job with the {name} solution came out as" in sentence
    assert outcome in sentence


def test_who_cannot_be_asked_or_takes_no_jobs_is_not_trusted(fake_runner, monkeypatch):
    fake_runner.unavailable = RunnerUnavailable("nobody is there")
    assert why_not_trusted(FakeRunner()) == "nobody is there"
    fake_runner.unavailable = None
    monkeypatch.setattr(fake_runner, "health", lambda self: Health(False, "it attacked itself", [], {}))
    assert why_not_trusted(FakeRunner()) == "it attacked itself"
    monkeypatch.setattr(fake_runner, "health", lambda self: Health(True, "", [], {}))
    assert "no environment" in why_not_trusted(FakeRunner())


# --- Before it takes jobs -------------------------------------------------------------------------


def test_a_worker_takes_nothing_before_the_trial_and_is_rung_for_after_it(watch, queued, bells):
    tasks.grade_next("interactive")
    queued.refresh_from_db()
    assert (queued.state, bells) == ("queued", [])
    watch.look()
    assert bells == ["interactive"]
    tasks.grade_next("interactive")
    queued.refresh_from_db()
    assert (queued.verdict, queued.worker) == ("passed", this_worker())


def test_where_the_trial_fails_it_takes_nothing_and_the_pages_say_why(watch, queued, monkeypatch, bells):
    monkeypatch.setattr("grading.worker.configured_runner", lambda: deciding("passed"))
    watch.look()
    tasks.grade_next("interactive")
    sweep()
    queued.refresh_from_db()
    assert (queued.state, queued.failures) == ("queued", 0)
    assert "The trial job with the wrong solution" in Worker.objects.get().reason
    assert not last_sighting().ready
    assert "The trial job with the wrong solution" in last_sighting().reason


def test_one_that_refuses_does_not_speak_for_one_that_takes_jobs(watch, fake_runner):
    watch.look()
    Worker.objects.create(name="other:1", takes_jobs=False, reason="a bad trial")
    assert record_health().ready
    Worker.objects.filter(name=this_worker()).update(heard_at=timezone.now() - timedelta(minutes=1))
    assert record_health().reason == "a bad trial"


def test_it_is_tried_once_and_not_for_each_job(watch, trials):
    for _ in range(3):
        watch.look()
    assert trials == ["canary-right", "canary-wrong"]


def test_after_a_failure_of_ours_the_trial_comes_before_the_next_job(watch, queued, trials, fake_runner):
    watch.look()
    fake_runner.unavailable = RunnerUnavailable("it broke in the middle")
    tasks.grade_next("interactive")
    assert not watch.takes_jobs
    Submission.objects.update(not_before=timezone.now())
    tasks.grade_next("interactive")
    assert Submission.objects.get().failures == 1
    fake_runner.unavailable = None
    watch.look()
    tasks.grade_next("interactive")
    assert Submission.objects.get().verdict == "passed"


def test_another_sandbox_is_tried_anew(watch, trials, monkeypatch, fake_runner):
    sweep()
    watch.look()
    monkeypatch.setattr(
        fake_runner, "health", lambda self: Health(True, "", [], {"base": "x"}, "fake", generation=2)
    )
    sweep()
    watch.look()
    watch.look()
    assert len(trials) == 4


def test_a_process_that_is_no_worker_takes_jobs_whatever_happens(fake_runner, queued):
    fake_runner.unavailable = RunnerUnavailable("it broke in the middle")
    tasks.grade_next("interactive")
    assert grade.watch.takes_jobs


# --- The bells, and the words ---------------------------------------------------------------------


def test_a_bell_that_it_must_not_answer_goes_to_one_that_may(watch, queued, bells, monkeypatch):
    monkeypatch.setattr("grading.worker.PASS_ON_AFTER_S", 0)
    tasks.grade_next("interactive")
    assert bells == []
    Worker.objects.create(name="other:1", takes_jobs=True)
    tasks.grade_next("interactive")
    tasks.grade_next("bulk")
    assert bells == ["interactive"]


def test_its_word_says_how_it_is(watch, fake_runner):
    fake_runner.unavailable = RunnerUnavailable("nobody is there")
    watch.look()
    word = Worker.objects.get()
    assert (word.name, word.takes_jobs, word.reason) == (this_worker(), False, "nobody is there")
    fake_runner.unavailable = None
    watch.doubt()
    watch._try_at = 0
    watch.look()
    word.refresh_from_db()
    assert (word.takes_jobs, word.reason) == (True, "")


def test_who_was_stopped_is_not_missed_and_who_is_long_gone_is_forgotten(watch):
    watch.look()
    Worker.objects.create(name="gone:1", heard_at=timezone.now() - timedelta(hours=2))
    Worker.objects.create(name="silent:1", heard_at=timezone.now() - timedelta(minutes=2))
    watch.end()
    sweep()
    assert [worker.name for worker in Worker.objects.all()] == ["silent:1"]


def test_it_sweeps_where_nobody_else_does(watch, queued):
    """The beat is gone, or its task waits behind long runs."""
    Submission.objects.claim_next("interactive")
    Submission.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    watch.look()
    assert Submission.objects.get().state == "running"  # its trial has just been a sighting
    with time_machine.travel(timezone.now() + timedelta(seconds=13)):
        watch.look()
    assert Submission.objects.get().state == "queued"


# --- A worker that hears nothing ------------------------------------------------------------------


class Consumer:
    """What hears bells: here it notes what it is asked to do in its loop."""

    def __init__(self):
        self.asked = []

    def call_soon(self, act):
        self.asked.append(act)


@pytest.fixture
def deaf(watch, queued):
    """A worker that takes jobs and has heard nothing for long, and a row that waits as long."""
    watch.look()
    watch._consumer = Consumer()
    watch._heard_at -= 60
    since = timezone.now() - timedelta(minutes=1)
    Submission.objects.update(created_at=since, not_before=since)
    return watch


def test_who_hears_no_bell_though_rows_wait_connects_anew(deaf):
    deaf.look()
    (lose_connection,) = deaf._consumer.asked
    with pytest.raises(OSError, match="no bell"):  # what the worker's loop takes for a broken connection
        lose_connection()
    deaf.look()
    assert len(deaf._consumer.asked) == 1  # and gives the new connection its time


@pytest.mark.parametrize(
    "change", ["heard", "nothing waits", "has just come", "takes none", "hears for nobody"]
)
def test_who_has_no_reason_to_keeps_its_connection(deaf, change):
    consumer = deaf._consumer
    if change == "heard":
        deaf.hear()
    elif change == "nothing waits":
        Submission.objects.update(state="running", lease_until=timezone.now() + timedelta(minutes=1))
    elif change == "has just come":
        Submission.objects.update(created_at=timezone.now(), not_before=timezone.now())
    elif change == "takes none":
        deaf.takes_jobs, deaf._try_at = False, deaf._try_at + 60
    else:
        deaf._consumer = None  # a child of a pool of processes
    deaf.look()
    assert not consumer.asked


def test_a_bell_of_any_kind_is_one_that_was_heard(deaf):
    tasks.hear()
    assert not deaf._is_deaf()
