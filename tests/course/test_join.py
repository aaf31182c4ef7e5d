"""Joining a cohort by its link."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from course.cohorts import JoiningRefused, join, week_by_pace
from course.models import Cohort, Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(db) -> User:
    return User.objects.create_user("new@example.org", "gradient", name="Nora Newcomer")


@pytest.fixture
def link(cohort) -> str:
    return cohort.get_join_url()


def test_a_stranger_sees_the_cohort_and_is_sent_to_sign_up_and_back(stranger, link, cohort):
    page = stranger.get(link).content.decode()
    assert "Join “Spring”" in page
    assert "2 March 2026" in page
    assert f"/accounts/signup/?next={link}" in page
    assert f"/accounts/login/?next={link}" in page


def test_the_link_opens_sign_up_that_is_closed_otherwise(stranger, link):
    assert 'name="password1"' not in stranger.get("/accounts/signup/").content.decode()
    stranger.get(link)
    assert 'name="password1"' in stranger.get("/accounts/signup/").content.decode()


def test_a_stranger_who_posts_is_sent_to_sign_in_and_back(stranger, link):
    answer = stranger.post(link)
    assert answer["Location"] == f"/accounts/login/?next={link}"
    assert not Enrolment.objects.exists()


def test_who_is_signed_in_joins_with_one_button(newcomer, link, cohort, browser_of):
    browser = browser_of(newcomer)
    assert "<button" in browser.get(link).content.decode()
    assert not Enrolment.objects.exists(), "looking is not joining"
    assert browser.post(link)["Location"] == "/dashboard/"
    assert Enrolment.objects.get().user == newcomer
    assert "You have a place in this cohort." in browser.get(link).content.decode()


def test_joining_twice_is_harmless(newcomer, cohort):
    assert join(newcomer, cohort) == join(newcomer, cohort)
    assert Enrolment.objects.count() == 1


def test_a_closed_cohort_says_so_and_invites_nobody(newcomer, stranger, link, cohort, browser_of):
    Cohort.objects.update(open_for_joining=False)
    assert "closed for joining" in stranger.get(link).content.decode()
    assert 'name="password1"' not in stranger.get("/accounts/signup/").content.decode()
    answer = browser_of(newcomer).post(link)
    assert answer.status_code == 409
    assert "Ask its instructor to open it." in answer.content.decode()
    assert not Enrolment.objects.exists()


def test_a_place_in_another_cohort_stays(learner, course, browser_of):
    other = Cohort.objects.create(course=course, name="Autumn", starts_on=date(2026, 9, 7))
    with pytest.raises(JoiningRefused, match="You are in the cohort “Spring” already"):
        join(learner, other)
    page = browser_of(learner).get(other.get_join_url()).content.decode()
    assert "You are in the cohort “Spring” already." in page
    assert "<form class=" not in page


def test_a_wrong_code_leads_nowhere(stranger, cohort):
    assert stranger.get("/join/guess/").status_code == 404


@pytest.mark.parametrize(
    ("today", "week"),
    [
        (date(2026, 3, 1), 0),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 8), 1),
        (date(2026, 3, 9), 2),
        (date(2026, 8, 30), 26),
    ],
)
def test_the_pace_is_set_by_the_start(cohort, today, week):
    assert week_by_pace(cohort, today) == week
