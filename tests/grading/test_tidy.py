"""What is forgotten after a while, and what never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from grading import tidy as tidying
from grading.models import Submission
from grading.tidy import TRIES_KEPT, tidy

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(learner, exercise):
    """A submission that was sent so long ago."""

    def sent(ago: timedelta, **values: str) -> Submission:
        values = {"purpose": "run", "state": "done", "verdict": "passed"} | values
        at = timezone.now() - ago
        return Submission.objects.create(user=learner, exercise=exercise, files={}, created_at=at, **values)

    return sent


LONG_AGO = TRIES_KEPT + timedelta(minutes=1)


def test_a_try_of_long_ago_is_forgotten_with_what_it_printed(sent):
    gone, kept = sent(LONG_AGO), sent(TRIES_KEPT - timedelta(minutes=1))
    gone.checks.create(position=0, name="test_a", title="A", outcome="passed")
    assert tidy().tries == 1
    assert list(Submission.objects.all()) == [kept]


@pytest.mark.parametrize("values", [{"purpose": "submit"}, {"purpose": "regrade"}, {"state": "queued", "verdict": ""}])
def test_what_counts_and_what_waits_is_kept_for_good(sent, values):
    kept = sent(LONG_AGO * 30, **values)
    assert tidy().tries == 0
    assert Submission.objects.get() == kept


def test_many_are_forgotten_a_few_at_a_time(sent, monkeypatch):
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    for _ in range(5):
        sent(LONG_AGO)
    assert tidy().tries == 5
    assert not Submission.objects.exists()


def test_a_session_that_is_over_is_forgotten_and_one_that_is_not_stays(learner, browser_of):
    browser_of(learner)
    over = timezone.now() - timedelta(seconds=1)
    Session.objects.create(session_key="over", session_data="", expire_date=over)
    assert tidy().sessions == 1
    assert Session.objects.count() == 1
