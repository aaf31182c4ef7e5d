"""The pages that come from allauth stand in our frame and keep to our policy."""

from __future__ import annotations

import re

import pytest

from tests.test_security_headers import INLINE

OWN = [
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/logout/",
]
OPEN = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
]


def holds_to_our_frame(page: str) -> None:
    assert '<main id="main"' in page
    assert "css/tokens.css" in page
    for what, pattern in INLINE.items():
        found = pattern.search(page)
        assert not found, f"{what}: {found.group(0)!r}"


@pytest.mark.parametrize("address", OPEN)
def test_a_page_for_everybody_stands_in_our_frame(stranger, db, address):
    answer = stranger.get(address)
    assert answer.status_code == 200
    holds_to_our_frame(answer.content.decode())


@pytest.mark.parametrize("address", OWN)
def test_a_page_of_ones_own_account_stands_in_our_frame(stranger, learner, address):
    stranger.post("/accounts/login/", {"login": learner.email, "password": "gradient"})
    stranger.post("/accounts/reauthenticate/", {"password": "gradient"})
    answer = stranger.get(address)
    assert answer.status_code == 200
    holds_to_our_frame(answer.content.decode())


@pytest.mark.parametrize("address", OWN[:-1])
def test_a_stranger_is_sent_to_sign_in_first(stranger, db, address):
    answer = stranger.get(address)
    assert re.match(r"/accounts/login/\?next=", answer["Location"])
