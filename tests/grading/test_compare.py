"""Attempts side by side, and an earlier one back in the editor."""

from __future__ import annotations

import re
import uuid

import pytest

from grading.models import Submission
from tests.grading.conftest import HALF_RIGHT, RIGHT, make_exercise
from tests.grading.queries import queries_of


@pytest.fixture
def sent(learner, exercise):
    """Submissions as rows, the oldest first."""

    def sent(*codes, user=learner, exercise=exercise, **other):
        return [
            Submission.objects.create(
                user=user, exercise=exercise, files={"solution.py": code}, scratch="mine()", **other
            )
            for code in codes
        ]

    return sent


def compare_url(exercise, first, second):
    return f"{exercise.get_absolute_url()}compare/?from={first}&to={second}"


def test_what_was_and_what_became_of_it_stand_beside_each_other(sent, browser_of, learner, exercise):
    first, second = sent(HALF_RIGHT, RIGHT)
    html = browser_of(learner).get(compare_url(exercise, first.pk, second.pk)).content.decode()
    rows = re.findall(
        r'data-side="(before|after)"[^>]*>(.*?)</span>\s*(?=<span class="diff__side"|</div>)', html, re.S
    )
    text = {
        side: re.sub(r"<[^>]*>", "", "".join(found for name, found in rows if name == side))
        for side, _ in rows
    }
    assert "return n" in text["before"]
    assert "return 2 * n" in text["after"]
    assert "<mark>2 * </mark>" in html


def test_an_address_that_names_none_leads_to_the_latest_two_or_to_the_exercise(
    sent, browser_of, learner, exercise
):
    browser, bare = browser_of(learner), f"{exercise.get_absolute_url()}compare/"
    assert browser.get(bare)["Location"] == exercise.get_absolute_url()
    _oldest, first, second = sent(RIGHT, HALF_RIGHT, RIGHT)
    assert browser.get(bare)["Location"] == compare_url(exercise, first.pk, second.pk)


def test_two_that_are_the_same_say_so(sent, browser_of, learner, exercise):
    first, second = sent(RIGHT, RIGHT)
    html = browser_of(learner).get(compare_url(exercise, first.pk, second.pk)).content.decode()
    assert "This file is the same in both." in html


def test_the_instructor_may_open_the_address_too(sent, browser_of, instructor, exercise):
    first, second = sent(HALF_RIGHT, RIGHT)
    html = browser_of(instructor).get(compare_url(exercise, first.pk, second.pk)).content.decode()
    assert "Lena Learner" in html
    assert "?restore=" not in html


def test_a_fellow_learner_and_a_stranger_may_not(sent, browser_of, other_learner, stranger, exercise):
    first, second = sent(HALF_RIGHT, RIGHT)
    url = compare_url(exercise, first.pk, second.pk)
    assert browser_of(other_learner).get(url).status_code == 404
    assert stranger.get(url).status_code == 302


def test_one_of_mine_and_one_of_yours_are_no_pair(
    sent, browser_of, instructor, learner, other_learner, exercise
):
    (mine,) = sent(RIGHT)
    (yours,) = sent(HALF_RIGHT, user=other_learner)
    for person in (learner, instructor):
        assert browser_of(person).get(compare_url(exercise, mine.pk, yours.pk)).status_code == 404


def test_nor_is_one_of_another_exercise(sent, browser_of, learner, exercise, lesson):
    (here,) = sent(RIGHT)
    (there,) = sent(RIGHT, exercise=make_exercise(lesson, "other", 2))
    assert browser_of(learner).get(compare_url(exercise, here.pk, there.pk)).status_code == 404


@pytest.mark.parametrize("number", ["", "nonsense", str(uuid.UUID(int=7))])
def test_what_does_not_exist_is_not_found(sent, browser_of, learner, exercise, number):
    (here,) = sent(RIGHT)
    client = browser_of(learner)
    assert client.get(compare_url(exercise, here.pk, number)).status_code == 404
    assert not number or client.get(f"{exercise.get_absolute_url()}?restore={number}").status_code == 404


def test_code_is_text_only(sent, browser_of, learner, exercise):
    evil = "<script>alert(1)</script>\n"
    first, second = sent(evil, f"{evil}{evil}")
    html = browser_of(learner).get(compare_url(exercise, first.pk, second.pk)).content.decode()
    assert "<script>alert(1)" not in html


def test_the_page_of_the_exercise_offers_the_last_two(sent, browser_of, learner, exercise):
    first, second = sent("a = 1\n", "a = 2\n")
    html = browser_of(learner).get(exercise.get_absolute_url()).content.decode()
    assert f'name="from" value="{first.pk}" checked' in html
    assert f'name="to" value="{second.pk}" checked' in html


def test_an_earlier_one_comes_back_into_the_editor_and_nothing_is_stored(sent, browser_of, learner, exercise):
    first, _second = sent("first = 1\n", "second = 2\n")
    client = browser_of(learner)
    assert "second = 2" in client.get(exercise.get_absolute_url()).content.decode()
    html = client.get(f"{exercise.get_absolute_url()}?restore={first.pk}").content.decode()
    assert "first = 1" in html
    assert "second = 2" not in html
    assert "mine()" in html
    assert "The editor holds what you sent on" in html
    assert Submission.objects.count() == 2
    assert "second = 2" in client.get(exercise.get_absolute_url()).content.decode()


def test_nobody_elses_comes_into_the_editor(sent, browser_of, other_learner, instructor, exercise):
    (mine,) = sent(RIGHT)
    for person in (other_learner, instructor):
        assert browser_of(person).get(f"{exercise.get_absolute_url()}?restore={mine.pk}").status_code == 404


def test_the_page_costs_the_same_however_many_attempts_there_are(sent, browser_of, learner, exercise):
    first, second = sent(HALF_RIGHT, RIGHT)
    url, client = compare_url(exercise, first.pk, second.pk), browser_of(learner)
    few = queries_of(client, url)
    sent(*["x = 1\n"] * 20)
    assert queries_of(client, url) == few <= 8
