"""Requests that no page of ours makes: they get a page that says so, never a failure of ours.

On PostgreSQL too, which refuses NULs where SQLite takes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from course.models import Cohort

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BrowserOf = Callable[[User], Client]

HUGE = "9" * 40
STRANGE = ("%00", "a%00b", "%ff%fe", "%ED%A0%80", "%F0%9F%90%8D", "..%2f..%2fetc", "%0d%0aX:1", "a" * 3000)
LISTS = ("course/cohort", "course/enrolment", "grading/submission", "grading/gradeevent")


def addresses() -> Iterator[str]:
    for it in STRANGE:
        yield from (f"/{it}", f"/join/{it}/", f"/docs/{it}/", f"/docs/{it}/week1/", f"/static/{it}")
        yield from (f"/docs/fundamentals/week1/{it}/", f"/docs/fundamentals/week1/python-basics/{it}/")
        yield from (f"/accounts/login/?next={it}", f"/dashboard/?x={it}", f"/?{it}={it}")
    yield from (f"/docs/fundamentals/week{HUGE}/", f"/docs/fundamentals/week{HUGE}/x/y/")
    yield from (f"/submissions/{uuid4()}/", f"/submissions/{uuid4()}/figures/{HUGE}.png", "/submissions/1/")


def addresses_of_the_admin() -> Iterator[str]:
    parameters = ("q", "o", "p", "all", "user__id__exact", "verdict__exact", "review", "cohort__id__exact")
    for rows in LISTS:
        for it in ("%00", "%ED%A0%80", HUGE, "-1", "x", str(uuid4())):
            yield from (f"/admin/{rows}/{it}/{page}/" for page in ("change", "history", "delete"))
            yield from (f"/admin/{rows}/?{name}={it}" for name in parameters)
    yield "/admin/autocomplete/?app_label=course&model_name=enrolment&field_name=user&term=%00"


def addresses_of_regrades() -> Iterator[str]:
    fields = ("exercise", "week", "cohort", "verdict", "since", "until", "cluster", "attempts", "x")
    for it in ("%00", "%ED%A0%80", HUGE, "-1", "x", "%C2%B2"):
        yield f"/regrades/{it}/"
        yield from (f"/regrades/new/?{name}={it}" for name in fields)


def broken(browser: Client, tried: Iterator[str]) -> list[str]:
    browser.raise_request_exception = False
    return [address for address in tried if browser.get(address).status_code >= 500]


def test_a_strangers_address_breaks_no_page(stranger: Client) -> None:
    assert broken(stranger, addresses()) == []


def test_a_learners_address_breaks_no_page(browser_of: BrowserOf, learner: User) -> None:
    assert broken(browser_of(learner), addresses()) == []


def test_an_instructors_address_breaks_no_page_of_the_admin(browser_of: BrowserOf, instructor: User) -> None:
    assert broken(browser_of(instructor), addresses_of_the_admin()) == []


def test_an_administrators_address_breaks_no_page_of_the_admin(
    browser_of: BrowserOf, admin_user: User
) -> None:
    assert broken(browser_of(admin_user), addresses_of_the_admin()) == []


def test_an_instructors_address_breaks_no_page_of_regrades(browser_of: BrowserOf, instructor: User) -> None:
    assert broken(browser_of(instructor), addresses_of_regrades()) == []


def test_the_admins_filters_reach_no_column_beside_those_shown(
    browser_of: BrowserOf, instructor: User, learner: User
) -> None:
    """Else whoever may list submissions could ask for passwords letter by letter."""
    browser = browser_of(instructor)
    for lookup in ("user__password__startswith=m", "exercise__tests__contains=a", "user__email__contains=l"):
        assert browser.get(f"/admin/grading/submission/?{lookup}").status_code == 400
        assert browser.get(f"/admin/grading/gradeevent/?{lookup}").status_code == 400


def test_a_nul_in_an_address_is_a_bad_request(stranger: Client) -> None:
    for address in ("/join/%00/", "/?q=%00"):
        assert stranger.get(address).status_code == 400
    assert stranger.get("/?q=%2500").status_code == 200


@pytest.mark.parametrize("text", ["a\0b", "\u202e", "x" * 300_000, "-1", "9" * 5000], ids=ascii)
def test_no_field_is_strange_enough_to_break_a_form(stranger: Client, cohort: Cohort, text: str) -> None:
    fields = {"login": "a@example.org", "password": "x", "email": "q@example.org", "password1": "k3jh4kj3h4"}
    stranger.raise_request_exception = False
    for address in (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        cohort.get_join_url(),
    ):
        for name in (*fields, "name", "next"):
            assert stranger.post(address, {**fields, name: text}).status_code < 500, (address, name)


@pytest.mark.parametrize("text", ["a\0b", "\u202e", "x" * 300_000, "-1", "9" * 5000], ids=ascii)
def test_no_field_is_strange_enough_to_break_the_form_of_a_regrade(
    browser_of: BrowserOf, instructor: User, text: str
) -> None:
    fields = ("exercise", "week", "cohort", "verdict", "since", "until", "cluster", "attempts", "reason")
    browser = browser_of(instructor)
    for name in fields:
        assert browser.post("/regrades/new/", {"reason": "Why.", name: text}).status_code == 422, name
