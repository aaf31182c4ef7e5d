"""No page is there without being looked at: every named route has an example, or a reason for none."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse
from django.urls.converters import IntConverter, UUIDConverter

from tests.journeys.pages import EXAMPLES, NOT_PAGES, NotAPage, named_routes

ROUTES = dict(named_routes())
HAVE_EXAMPLES = {example.route for example in EXAMPLES} - {""}
POST_ONLY = sorted(route for route, reason in NOT_PAGES.items() if reason is NotAPage.POST)
_SOME = {IntConverter: 1, UUIDConverter: UUID(int=0)}


def test_every_route_is_looked_at_or_is_no_page():
    missing = sorted(set(ROUTES) - HAVE_EXAMPLES - set(NOT_PAGES))

    assert missing == [], "tests/journeys/pages.py: give each an example, or say why it is not a page"


def test_what_is_looked_at_is_still_there():
    assert sorted((HAVE_EXAMPLES | set(NOT_PAGES)) - set(ROUTES)) == []


def test_no_route_is_a_page_and_none_at_once():
    assert sorted(HAVE_EXAMPLES & set(NOT_PAGES)) == []


@pytest.mark.parametrize("route", POST_ONLY)
def test_what_is_said_to_answer_a_post_only_refuses_to_be_looked_at(route, browser_of, admin_user, course):
    assert browser_of(admin_user).get(some_address(route)).status_code == 405


def some_address(route: str) -> str:
    """An address of that route; nothing need be there."""
    names = ROUTES[route].pattern.converters.items()
    return reverse(route, kwargs={name: _SOME.get(type(kind), "x") for name, kind in names})
