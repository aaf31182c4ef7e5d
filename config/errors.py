"""The page for a request that cannot be read. The other error pages are Django's, with our templates."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

_MOST_DRAINED = 64 * 1024 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig)
    if too_large:
        _drain(request)
    return HttpResponse(render_to_string("400.html"), status=413 if too_large else 400)


def _drain(request: HttpRequest) -> None:
    """Read what the browser still sends: closing early would reset the connection before our page."""
    left = _MOST_DRAINED
    try:
        while left > 0 and (chunk := request.read(1024 * 1024)):
            left -= len(chunk)
    except (OSError, UnreadablePostError):
        return
