"""What cannot be answered is answered with a sentence."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

TOO_MUCH = {"login": "a@example.org", "password": "x" * 9 * 1024 * 1024}


def test_nine_megabytes_in_a_form_are_refused_with_a_sentence(stranger, db):
    answer = stranger.post(
        "/accounts/login/", "password=" + TOO_MUCH["password"], "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_nine_megabytes_in_a_multipart_form_are_refused_too(stranger, db):
    answer = stranger.post("/accounts/login/", TOO_MUCH)
    assert answer.status_code == 413


def test_a_file_of_nine_megabytes_is_refused_before_it_is_stored(stranger, db):
    answer = stranger.post("/accounts/login/", {"upload": SimpleUploadedFile("a.py", b"x" * 9 * 1024 * 1024)})
    assert answer.status_code == 413


def test_what_is_malformed_is_not_called_too_large(stranger, db):
    answer = stranger.post("/accounts/login/", b"junk", "multipart/form-data")
    assert answer.status_code == 400


def test_a_form_without_its_token_says_that_nothing_was_saved(db):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/accounts/login/", {"login": "a@example.org"})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


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


def test_a_failure_of_ours_says_so_and_carries_the_requests_id(course, monkeypatch):
    from config import health

    browser = Client(raise_request_exception=False)
    monkeypatch.setattr(health, "_answers", lambda ask: 1 / 0)
    answer = browser.get("/readyz")
    assert answer.status_code == 500
    assert len(answer["X-Request-ID"]) == 16
    assert "Gradient" in answer.content.decode()
