"""Waiting for a verdict: who may, for how long, and what ends it."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from config import serve, web
from grading import wake
from grading.grade import grade_next
from grading.health import record_health
from grading.models import Submission
from grading.panel import MOST_BEHIND_MS, Panel
from grading.wait import LIVE_S, wait_briefly
from grading.wake import tell, wait_until_done
from tests.grading.conftest import RIGHT

HTMX = {"HX-Request": "true"}
LONG = 30.0  # a wait that is not ended by its time


@pytest.fixture(autouse=True)
def own_server():
    """Each test asks the server that its settings name."""
    wake._server.cache_clear()
    yield
    wake._server.cache_clear()


@pytest.fixture(params=["rows", pytest.param("valkey", marks=pytest.mark.valkey)])
def way(request, settings):
    """Both ways to be woken."""
    if request.param == "rows":
        settings.GRADIENT_REDIS_URL = ""
    return request.param


@pytest.fixture
def queued(learner, exercise):
    def queued(user=learner, **other):
        files = {"solution.py": RIGHT}
        return Submission.objects.create(user=user, exercise=exercise, files=files, **other)

    return queued


@pytest.fixture
def in_browser(browser_of, learner, exercise):
    client = browser_of(learner)
    return lambda: client.get(exercise.get_absolute_url(), headers=HTMX).content.decode()


def test_a_verdict_that_comes_before_anybody_waits_is_found(way, queued):
    submission = queued()
    grade_next("interactive")
    wait_until_done(submission.pk, LONG)  # returns


def test_a_verdict_that_comes_between_two_looks_ends_the_wait(queued, settings, monkeypatch):
    settings.GRADIENT_REDIS_URL = ""
    monkeypatch.setattr("grading.wake.time.sleep", lambda seconds: grade_next("interactive"))
    wait_until_done(queued().pk, LONG)  # returns


@pytest.mark.valkey
def test_a_worker_that_stores_a_verdict_wakes_who_waits(queued):
    waiting = threading.Thread(target=wait_until_done, args=(queued().pk, LONG))
    waiting.start()
    grade_next("interactive")
    waiting.join(LONG / 2)
    assert not waiting.is_alive()


def test_without_a_verdict_the_wait_ends_with_its_time(way, queued):
    wait_until_done(queued().pk, 0.05)  # returns


@pytest.mark.valkey
def test_the_verdict_of_another_submission_wakes_nobody(queued):
    tell(uuid.uuid4())
    server = wake._server()
    assert server.blpop([wake._key(queued().pk)], timeout=0.05) is None


@pytest.mark.valkey
def test_a_word_that_nobody_takes_goes_by_itself():
    nobody = uuid.uuid4()
    tell(nobody)
    assert 0 < wake._server().ttl(wake._key(nobody)) <= wake.KEPT_S


def test_a_server_that_is_gone_holds_nobody_up(queued, settings, exercise, browser_of, learner):
    record_health()
    settings.GRADIENT_REDIS_URL = "redis://127.0.0.1:1/0"
    tell(queued().pk)
    html = browser_of(learner).post(exercise.get_absolute_url(), {"code": RIGHT}, headers=HTMX)
    assert 'data-verdict="queued"' in html.content.decode()


def test_a_database_that_breaks_meanwhile_does_not_fail_the_answer(queued, monkeypatch):
    record_health()

    def breaks(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("grading.wait.wait_until_done", breaks)
    wait_briefly(queued())  # returns


def test_half_of_the_threads_may_wait_and_the_rest_are_answered_at_once(queued, monkeypatch):
    record_health()
    submission, end, waits = queued(), threading.Event(), threading.Semaphore(0)

    def wait(*_: object) -> None:
        waits.release()
        end.wait(LONG)

    monkeypatch.setattr("grading.wait.wait_until_done", wait)
    half = web.threads // 2
    crowd = [threading.Thread(target=wait_briefly, args=(submission,)) for _ in range(half)]
    for thread in crowd:
        thread.start()
    assert all(waits.acquire(timeout=LONG) for _ in crowd)
    assert not any(wait_briefly(submission) for _ in range(web.threads))  # each returns at once
    end.set()
    for thread in crowd:
        thread.join()
    assert wait_briefly(submission)  # the seats are free again


def test_every_shape_serves_with_the_threads_that_the_settings_say():
    assert web.threads == site.GRADIENT_WEB_THREADS
    command = next(one for one in serve.programs("127.0.0.1", 1, {}) if one.name == "web").command
    image = (site.ROOT / "Dockerfile").read_text()
    for words in (" ".join(command), image):
        assert "--config=python:config.web" in words
        assert "--threads" not in words


def test_a_page_that_asks_for_what_waits_in_the_queue_gets_the_verdict_when_it_comes(
    queued, in_browser, monkeypatch
):
    record_health()
    queued()
    monkeypatch.setattr("grading.wait.wait_until_done", lambda *_: grade_next("interactive"))
    assert 'data-verdict="passed"' in in_browser()


def test_a_page_that_asks_for_what_has_run_for_a_while_is_answered_as_it_is(queued, in_browser, monkeypatch):
    record_health()
    queued(state="running", claimed_at=timezone.now() - timedelta(seconds=LIVE_S))
    monkeypatch.setattr("grading.wait.wait_until_done", lambda *_: pytest.fail("it waited"))
    assert 'data-verdict="running"' in in_browser()


def test_a_page_that_asks_for_what_has_just_begun_waits_for_the_rest_of_a_quick_run(
    queued, in_browser, monkeypatch
):
    queued(state="running", claimed_at=timezone.now())
    waits: list[float] = []
    monkeypatch.setattr("grading.wait.wait_until_done", lambda _, seconds: waits.append(seconds))
    assert 'data-verdict="running"' in in_browser()
    assert waits == [LIVE_S]


@pytest.mark.valkey
@pytest.mark.postgres
def test_who_waits_holds_no_connection_to_the_database(transactional_db, queued):
    submission = queued()
    wait_until_done(submission.pk, 0.05)
    assert connection.connection is None


def test_nobody_waits_where_nothing_is_graded_or_all_is_done(queued, monkeypatch):
    monkeypatch.setattr("grading.wait.wait_until_done", lambda *_: pytest.fail("it waited"))
    assert not wait_briefly(queued())  # no worker has left word of itself
    record_health()
    assert not wait_briefly(queued(state="done", verdict="passed"))
    assert not wait_briefly(queued(state="superseded"))


def test_a_page_behind_many_asks_later(queued):
    submission = queued()

    def pause_behind(count: int) -> int:
        Submission.objects.bulk_create(
            Submission(
                user=submission.user,
                exercise=submission.exercise,
                files={},
                created_at="2026-01-01T00:00Z",
            )
            for _ in range(count)
        )
        return Panel(submission).poll_after_ms

    assert pause_behind(0) < pause_behind(20) < pause_behind(300) == MOST_BEHIND_MS


def test_a_page_without_htmx_never_waits(queued, browser_of, learner, exercise, monkeypatch):
    record_health()
    queued()
    monkeypatch.setattr("grading.wait.wait_until_done", lambda *_: pytest.fail("it waited"))
    client: Client = browser_of(learner)
    assert client.get(exercise.get_absolute_url()).status_code == 200
