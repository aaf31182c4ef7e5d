"""What cannot be answered is answered with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.account import app_settings as account_settings
from allauth.core.internal.ratelimit import parse_rates
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client

from config.errors import RATES_COUNT_FOR_S

PAGES = sorted((Path(__file__).resolve().parent.parent / "templates").glob("[45]*.html"))
TOO_MUCH = {"login": "a@example.org", "password": "x" * 9 * 1024 * 1024}


def test_nine_megabytes_in_a_form_are_refused_with_a_sentence(stranger, db):
    answer = stranger.post(
        "/accounts/login/", "password=" + TOO_MUCH["password"], "application/x-www-form-urlencoded"
    )
    html = answer.content.decode()
    assert answer.status_code == 413
    assert "too large" in html
    assert "may be 8.0\xa0MB" in html


def test_nine_megabytes_in_a_multipart_form_are_refused_too(stranger, db):
    answer = stranger.post("/accounts/login/", TOO_MUCH)
    assert answer.status_code == 413


def test_a_file_of_nine_megabytes_is_refused_before_it_is_stored(stranger, db):
    answer = stranger.post("/accounts/login/", {"upload": SimpleUploadedFile("a.py", b"x" * 9 * 1024 * 1024)})
    assert answer.status_code == 413


def test_what_is_malformed_is_not_called_too_large(stranger, db):
    answer = stranger.post("/accounts/login/", b"junk", "multipart/form-data")
    assert answer.status_code == 400


def test_a_form_without_its_token_says_that_nothing_was_saved_and_gives_it_back(db):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        "/accounts/login/?next=/syllabus/", {"login": "a@example.org", "code": "x = 1\ny = 2\n"}
    )
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was saved" in html
    assert "x = 1\ny = 2\n</textarea>" in html
    assert 'href="/accounts/login/?next=/syllabus/"' in html
    assert "a@example.org" not in html, "one word is quickly written again, and may be a secret"


def test_too_many_tries_say_how_long_to_wait(stranger, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    answers = [
        stranger.post("/accounts/login/", {"login": "a@example.org", "password": "x"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1]["Retry-After"] == "60"
    assert "Wait 60 seconds, then try again." in answers[1].content.decode()


def test_no_limit_that_ends_in_a_page_counts_for_longer_than_is_said():
    form_says_it = {"login_failed"}  # see accounts.adapter
    rates = {
        action: max(rate.duration for rate in parse_rates(config))
        for action, config in account_settings.RATE_LIMITS.items()
        if action not in form_says_it
    }
    assert {action: longest for action, longest in rates.items() if longest > RATES_COUNT_FOR_S} == {}


def test_a_page_that_is_not_open_says_who_is_signed_in_and_leads_on(browser_of, learner):
    answer = browser_of(learner).get("/operator/")
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "This page is for the role “instructor”." in html
    assert "You are signed in as learner@example.org" in html


def test_the_address_of_a_button_says_that_it_is_one(browser_of, instructor):
    answer = browser_of(instructor).get("/operator/retry-all/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "only answers a button" in answer.content.decode()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_every_failure_says_one_sentence_that_also_holds_in_the_page_that_stays(file):
    text = file.read_text()
    frame = text if "base.html" in text else (file.parent / "parts" / "error.html").read_text()
    assert "data-error-page" in frame
    assert text.count("data-says") == 1


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_no_failure_is_a_dead_end(file):
    frame = (file.parent / "parts" / "error.html").read_text()
    assert 'class="button"' in file.read_text() + frame


@pytest.mark.parametrize("status", [400, 405, 500])
def test_the_frame_of_a_failure_needs_nothing_that_may_have_failed(status):
    """No database (this test has none), no request, no context."""
    html = render_to_string(f"{status}.html")
    assert f">{status}</p>" in html
    assert 'href="/"' in html


@pytest.mark.parametrize("address", ["/nothing-here/", "/accounts/nothing/"])
def test_a_page_that_is_not_there_is_said_in_our_words(stranger, course, address):
    answer = stranger.get(address)
    assert answer.status_code == 404
    assert "Gradient" in answer.content.decode()


def test_a_failure_of_ours_gives_back_what_was_typed(browser_of, learner):
    """It may not have been stored, and the page that held it may be gone."""
    browser = browser_of(learner)
    browser.raise_request_exception = False

    def refuse(execute, sql, params, many, context):
        raise OperationalError("the database is away")

    code = "def double(n):\n    return '</textarea><b>'\n"
    with connection.execute_wrapper(refuse):
        answer = browser.post("/docs/m/week1/l/e/", {"code": code, "n": "1"})
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "may not be saved" in html
    assert "def double(n):\n    return &#x27;&lt;/textarea&gt;&lt;b&gt;&#x27;\n" in html
    assert html.count("<textarea") == 1
    assert answer["X-Request-ID"] in html


def test_a_failure_of_ours_says_so_and_carries_the_requests_id(course, monkeypatch):
    from config import health

    browser = Client(raise_request_exception=False)
    monkeypatch.setattr(health, "_answers", lambda ask: 1 / 0)
    answer = browser.get("/readyz")
    assert answer.status_code == 500
    assert len(answer["X-Request-ID"]) == 16
    assert "Gradient" in answer.content.decode()
