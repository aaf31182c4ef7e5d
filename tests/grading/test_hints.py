"""Hints: one at a time, gentlest first, free, and noted."""

from __future__ import annotations

import pytest

from accounts.models import User
from course.models import ReviewCard
from course.review import MANY_ATTEMPTS
from grading.grade import grade_next
from grading.models import HintOpened
from grading.submit import submit
from tests.grading.conftest import HALF_RIGHT, RIGHT
from tests.grading.queries import queries_of

HTMX = {"HX-Request": "true"}
LEVELS = ["<p>Where is it?</p>", "<p>Multiply.</p>", "<p>3 * 5 is 15.</p>"]
ALONE = ["<p>And of zero?</p>"]


@pytest.fixture
def exercise(exercise):
    exercise.hints = [{"check": "test_of_two", "html": html} for html in LEVELS]
    exercise.hints += [{"check": "test_of_nothing", "html": html} for html in ALONE]
    exercise.save()
    return exercise


@pytest.fixture
def open_hint(browser_of, learner, exercise):
    """Press the button of a level, as the page's form does with JavaScript and without."""

    def open_hint(check, level, *, htmx=True, **form):
        data = {"hint": f"{check}:{level}", **form}
        url = f"{exercise.get_absolute_url()}hint/"
        return browser_of(learner).post(url, data, headers=HTMX if htmx else {})

    return open_hint


def opened():
    return list(HintOpened.objects.order_by("check_name", "level").values_list("check_name", "level"))


def test_no_hint_is_in_the_page_before_it_is_opened(browser_of, learner, exercise):
    html = browser_of(learner).get(exercise.get_absolute_url()).content.decode()
    assert not any(level in html for level in LEVELS)
    assert "Show hint 1 of 3" in html
    assert "They cost nothing." in html


def test_the_gentlest_comes_first_and_only_that_one(open_hint):
    html = open_hint("test_of_two", 1).content.decode()
    assert LEVELS[0] in html
    assert LEVELS[1] not in html
    assert "You opened 1 of 3 hints for this check; they cost nothing." in html
    assert "Show hint 2 of 3" in html
    assert opened() == [("test_of_two", 1)]


def test_an_opened_hint_stays_open(open_hint, browser_of, learner, exercise):
    open_hint("test_of_two", 1)
    html = browser_of(learner).get(exercise.get_absolute_url()).content.decode()
    assert LEVELS[0] in html
    assert ALONE[0] not in html


def test_after_the_last_one_the_solution_is_promised_for_after_a_pass(open_hint):
    for level in (1, 2, 3):
        html = open_hint("test_of_two", level).content.decode()
    assert "Show hint" not in html
    assert "Once you have passed, the solution is shown" in html
    assert "/solution/" not in html


def test_twice_is_once(open_hint):
    for _press in range(2):
        assert open_hint("test_of_two", 1).status_code == 200
    assert opened() == [("test_of_two", 1)]


def test_none_is_skipped_over(open_hint):
    """A page of an older version may ask for a level that is further on: the next one is opened."""
    html = open_hint("test_of_two", 3).content.decode()
    assert LEVELS[2] not in html
    assert opened() == [("test_of_two", 1)]


@pytest.mark.parametrize(
    ("check", "level"),
    [("test_of_two", 4), ("test_of_two", 0), ("no_test", 1), ("", "x"), ("test_of_two", "9" * 5000)],
)
def test_what_does_not_exist_is_not_found(open_hint, check, level):
    assert open_hint(check, level).status_code == 404
    assert opened() == []


def test_a_stranger_opens_nothing(stranger, exercise):
    response = stranger.post(f"{exercise.get_absolute_url()}hint/", {"hint": "test_of_two:1"})
    assert response.status_code == 302
    assert opened() == []


def test_who_comes_to_its_address_from_signing_in_is_led_to_the_exercise(browser_of, learner, exercise):
    response = browser_of(learner).get(f"{exercise.get_absolute_url()}hint/")
    assert response.status_code == 302
    assert response["Location"] == exercise.get_absolute_url()


def test_without_javascript_the_page_comes_back_with_what_was_typed(open_hint):
    html = open_hint("test_of_two", 1, htmx=False, code="half_done = 1\n", scratch="mine()").content.decode()
    assert "<html" in html
    assert LEVELS[0] in html
    assert "half_done = 1" in html
    assert "mine()" in html


def test_hints_that_serve_two_checks_are_opened_together(open_hint, exercise):
    exercise.hints = [{"check": name, "html": "<p>Same.</p>"} for name in ("test_of_two", "test_of_nothing")]
    exercise.save()
    html = open_hint("test_of_two", 1).content.decode()
    assert "The double of two · The double of nothing" in html
    assert html.count("<p>Same.</p>") == 1


def test_a_check_that_failed_links_to_its_hints(browser_of, learner, exercise):
    client = browser_of(learner)
    client.post(exercise.get_absolute_url(), {"code": HALF_RIGHT})
    grade_next("interactive")
    html = client.get(exercise.get_absolute_url()).content.decode()
    assert 'href="#hint-test_of_two"' in html
    assert 'href="#hint-test_of_nothing"' not in html  # it passed


def test_who_teaches_reads_in_the_review_what_was_opened(
    open_hint, browser_of, instructor, learner, exercise
):
    open_hint("test_of_two", 1)
    open_hint("test_of_two", 2)
    submission = submit(learner, exercise, {"solution.py": HALF_RIGHT})
    html = browser_of(instructor).get(f"/admin/grading/submission/{submission.pk}/change/").content.decode()
    assert "Hints opened" in html
    assert "2 of 3" in html
    assert LEVELS[0] not in html


def test_what_a_learner_opened_is_nobody_elses(open_hint, browser_of, other_learner, exercise):
    open_hint("test_of_two", 1)
    html = browser_of(other_learner).get(exercise.get_absolute_url()).content.decode()
    assert LEVELS[0] not in html


def test_the_page_costs_the_same_however_many_were_opened(open_hint, browser_of, learner, exercise):
    client = browser_of(learner)
    none = queries_of(client, exercise.get_absolute_url())
    for level in (1, 2, 3):
        open_hint("test_of_two", level)
    assert queries_of(client, exercise.get_absolute_url()) == none


def test_an_exercise_that_took_hints_or_many_attempts_comes_back_sooner(
    open_hint, learner, other_learner, exercise
):
    third = User.objects.create_user("tia@example.org", "x", name="Tia")
    open_hint("test_of_two", 1)
    for number in range(MANY_ATTEMPTS):
        submit(third, exercise, {"solution.py": f"{HALF_RIGHT}# {number}\n"})
        grade_next("interactive")
    for user in (learner, other_learner, third):
        submit(user, exercise, {"solution.py": RIGHT})
        grade_next("interactive")
    due = dict(ReviewCard.objects.filter(exercise=exercise).values_list("user", "due_at"))
    assert due[learner.pk] == due[third.pk] < due[other_learner.pk]
