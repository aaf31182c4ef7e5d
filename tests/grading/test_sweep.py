"""What a beat puts right: dead workers, lost bells, and what the pages know of the runner."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from grading import tasks
from grading.grade import grade_next
from grading.health import last_sighting
from grading.models import Submission
from grading.runner import RunnerUnavailable
from grading.sweep import sweep
from tests.grading.conftest import RIGHT

LONG_AGO = timezone.now() - timedelta(minutes=10)


@pytest.fixture
def queued(learner, exercise):
    def queued(**other):
        return Submission.objects.create(
            user=learner, exercise=exercise, files={"solution.py": RIGHT}, **other
        )

    return queued


@pytest.fixture
def abandoned(queued):
    """A submission whose worker died in the middle of it, `failures` times before this one."""

    def abandoned(failures=0):
        queued(failures=failures)
        claimed = Submission.objects.claim_next("interactive")
        Submission.objects.filter(pk=claimed.pk).update(lease_until=LONG_AGO)
        return claimed

    return abandoned


def test_a_submission_whose_worker_died_is_queued_and_graded(abandoned):
    abandoned()
    assert sweep().put_back == 1
    submission = Submission.objects.get()
    assert (submission.state, submission.failures, submission.claim) == ("queued", 1, None)
    Submission.objects.update(not_before=LONG_AGO)
    grade_next("interactive")
    assert Submission.objects.get().verdict == "passed"


def test_one_that_kills_its_worker_every_time_ends_as_ours(abandoned):
    abandoned(failures=2)
    sweep()
    submission = Submission.objects.get()
    assert submission.verdict == "platform-error"
    assert "ours to mend" in submission.detail


def test_a_run_with_a_living_lease_is_left_alone(queued):
    queued()
    Submission.objects.claim_next("interactive")
    assert sweep().put_back == 0
    assert Submission.objects.get().state == "running"


def test_a_lost_bell_is_rung_again(queued, bells):
    queued(created_at=LONG_AGO)
    assert sweep().rung == 1
    assert bells == ["interactive"]


def test_a_fresh_submission_has_its_own_bell(queued, bells):
    queued()
    assert sweep().rung == 0
    assert bells == []


def test_one_bell_empties_the_queue(queued, bells):
    queued()
    queued()
    tasks.grade_next("interactive")
    assert bells == ["interactive"]
    tasks.grade_next(bells.pop())
    assert bells == []
    assert not Submission.objects.exclude(state="done").exists()


def test_the_pages_learn_how_the_runner_is(db, fake_runner):
    assert not last_sighting().ready
    sweep()
    assert last_sighting().ready
    fake_runner.unavailable = RunnerUnavailable("the sandbox is not running")
    sweep()
    assert last_sighting().reason == "the sandbox is not running"


def test_a_clock_that_was_set_back_keeps_no_dead_workers_lease_and_no_back_off(queued):
    lease_of_then = timezone.now() + timedelta(hours=1)
    abandoned, waiting = queued(), queued(not_before=lease_of_then)
    Submission.objects.claim_next("interactive")
    Submission.objects.filter(pk=abandoned.pk).update(lease_until=lease_of_then)
    sweep()
    for submission in (abandoned, waiting):
        submission.refresh_from_db()
    assert (abandoned.state, waiting.state) == ("running", "queued")  # whoever lives renews it
    with time_machine.travel(timezone.now() + timedelta(seconds=16)):
        sweep()
        assert waiting in Submission.objects.due()
    abandoned.refresh_from_db()
    assert (abandoned.state, abandoned.failures) == ("queued", 1)
