"""The pages of a regrade: who sees them, what they say, and that they work by forms alone."""

from __future__ import annotations

import re
from html import unescape

import pytest

from accounts.models import User
from course.models import Enrolment
from grading.changes import changes_of
from grading.grade import grade_next
from grading.grades import grade_of
from grading.health import record_health
from grading.models import Regrade, Rerun, Submission
from grading.regrade import apply, begin
from grading.runner import RunnerUnavailable
from grading.scope import Scope
from tests.grading.conftest import HALF_RIGHT, RIGHT, TESTS, WRONG
from tests.grading.queries import queries_of

KINDER = TESTS.replace("solution.double(2) == 4", "solution.double(2) in (2, 4)")
HTMX = {"HX-Request": "true"}


def send(user, exercise, code=HALF_RIGHT):
    one = Submission.objects.create(user=user, exercise=exercise, files={"solution.py": code})
    while grade_next("interactive"):
        pass
    return one


def graded():
    while grade_next("bulk"):
        pass


@pytest.fixture
def regrade(learner, instructor, exercise):
    """Begun after the check of two was mended; its run waits."""
    send(learner, exercise)
    exercise.tests, exercise.content_hash = KINDER, "d" * 64
    exercise.save()
    return begin(instructor, Scope(exercise=exercise), attempts="all", reason="The check was <wrong>.")


@pytest.fixture
def desk(browser_of, instructor, regrade):
    """The instructor's browser at the regrade: `desk.get()`, `desk.post("apply", which="all")`."""

    class Desk:
        client = browser_of(instructor)
        url = regrade.get_absolute_url()

        def get(self, query="", **headers):
            return unescape(self.client.get(f"{self.url}{query}", headers=headers).content.decode())

        def post(self, move, **data):
            answer = self.client.post(f"{self.url}{move}/", data, follow=True)
            assert answer.status_code == 200
            return unescape(answer.content.decode())

    return Desk()


# --- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["", "choose/", "apply/", "cancel/", "again/", "revert/"])
def test_only_who_began_it_and_an_admin_get_to_it(
    regrade, browser_of, learner, other_instructor, admin_user, stranger, move
):
    url = f"{regrade.get_absolute_url()}{move}"
    ask = (lambda client: client.post(url)) if move else (lambda client: client.get(url))
    assert ask(stranger).status_code == 302
    assert ask(browser_of(learner)).status_code == 403
    assert ask(browser_of(other_instructor)).status_code == 404
    assert ask(browser_of(admin_user)).status_code in (200, 302)


@pytest.mark.parametrize("url", ["/regrades/", "/regrades/new/"])
def test_the_list_and_the_form_are_for_instructors(browser_of, learner, instructor, stranger, url):
    assert stranger.get(url).status_code == 302
    assert browser_of(learner).get(url).status_code == 403
    assert browser_of(instructor).get(url).status_code == 200


def test_a_learner_sees_the_new_run_once_it_counts(regrade, browser_of, learner, other_learner, instructor):
    graded()
    run = Rerun.objects.get().run.get_absolute_url()
    assert browser_of(learner).get(run).status_code == 404
    html = browser_of(instructor).get(run).content.decode()
    assert f'<a href="{Rerun.objects.get().original.get_absolute_url()}">The attempt</a>' in html
    assert "Review it" not in html
    apply(regrade, instructor, "all")
    assert browser_of(learner).get(run).status_code == 200
    assert browser_of(other_learner).get(run).status_code == 404


def test_another_instructors_list_does_not_name_it(regrade, browser_of, instructor, other_instructor):
    assert "The check was" in browser_of(instructor).get("/regrades/").content.decode()
    assert "The check was" not in browser_of(other_instructor).get("/regrades/").content.decode()


# --- The form -------------------------------------------------------------------------------------


