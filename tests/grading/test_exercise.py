"""The exercise page: what it shows, how code is sent with and without JavaScript, and what it refuses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import get_args

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from course.content import matter
from grading.grade import grade_next
from grading.health import record_health
from grading.job import job_for
from grading.models import CheckResult, Submission
from grading.permission import SENTENCES
from grading.sandbox.wire import Permission
from tests.grading.conftest import BROKEN, HALF_RIGHT, RIGHT, make_exercise
from tests.grading.queries import queries_of

HTMX = {"HX-Request": "true"}
CACHE_AWAY = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}


@pytest.fixture
def exercise_page(browser_of, learner, exercise):
    """The learner's browser on the exercise's page: `exercise_page.get()`, `exercise_page.post(code=…)`."""

    class Page:
        client = browser_of(learner)
        url = exercise.get_absolute_url()

        def get(self, **other):
            return self.client.get(self.url, **other)

        def post(self, htmx=False, **data):
            return self.client.post(self.url, data, headers=HTMX if htmx else {})

    return Page()


def test_a_stranger_reads_the_task_and_where_to_sign_in_and_nothing_else(stranger, exercise):
    html = stranger.get(exercise.get_absolute_url()).content.decode()
    assert "Write <code>double</code>." in html
    assert f'href="/accounts/login/?next={exercise.get_absolute_url()}"' in html
    for kept in ("Multiply.", "test_of_two", 'name="code"', "# TODO"):
        assert kept not in html


def test_a_stranger_who_sends_code_is_sent_to_sign_in(stranger, exercise):
    response = stranger.post(exercise.get_absolute_url(), {"code": RIGHT})
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
    assert stranger.get(exercise.get_absolute_url(), headers=HTMX).status_code == 401
    assert not Submission.objects.exists()


def test_somebody_without_a_place_in_a_cohort_reads_whom_to_ask(browser_of, exercise, other_instructor):
    other_instructor.role = "learner"
    other_instructor.save()
    assert browser_of(other_instructor).get(exercise.get_absolute_url()).status_code == 403


def test_before_the_first_attempt_the_editor_holds_the_starter(exercise_page):
    html = exercise_page.get().content.decode()
    assert 'name="code"' in html
    assert "def double(n):\n    ...  # TODO" in html
    assert "data-verdict" not in html


def test_the_checks_are_shown_as_code_unless_they_are_hidden(exercise_page, exercise):
    exercise.tests += '\n\n@pytest.mark.hidden\ndef test_secret(solution):\n    """S"""\n    assert secret\n'
    exercise.tests += "\n\ndef oracle(n):\n    return n + n\n"
    exercise.save()
    html = exercise_page.get().content.decode()
    assert "test_of_two" in html
    assert "test_secret" not in html
    assert "oracle" not in html


def test_it_says_what_a_run_may_do_where_that_is_more_than_usual(exercise_page, exercise):
    assert "runs may" not in exercise_page.get().content.decode()
    exercise.permissions = ["loopback"]
    exercise.save()
    html = exercise_page.get().content.decode()
    assert "runs may open connections to themselves (127.0.0.1)" in html
    assert "runs may start Python" not in html


def test_a_run_is_asked_for_with_what_its_exercise_permits(exercise_page, exercise):
    exercise.permissions = ["subprocess"]
    exercise.save()
    exercise_page.post(code=RIGHT)
    assert job_for(Submission.objects.get()).permissions == [Permission.SUBPROCESS]


def test_each_permission_is_known_everywhere():
    assert set(get_args(matter.Permission)) == {permission.value for permission in Permission}
    assert set(SENTENCES) == set(Permission)


def test_without_javascript_a_post_leads_back_to_the_page_with_the_verdict(exercise_page):
    response = exercise_page.post(code=HALF_RIGHT)
    assert response.status_code == 303
    assert response["Location"] == f"{exercise_page.url}#verdict"
    html = exercise_page.get().content.decode()
    assert 'data-verdict="queued"' in html
    assert re.search(r'<noscript><meta http-equiv="refresh" content="2"></noscript>', html)

    grade_next("interactive")
    html = exercise_page.get().content.decode()
    assert 'data-verdict="partly-passed"' in html
    assert "http-equiv" not in html
    assert "return n" in html  # the editor holds what was sent


def test_with_htmx_a_post_answers_with_the_panel_and_asks_until_it_is_done(exercise_page):
    html = exercise_page.post(htmx=True, code=RIGHT).content.decode()
    assert "<html" not in html
    assert 'data-verdict="queued"' in html
    assert 'hx-trigger="load delay:' in html

    grade_next("interactive")
    html = exercise_page.get(headers=HTMX).content.decode()
    assert 'data-verdict="passed"' in html
    assert "hx-trigger" not in html
    assert html.count("data-outcome=") == 2


def test_what_a_page_that_waits_is_answered_with_holds_results_and_nothing_else(exercise_page):
    exercise_page.post(code=HALF_RIGHT)
    grade_next("interactive")
    html = exercise_page.get(headers=HTMX).content.decode()
    assert 'data-check="test_of_two"' in html
    for kept in ("<html", 'name="code"', "Write <code>double</code>.", "Show hint", "def test_of_two"):
        assert kept not in html


def test_the_newest_submission_comes_first(exercise_page):
    exercise_page.post(code=BROKEN)
    grade_next("interactive")
    exercise_page.post(code=RIGHT)
    html = exercise_page.get().content.decode()
    assert re.findall(r'<article[^>]* data-verdict="([a-z-]+)"', html) == ["queued"]
    assert html.index('data-verdict="queued"') < html.index('data-verdict="does-not-compile"')


def test_each_check_says_what_it_saw(exercise_page):
    exercise_page.post(code=HALF_RIGHT)
    grade_next("interactive")
    html = exercise_page.get().content.decode()
    assert 'data-check="test_of_two" data-outcome="failed"' in html
    assert 'data-check="test_of_nothing" data-outcome="passed"' in html
    assert "double(2) came back as 2" in html


def test_cases_of_one_check_are_told_apart_but_those_of_a_hidden_one_are_not(exercise_page):
    exercise_page.post(code=RIGHT)
    grade_next("interactive")
    first, second = Submission.objects.get().checks.all()
    for check, name, hidden in ((first, "test_of_two[302]", False), (second, "test_secret[42]", True)):
        CheckResult.objects.filter(pk=check.pk).update(name=name, hidden=hidden)
    html = exercise_page.get().content.decode()
    assert re.findall(r'class="check__case">(.*?)<', html) == ["302"]


def test_while_it_runs_the_checks_to_come_are_listed_without_an_outcome(exercise_page):
    exercise_page.post(code=RIGHT)
    Submission.objects.claim_next("interactive")
    html = exercise_page.get().content.decode()
    assert 'data-verdict="running"' in html
    assert html.count("has not had its turn yet") == 2
    assert "data-outcome" not in html


def test_starting_over_brings_the_starter_back_and_keeps_the_attempt(exercise_page):
    exercise_page.post(code=RIGHT)
    html = exercise_page.client.get(f"{exercise_page.url}?starter").content.decode()
    assert "# TODO" in html
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_five_megabytes_of_code_come_back_with_a_sentence(exercise_page, htmx):
    code = "# five megabytes\n" * (5 * 1024 * 1024 // 17)
    response = exercise_page.post(htmx=htmx, code=code)
    assert response.status_code == 413
    html = response.content.decode()
    assert "a file may hold 128 kB" in html
    assert htmx or html.count("# five megabytes") == code.count("# five megabytes")
    assert not Submission.objects.exists()


def test_a_nul_comes_back_visible_with_the_rest_of_the_code(exercise_page):
    response = exercise_page.post(code="a = 1\nb = '\0'\n")
    assert response.status_code == 422
    html = response.content.decode()
    assert "Line 2 of solution.py" in html
    assert "a = 1\nb = &#x27;\N{SYMBOL FOR NULL}&#x27;" in html


def test_a_file_may_be_sent_in_place_of_the_editor(exercise_page):
    exercise_page.post(code="typed", upload=SimpleUploadedFile("mine.py", RIGHT.encode()))
    assert Submission.objects.get().code == RIGHT


def test_after_a_file_was_sent_with_htmx_the_page_is_loaded_anew(exercise_page):
    response = exercise_page.post(htmx=True, upload=SimpleUploadedFile("mine.py", RIGHT.encode()))
    assert response["HX-Redirect"] == f"{exercise_page.url}#verdict"


@pytest.mark.parametrize(
    ("name", "content", "status", "says"),
    [
        ("photo.png", b"\x89PNG", 422, "photo.png is not a .py file"),
        ("bomb.zip", b"PK\3\4", 422, "bomb.zip is not a .py file"),  # no archive is ever unpacked: R33
        ("bomb.py", b"PK\3\4\x14\0\0\0", 422, "bomb.py is not text in UTF-8"),
        ("wide.py", "x = 1".encode("utf-16"), 422, "wide.py is not text in UTF-8"),
        ("null.py", b"x = 1\0", 422, "null.py is not text in UTF-8"),
        ("big.py", b"#" * 200_000, 413, "big.py is 195 kB"),
    ],
)
def test_a_wrong_file_is_refused_and_what_was_typed_stays(exercise_page, name, content, status, says):
    response = exercise_page.post(code="what_was_typed = 1", upload=SimpleUploadedFile(name, content))
    assert response.status_code == status
    html = response.content.decode()
    assert says in html
    assert "what_was_typed = 1" in html
    assert not Submission.objects.exists()


def test_two_browsers_at_one_exercise_have_an_attempt_each(exercise_page, browser_of, learner):
    exercise_page.post(code=RIGHT)
    grade_next("interactive")
    browser_of(learner).post(exercise_page.url, {"code": BROKEN})
    grade_next("interactive")
    assert sorted(Submission.objects.values_list("verdict", flat=True)) == ["does-not-compile", "passed"]
    assert exercise_page.get().content.decode().count('<td><a href="/submissions/') == 2


def test_without_a_worker_the_page_serves_says_so_and_takes_submissions(exercise_page):
    assert "No worker is running" in exercise_page.get().content.decode()
    exercise_page.post(code=RIGHT)
    html = exercise_page.get().content.decode()
    assert "your submission waits and is not lost" in html
    assert Submission.objects.get().state == "queued"


def test_with_a_worker_nothing_is_said_of_it(exercise_page):
    record_health()
    assert "No worker" not in exercise_page.get().content.decode()


def test_an_environment_that_is_not_installed_is_said_before_anything_is_sent(exercise_page, exercise):
    record_health()
    assert "is not installed here" not in exercise_page.get().content.decode()
    exercise.environment = "torch"
    exercise.save()
    html = exercise_page.get().content.decode()
    assert "“torch”, which is not installed here" in html
    assert "./lms up --all" in html


def test_an_exercise_of_several_files_has_an_area_for_each(browser_of, learner, lesson):
    two = make_exercise(
        lesson, "two-files", 2, starter={"Dockerfile": "FROM x\n", ".dockerignore": "*.log\n"}
    )
    client = browser_of(learner)
    html = client.get(two.get_absolute_url()).content.decode()
    assert 'name="code"' in html
    assert 'name="code:.dockerignore"' in html
    client.post(two.get_absolute_url(), {"code": "FROM y\n", "code:.dockerignore": "*.tmp\n"})
    assert Submission.objects.get().files == {"Dockerfile": "FROM y\n", ".dockerignore": "*.tmp\n"}


def test_what_code_prints_is_shown_as_text_only(exercise_page, learner, exercise):
    evil = "<script>alert(1)</script>"
    learner.name = evil
    learner.save()
    exercise_page.post(code=f"def double(n):\n    raise ValueError({evil!r})\n")
    grade_next("interactive")
    Submission.objects.update(stdout=evil, stderr=evil, detail=evil)
    html = exercise_page.get().content.decode()
    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_the_page_costs_the_same_however_many_attempts_and_learners(
    exercise_page, other_learner, learner, exercise
):
    exercise_page.post(code=RIGHT)
    grade_next("interactive")
    few = queries_of(exercise_page.client, exercise_page.url)
    for user in (learner, other_learner):
        Submission.objects.bulk_create(
            Submission(user=user, exercise=exercise, files={"solution.py": RIGHT}) for _ in range(30)
        )
    while grade_next("interactive"):
        pass
    assert queries_of(exercise_page.client, exercise_page.url) == few <= 20


def test_to_look_again_always_leads_to_another_address(exercise_page):
    """Without JavaScript, an address that differs by its fragment only, or not at all, is not fetched."""
    exercise_page.post(code=RIGHT)
    links = {
        re.search(r'href="([^"]*look=[^"]*)"', exercise_page.get().content.decode())[1] for _ in range(3)
    }
    assert len(links) == 3


def test_a_verdict_that_comes_quickly_is_in_the_answer_to_the_post(exercise_page, monkeypatch):
    record_health()
    monkeypatch.setattr("grading.wait.wait_until_done", lambda *_: grade_next("interactive"))
    html = exercise_page.post(htmx=True, code=RIGHT).content.decode()
    assert 'data-verdict="passed"' in html


def test_a_cache_or_a_database_that_breaks_after_the_row_is_safe_does_not_fail_the_answer(
    exercise_page, settings, monkeypatch
):
    """A learner who is answered with an error sends it again, and has an attempt more than he made."""
    settings.CACHES = {"default": CACHE_AWAY}
    assert "cannot be told at this moment" in exercise_page.get().content.decode()
    assert exercise_page.post(code=RIGHT).status_code == 303
    assert not record_health().reason

    def break_down(submission, seconds):
        raise OperationalError("the server closed the connection")

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    record_health()
    monkeypatch.setattr("grading.wait.wait_until_done", break_down)
    assert exercise_page.post(code=f"{RIGHT}# again\n").status_code == 303
    assert Submission.objects.count() == 2


def test_a_verdict_that_takes_longer_is_not_waited_for(exercise_page, monkeypatch):
    record_health()
    monkeypatch.setattr("grading.wait.PATIENCE_S", 0.05)
    html = exercise_page.post(htmx=True, code=RIGHT).content.decode()
    assert 'data-verdict="queued"' in html


def test_what_was_replaced_says_so_and_no_page_asks_again(exercise_page, browser_of, learner):
    exercise_page.post(code=RIGHT)
    exercise_page.post(code=BROKEN)
    replaced = Submission.objects.get(state="superseded")
    html = browser_of(learner).get(replaced.get_absolute_url()).content.decode()
    assert "You submitted again before its turn came. It does not count as an attempt." in html
    assert "Look again" not in html
    assert 'http-equiv="refresh"' not in html
    assert "has not had its turn yet" not in html
    grade_next("interactive")
    assert 'data-verdict="superseded">Replaced' in exercise_page.get().content.decode()
    assert "Look again" not in browser_of(learner).get("/dashboard/").content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_who_is_too_fast_reads_how_long_to_wait_and_keeps_the_code(exercise_page, settings, htmx):
    settings.GRADIENT_SUBMISSION_LIMIT = 1
    exercise_page.post(code=RIGHT)
    response = exercise_page.post(htmx=htmx, code="# mine\n")
    html = response.content.decode()
    assert response.status_code == 429
    assert 50 <= int(response["Retry-After"]) <= 60
    assert f"Wait {response['Retry-After']} seconds" in html
    assert htmx or "# mine" in html  # with htmx the editor is not touched
    assert Submission.objects.count() == 1


def test_the_same_code_again_is_answered_with_a_link_to_the_first(exercise_page, monkeypatch):
    record_health()
    monkeypatch.setattr("grading.submit.DOUBLE_CLICK", timedelta(0))
    exercise_page.post(code=HALF_RIGHT)
    grade_next("interactive")
    first = Submission.objects.get()
    exercise_page.post(code=HALF_RIGHT)
    html = exercise_page.get().content.decode()
    assert f'The same code as on <a href="{first.get_absolute_url()}">' in html
    assert 'data-verdict="partly-passed"' in html
