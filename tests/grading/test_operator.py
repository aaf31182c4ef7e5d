"""The operator's page: the sandbox, the queue, what we failed, and the button to try again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from grading.fake_runner import FakeRunner
from grading.health import record_health
from grading.models import Submission, Worker
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
    Worker.objects.create(name="host:1", takes_jobs=True)
    Submission.objects.create(user=learner, exercise=exercise, files={}, state="running", worker="host:1")
    few = queries_of(client, "/operator/")
    for n in range(19):
        Worker.objects.create(name=f"host:{n + 2}", takes_jobs=True)
        Submission.objects.create(
            user=learner, exercise=exercise, files={}, state="running", worker=f"host:{n + 2}"
        )
        Submission.objects.create(
            user=learner, exercise=exercise, files={}, queue=("bulk", "interactive")[n % 2]
        )
        Submission.objects.create(
            user=learner, exercise=exercise, files={}, state="done", verdict="platform-error"
        )
    assert queries_of(client, "/operator/") == few <= 12


LONG_AGO = timedelta(minutes=10)


def test_it_shows_each_worker_with_its_last_word_and_what_it_does(browser_of, instructor, learner, exercise):
    now = timezone.now()
    Worker.objects.create(name="host:1", takes_jobs=True, canary_at=now)
    Worker.objects.create(name="host:2", reason="The trial job came out wrong.")
    Worker.objects.create(name="host:3", takes_jobs=True, canary_at=now, heard_at=now - LONG_AGO)
    Submission.objects.create(
        user=learner, exercise=exercise, files={}, state="running", worker="host:1", claimed_at=now
    )
    html = browser_of(instructor).get("/operator/").content.decode()
    first, second, third = (html[html.index(f"<code>host:{n}<") :][:900] for n in (1, 2, 3))
    assert "its trial job came out right at" in first
    assert f"Double it, since {now:%H:%M:%S}" in first
    assert "The trial job came out wrong." in second
    assert "silent" in third
    assert "silent" not in first.partition("host:2")[0]


@pytest.fixture
def stuck(learner, exercise):
    """One that nobody has taken for long, and one whose worker is gone while nobody sweeps."""
    long_ago = timezone.now() - LONG_AGO
    made = [Submission.objects.create(user=learner, exercise=exercise, files={}) for _ in range(2)]
    Submission.objects.claim_next("interactive")
    Submission.objects.filter(state="running").update(lease_until=long_ago)
    Submission.objects.filter(state="queued").update(not_before=long_ago)
    return [Submission.objects.get(pk=submission.pk) for submission in made]


def test_what_is_stuck_is_listed_and_may_be_queued_again(browser_of, instructor, stuck, bells):
    client = browser_of(instructor)
    html = client.get("/operator/").content.decode()
    assert "no worker has taken it for minutes" in html
    assert "nobody sweeps" in html
    for submission in stuck:
        client.post(f"/operator/retry/{submission.pk}/")
    assert list(Submission.objects.values_list("state", flat=True)) == ["queued", "queued"]
    assert "interactive" in bells
    assert "nothing is stuck" in client.get("/operator/").content.decode()


def test_all_of_it_goes_with_one_click(browser_of, instructor, failed, stuck, bells):
    client = browser_of(instructor)
    assert "Queue all 3 again" in client.get("/operator/").content.decode()
    page = client.post("/operator/retry-all/", follow=True).content.decode()
    assert "3 submissions are in the queue again." in page
    assert set(Submission.objects.values_list("state", flat=True)) == {"queued"}
    assert bells == ["interactive"]


def test_one_click_queues_nothing_that_is_not_theirs_or_has_its_verdict(
    browser_of, other_instructor, instructor, learner, failed, bells
):
    browser_of(other_instructor).post("/operator/retry-all/")
    failed.refresh_from_db()
    assert failed.state == "done"
    Submission.objects.update(verdict="failed")
    browser_of(instructor).post("/operator/retry-all/")
    failed.refresh_from_db()
    assert (failed.state, bells) == ("done", [])
    assert browser_of(learner).post("/operator/retry-all/").status_code == 403


def test_what_was_replaced_neither_waits_nor_is_in_trouble(browser_of, instructor, learner, exercise):
    Submission.objects.create(user=learner, exercise=exercise, files={}, state="superseded")
    html = browser_of(instructor).get("/operator/").content.decode()
    assert html.count('<td class="number">0</td><td class="number">0</td>') == 2
    assert "nothing is stuck" in html