def test_the_filter_counts_before_anything_is_begun(browser_of, instructor, learner, exercise, bells):
    send(learner, exercise)
    send(learner, exercise, WRONG)
    client = browser_of(instructor)
    html = client.get(f"/regrades/new/?exercise={exercise.pk}").content.decode()
    assert "1 grade matches." in html
    assert "That takes 2 runs." in html
    assert "test_of_two: double(#) came back as # (2)" in html
    answer = client.post(
        "/regrades/new/", {"exercise": exercise.pk, "attempts": "standing", "reason": "The check was wrong."}
    )
    regrade = Regrade.objects.get()
    assert answer["Location"] == regrade.get_absolute_url()
    assert (regrade.attempts, regrade.reruns.count()) == ("standing", 1)
    assert regrade.scope == "Double it"


def test_a_begun_regrade_rings_for_a_worker(
    browser_of, instructor, learner, exercise, bells, django_capture_on_commit_callbacks
):
    send(learner, exercise)
    with django_capture_on_commit_callbacks(execute=True):
        browser_of(instructor).post("/regrades/new/", {"reason": "Why not."})
    assert bells == ["bulk"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"reason": ""}, "Say in a sentence why"),
        ({"reason": "x" * 301}, "at most 300 characters"),
        ({"reason": "Why.", "exercise": "99999999999999999999"}, "Select a valid choice"),
        ({"reason": "Why.", "verdict": "platform-error"}, "Select a valid choice"),
        ({"reason": "Why.", "verdict": "crashed"}, "No grade matches this"),
        ({"reason": "Why.", "since": "2026-02-02", "until": "2026-02-01"}, "before the first one"),
        ({"reason": "Why.", "since": "soon"}, "Enter a valid date"),
        ({"reason": "Why.", "attempts": "some"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_begun_is_said(browser_of, instructor, learner, exercise, sent, says):
    send(learner, exercise)
    answer = browser_of(instructor).post("/regrades/new/", sent)
    assert answer.status_code == 422
    assert says in unescape(answer.content.decode())
    assert not Regrade.objects.exists()


def test_changed_content_leads_to_the_form(browser_of, instructor, learner, regrade, exercise):
    link = f'href="/regrades/new/?exercise={exercise.pk}"'
    assert link in browser_of(instructor).get("/regrades/").content.decode()
    html = browser_of(instructor).get(exercise.get_absolute_url()).content.decode()
    assert "The content has changed since 1 grade was made here." in html
    assert link in html
    assert (
        "The content has changed" not in browser_of(learner).get(exercise.get_absolute_url()).content.decode()
    )


# --- Looking, and what follows ----------------------------------------------------------------------


def test_while_runs_wait_there_is_progress_that_asks_again_and_no_table(desk):
    html = desk.get()
    assert '<progress value="0" max="1"' in html
    assert "hx-trigger" in html
    assert 'http-equiv="refresh"' in html
    assert "the runs wait and are not lost. No worker is running" in html
    record_health()
    assert "the runs wait" not in desk.get()
    assert "changes" not in re.findall(r'<ol class="(\w+)"', html)
    graded()
    html = desk.get(**HTMX)
    assert "<html" not in html
    assert "hx-trigger" not in html
    assert '<ol class="changes"' in html
    assert "http-equiv" not in desk.get()


def test_a_line_shows_both_results_side_by_side(desk):
    graded()
    html = desk.get()
    assert 'data-change="up">1<' in html
    assert re.search(r'change__points">\s*<span class="muted">5</span> → <strong>10</strong>', html)
    assert "double(2) came back as 2" in html
    assert html.count('<li class="pair" data-differs>') == 1
    assert "Nothing is here." in desk.get("?show=down")
    assert "Nothing is here." not in desk.get("?show=up")
    assert desk.client.get(f"{desk.url}?show=nonsense&page=x").status_code == 200


def test_applied_and_taken_back_by_one_click_each(desk, learner, exercise):
    graded()
    assert "Applied to 1 grade" in desk.post("apply", which="all")
    assert grade_of(learner, exercise).after == 10
    assert "nothing more was changed" in desk.post("apply", which="all")
    assert "1 grade is what it was" in desk.post("revert")
    assert "nothing to take back" in desk.post("revert")
    assert grade_of(learner, exercise).after == 5


def test_what_is_wrong_with_a_click_is_said(desk, learner, exercise):
    assert "still waiting" in desk.post("apply", which="all")
    graded()
    assert "Say what to apply" in desk.post("apply", which="both")
    assert "nothing to apply" in desk.post("apply", which="selected")
    assert "nothing to take back" in desk.post("revert")
    assert "nothing to try again" in desk.post("again")
    assert grade_of(learner, exercise).after == 5


def test_a_choice_is_kept_over_pages_and_then_applied(
    desk, regrade, instructor, cohort, exercise, learner, monkeypatch
):
    graded()
    (key,) = [change.key for change in changes_of(regrade, instructor)]
    html = desk.post("choose", shown=key, chosen=key, go="?show=up&page=1")
    assert re.search(rf'name="chosen" value="{key}"[^>]* checked', html)
    desk.post("choose", shown="²", chosen=["x", "9" * 30], go="//elsewhere.example/")
    assert "Applied to 1 grade" in desk.post("apply", which="selected", shown=key, chosen=key)


def test_cancelled_it_says_so(desk):
    assert "Cancelled. No grade has changed." in desk.post("cancel")
    assert "It was cancelled." in desk.get()
    assert "not open any more" in desk.post("cancel")


def test_what_could_not_be_graded_is_said_with_a_way_on(desk, fake_runner, bells):
    fake_runner.unavailable = RunnerUnavailable("no", permanent=True)
    graded()
    html = desk.get()
    assert "1 run failed on our side" in html
    assert 'data-change="failed">1<' in html
    assert "We failed, not you" in html
    fake_runner.unavailable = None
    desk.post("again")
    graded()
    assert 'data-change="up">1<' in desk.get()


def test_what_was_left_out_is_marked(desk, learner, exercise, other_learner, instructor):
    send(other_learner, exercise, "def double(n):\n    return 0\n")
    regrade = begin(instructor, Scope(exercise=exercise), attempts="all", reason="Once more.")
    graded()
    send(learner, exercise, RIGHT)
    answer = desk.client.post(f"{regrade.get_absolute_url()}apply/", {"which": "all"}, follow=True)
    html = unescape(answer.content.decode())
    assert "1 grade was left out" in html
    assert html.count("left out: it had moved") == 1


def test_the_learner_is_told_why(desk, browser_of, learner, exercise):
    graded()
    desk.post("apply", which="all")
    client = browser_of(learner)
    for url in ("/dashboard/", exercise.get_absolute_url(), Rerun.objects.get().original.get_absolute_url()):
        html = client.get(url).content.decode()
        assert "changed from 5 to 10" in html
        assert "The check was &lt;wrong&gt;." in html
    desk.post("revert")
    assert "changed from 10 to 5" in client.get("/dashboard/").content.decode()


def test_the_pages_cost_the_same_however_many_changes_there_are(
    browser_of, instructor, learner, cohort, exercise, regrade
):
    graded()
    client = browser_of(instructor)
    queries_of(client, "/regrades/")  # the first asks for the session's content types and the like
    urls = [regrade.get_absolute_url(), "/regrades/", f"/regrades/new/?exercise={exercise.pk}"]
    few = [queries_of(client, url) for url in urls]
    exercise.tests, exercise.content_hash = TESTS, "c" * 64
    exercise.save()
    for n in range(30):
        person = User.objects.create_user(f"l{n}@example.org")
        Enrolment.objects.create(cohort=cohort, user=person)
        send(person, exercise, WRONG if n % 2 else HALF_RIGHT)
    exercise.tests, exercise.content_hash = KINDER, "d" * 64
    exercise.save()
    more = begin(instructor, Scope(exercise=exercise), attempts="all", reason="All of them.")
    graded()
    urls[0] = more.get_absolute_url()
    assert [queries_of(client, url) for url in urls] == few
    assert max(few) <= 15
