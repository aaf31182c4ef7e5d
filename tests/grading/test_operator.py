"""The operator's page: the sandbox, the queue, what we failed, and the button to try again."""

from __future__ import annotations

import pytest

from grading.fake_runner import FakeRunner
from grading.health import record_health
from grading.models import Submission
from grading.sandbox.wire import Health, Protection, State
from tests.grading.queries import queries_of


@pytest.fixture
def failed(learner, exercise):
    return Submission.objects.create(
        user=learner,
        exercise=exercise,
        files={"solution.py": ""},
        state="done",
        verdict="platform-error",
        detail="the sandbox broke",
        failures=3,
    )


def test_learners_and_strangers_do_not_see_it(browser_of, learner, stranger):
    assert browser_of(learner).get("/operator/").status_code == 403
    assert stranger.get("/operator/").status_code == 302


def test_it_says_why_nothing_is_graded(browser_of, instructor):
    html = browser_of(instructor).get("/operator/").content.decode()
    assert "Nothing is graded at the moment." in html
    assert "No worker is running" in html


def test_it_shows_what_protects_the_host(browser_of, admin_user, monkeypatch):
    layers = [
        Protection("user", State.PROTECTED, "Each run has its own.", "", "The sandbox"),
        Protection("swap", State.REDUCED, "The host swaps.", "Switch it off.", "This host"),
        Protection("Landlock", State.MISSING, "The kernel has none.", "Use Linux 5.13.", "The sandbox"),
    ]
    health = Health(True, "", layers, {"base": "abc"}, "root")
    monkeypatch.setattr(FakeRunner, "health", lambda self: health)
    record_health()
    html = browser_of(admin_user).get("/operator/").content.decode()
    assert "takes submissions" in html
    places = [html.index(words) for words in ("Use Linux 5.13.", "Switch it off.", "Each run has its own.")]
    assert places == sorted(places), "what is missing comes first, what holds comes last"
    assert "The sandbox: 1 layer holds" in html


def test_where_every_layer_holds_it_says_so(browser_of, admin_user, monkeypatch):
    layer = Protection("user", State.PROTECTED, "Each run has its own.", "", "The sandbox")
    monkeypatch.setattr(FakeRunner, "health", lambda self: Health(True, "", [layer], {}, "root"))
    record_health()
    html = browser_of(admin_user).get("/operator/").content.decode()
    assert "Every layer protects this host as it should." in html
    assert "What to do:" not in html


def test_it_counts_what_waits_and_runs(browser_of, instructor, learner, exercise):
    for state in ("queued", "queued", "running"):
        Submission.objects.create(user=learner, exercise=exercise, files={}, state=state)
    html = browser_of(instructor).get("/operator/").content.decode()
    assert '<td class="number">2</td><td class="number">1</td>' in html


def test_what_we_failed_may_be_tried_again(browser_of, instructor, failed, bells):
    client = browser_of(instructor)
    assert "the sandbox broke" in client.get("/operator/").content.decode()
    client.post(f"/operator/retry/{failed.pk}/")
    failed.refresh_from_db()
    assert (failed.state, failed.verdict, failed.failures) == ("queued", "", 0)
    assert bells == ["interactive"]


def test_a_verdict_is_not_taken_back(browser_of, instructor, failed, bells):
    Submission.objects.update(verdict="failed")
    browser_of(instructor).post(f"/operator/retry/{failed.pk}/")
    failed.refresh_from_db()
    assert failed.verdict == "failed"
    assert bells == []


def test_another_instructor_neither_sees_nor_retries_it(browser_of, other_instructor, failed):
    client = browser_of(other_instructor)
    assert "the sandbox broke" not in client.get("/operator/").content.decode()
    assert client.post(f"/operator/retry/{failed.pk}/").status_code == 404


def test_the_page_costs_the_same_however_much_waits_and_failed(
    browser_of, instructor, failed, learner, exercise
):
    client = browser_of(instructor)
    few = queries_of(client, "/operator/")
    for n in range(20):
        Submission.objects.create(
            user=learner, exercise=exercise, files={}, queue=("bulk", "interactive")[n % 2]
        )
        Submission.objects.create(
            user=learner, exercise=exercise, files={}, state="done", verdict="platform-error"
        )
    assert queries_of(client, "/operator/") == few <= 8
