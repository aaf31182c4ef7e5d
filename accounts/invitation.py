"""A cohort's link lets a stranger make an account. Who came by one is kept in the session."""

from __future__ import annotations

from django.http import HttpRequest

_KEY = "invited"


def invite(request: HttpRequest) -> None:
    """Let this browser sign up. Call it only after the link's code was found to be good."""
    request.session[_KEY] = True


def is_invited(request: HttpRequest) -> bool:
    return bool(request.session.get(_KEY))
