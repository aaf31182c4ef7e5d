"""A submission that ends as a known wrong solution does shows what is wrong; nothing else is given away."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course.models import KnownSolution
from grading.grade import grade_next
from grading.models import Submission
from grading.submit import submit
from tests.grading.conftest import BROKEN, CRASHING, HALF_RIGHT, RIGHT, WRONG

SECRET = "def double(n):\n    return n + n  # the author's own\n"


@pytest.fixture
def known(exercise):
    """Add a wrong solution that the course knows."""

    def known(names, shows="", explain="You give `n` back as it came.", ending="fails"):
        position = exercise.known_solutions.count()
        return exercise.known_solutions.create(
            position=position,
            kind="wrong",
            name=f"w{position}",
            files={"solution.py": "x"},
            ending=ending,
            names=names,
            shows=shows,
            belief="Once is twice.",
            explain=explain,
        )

    exercise.known_solutions.create(position=0, kind="solution", files={"solution.py": SECRET})
    return known


@pytest.fixture
def page_after(browser_of, learner, exercise):
    def page_after(code, grade=True, **other):
        submit(learner, exercise, {"solution.py": code}, **other)
        if grade:
            grade_next("interactive")
        return browser_of(learner).get(exercise.get_absolute_url()).content.decode()

    return page_after


def test_the_same_failures_with_the_same_words_are_explained(known, page_after):
    known(["test_of_two"], shows="came back as")
    html = page_after(HALF_RIGHT)
    assert "This ends just as a known mistake does:" in html
    assert "You give <code>n</code> back as it came." in html


@pytest.mark.parametrize(
    ("names", "shows"),
    [
        (["test_of_two"], "says something else"),
        (["test_of_nothing"], "came back as"),
        (["test_of_two", "test_of_nothing"], "came back as"),
    ],
)
def test_other_failures_or_other_words_are_not(known, page_after, names, shows):
    known(names, shows)
    assert "known mistake" not in page_after(HALF_RIGHT)


def test_more_failures_than_the_mistake_has_are_another_mistake(known, page_after):
    known(["test_of_two"], shows="came back as")
    assert "known mistake" not in page_after(WRONG)


def test_nothing_is_said_before_the_verdict(known, page_after):
    known(["test_of_two"], shows="came back as")
    assert "known mistake" not in page_after(HALF_RIGHT, grade=False)


@pytest.mark.parametrize("code", [RIGHT, BROKEN])
def test_nothing_is_said_where_no_check_failed(known, page_after, code):
    known(["test_of_two"])
    assert "known mistake" not in page_after(code)


def test_a_crash_is_known_by_its_exception(known, page_after):
    known(["ZeroDivisionError"], ending="crashes", explain="You divide by zero.")
    assert "You divide by zero." in page_after(CRASHING)


def test_a_run_that_was_stopped_is_known_by_its_limit(known, page_after, learner, exercise):
    known([], ending="too-slow", explain="It waits for ever.")
    assert "It waits for ever." not in page_after(HALF_RIGHT)
    Submission.objects.update(verdict="too-slow")
    assert "It waits for ever." in page_after(HALF_RIGHT, grade=False)


def test_a_try_is_compared_by_the_checks_that_it_had(known, page_after, exercise):
    exercise.checks[1]["hidden"] = True
    exercise.tests = exercise.tests.replace("def test_of_nothing", "@pytest.mark.hidden\ndef test_of_nothing")
    exercise.save()
    known(["test_of_two", "test_of_nothing"], shows="came back as")
    assert "known mistake" in page_after(HALF_RIGHT, purpose="run")


def test_a_mistake_of_todays_checks_is_not_looked_for_in_a_verdict_of_older_ones(known, page_after, exercise):
    known(["test_of_two"], shows="came back as")
    page_after(HALF_RIGHT)
    exercise.content_hash = "d" * 64
    exercise.save()
    Submission.objects.update(content_hash="c" * 64)
    assert "known mistake" not in page_after(HALF_RIGHT, grade=False)


def test_what_is_said_is_text_only(known, page_after):
    known(["test_of_two"], shows="came back as", explain="<script>alert(1)</script>")
    html = page_after(HALF_RIGHT)
    assert "<script>alert(1)</script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_no_solution_is_in_the_page_of_who_has_not_passed(known, page_after):
    known(["test_of_two"], shows="came back as")
    html = page_after(HALF_RIGHT)
    assert "the author&#x27;s own" not in html
    assert "/solution/" not in html


def test_a_pass_shows_where_the_solution_is(known, page_after):
    assert "/solution/" in page_after(RIGHT)


def test_known_solutions_are_asked_for_once_and_without_their_code(
    known, page_after, browser_of, learner, exercise
):
    for n in range(5):
        known(["test_of_two"], shows=f"words {n}")
    page_after(HALF_RIGHT)
    with CaptureQueriesContext(connection) as captured:
        browser_of(learner).get(exercise.get_absolute_url())
    asked = [query["sql"] for query in captured if KnownSolution._meta.db_table in query["sql"]]
    assert len(asked) == 1
    assert '"files"' not in asked[0]
