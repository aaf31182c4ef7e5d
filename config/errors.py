"""The pages for what cannot be answered: each says what happened, whose doing it was and what to do next.

403 and 404 are Django's own, with our templates. Through htmx the same page is sent; `static/js/failure.js`
repeats its words in the page that stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

_MOST_DRAINED = 64 * 1024 * 1024
RATES_COUNT_FOR_S = 60  # allauth's limits that end in a page are so many a minute; a test compares


def server_error(request: HttpRequest) -> HttpResponse:
    """What was typed is given back: it may have been stored before the failure, or not."""
    number = structlog.contextvars.get_contextvars().get("request_id")
    return _page(500, {"sent": request.method == "POST", "number": number, **_given_back(request)})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token; `reason` is Django's, and in the log."""
    return _page(403, _given_back(request), template="403_csrf.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not isinstance(exception, RequestDataTooBig):
        return _page(400, {})
    _drain(request)
    return _page(413, {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE})


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth's limits on signing in. The oldest try of a minute is forgotten within a minute."""
    response = _page(429, {"seconds": RATES_COUNT_FOR_S, "path": request.get_full_path()})
    response["Retry-After"] = str(RATES_COUNT_FOR_S)
    return response


def never_blank(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page for who opens the address of a button; Django answers that with nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            response.content = render_to_string("405.html").encode()
            response["Content-Type"] = "text/html; charset=utf-8"
        return response

    return middleware


def _page(status: int, context: dict[str, Any], *, template: str = "") -> HttpResponse:
    """Without the request: what a context processor asks for may be what has failed."""
    return HttpResponse(render_to_string(template or f"{status}.html", context), status=status)


def _given_back(request: HttpRequest) -> dict[str, Any]:
    return {"path": request.get_full_path(), "typed": _typed(request)}


def _typed(request: HttpRequest) -> list[str]:
    """The texts of several lines that the form held: what somebody would not like to write again."""
    if request.method != "POST":
        return []
    try:
        texts = [text for _, values in request.POST.lists() for text in values if isinstance(text, str)]
    except (RequestDataTooBig, UnreadablePostError, MultiPartParserError, OSError):  # that was the failure
        return []
    return [text for text in texts if "\n" in text.strip()]


def _drain(request: HttpRequest) -> None:
    """Read what the browser still sends: closing early would reset the connection before our page."""
    left = _MOST_DRAINED
    try:
        while left > 0 and (chunk := request.read(1024 * 1024)):
            left -= len(chunk)
    except (OSError, UnreadablePostError):
        return
