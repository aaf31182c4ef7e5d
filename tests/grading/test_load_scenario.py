"""The browser of `./lms bench --load` does what a learner's does, and what goes wrong is counted."""

from __future__ import annotations

import pytest

from grading.grade import grade_next
from grading.models import Submission
from tests.bench.browser import Astray, Browser
from tests.bench.crowd import Learner, _run
from tests.bench.load import percentile
from tests.bench.rows import STEPS, steps_of
from tests.grading.conftest import HALF_RIGHT, RIGHT

PASSWORD = "gradient"


@pytest.fixture
def browser(live_server, learner):
    browser = Browser(live_server.url)
    browser.sign_in(learner.email, PASSWORD)
    yield browser
    browser.connection.close()


@pytest.mark.parametrize(("code", "verdict"), [(RIGHT, "passed"), (HALF_RIGHT, "partly-passed")])
def test_it_signs_in_by_the_form_submits_and_follows_the_poll_to_the_verdict(
    browser, exercise, monkeypatch, code, verdict
):
    monkeypatch.setattr("tests.bench.browser.time.sleep", lambda seconds: grade_next("interactive"))
    browser.open_exercise(exercise.get_absolute_url())
    found = browser.submit(exercise.get_absolute_url(), code)
    stored = Submission.objects.get()
    assert (found.verdict, found.submission, found.polls) == (verdict, str(stored.pk), 1)
    assert stored.code == code
    assert list(steps_of([found.submission])) == [found.submission]
    assert found.clicked_at <= steps_of([found.submission])[found.submission][0] <= found.seen_at


def test_a_verdict_in_the_answer_to_the_click_needs_no_poll(browser, exercise, monkeypatch):
    monkeypatch.setattr("grading.submit.ring", grade_next)
    browser.open_exercise(exercise.get_absolute_url())
    assert browser.submit(exercise.get_absolute_url(), RIGHT).polls == 0


def test_a_wrong_password_is_not_a_learner_at_work(live_server, learner):
    browser = Browser(live_server.url)
    with pytest.raises(Astray, match="signing in was answered with 200"):
        browser.sign_in(learner.email, "wrong")
    browser.connection.close()


def test_a_page_that_is_not_there_is_an_error(browser):
    with pytest.raises(Astray, match="/nowhere/ was answered with 404"):
        browser.open("/nowhere/")


def test_each_thing_that_goes_wrong_is_counted(monkeypatch):
    monkeypatch.setattr("tests.bench.crowd.time.sleep", lambda seconds: None)
    learners = [Learner(browser=None, places=None, chance=None)]
    clock = iter(range(100))
    monkeypatch.setattr("tests.bench.crowd.time.monotonic", lambda: next(clock))

    def cycle(*_: object) -> None:
        raise Astray("it rained")

    assert _run(learners, 3, cycle).errors == {"it rained": 2}


def test_percentiles_are_values_that_were_measured():
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, percent) for percent in (50, 95, 99)] == [50, 95, 99]
    assert percentile([7.0], 99) == 7


def test_a_submission_that_has_not_come_to_every_step_has_no_phases(learner, exercise):
    made = Submission.objects.create(user=learner, exercise=exercise, files={})
    assert STEPS[0] == "created_at"
    assert steps_of([str(made.pk)]) == {}


def test_it_clicks_on_run_where_the_page_has_a_button_for_it(browser, exercise, monkeypatch):
    """Read from a page of words here, because what matters is what the browser then sends."""
    sent = []
    monkeypatch.setattr(browser, "_click", lambda path, fields: sent.append(fields))
    button = (
        '<button class="button" type="submit" name="action" value="run" aria-describedby="a">Run</button>'
    )
    form = '<input type="hidden" name="csrfmiddlewaretoken" value="t">'
    for page, may_run in ((form, False), (form + button, True)):
        monkeypatch.setattr(browser, "open", lambda path, page=page: page)
        browser.open_exercise(exercise.get_absolute_url())
        assert browser.may_run is may_run
    browser.run("/", "x = 1")
    browser.submit("/", "x = 1")
    assert sent == [{"code": "x = 1", "action": "run"}, {"code": "x = 1"}]
