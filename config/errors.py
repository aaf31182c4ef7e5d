"""The pages for a request that cannot be read, and for a failure of ours. The others are Django's."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

_MOST_DRAINED = 64 * 1024 * 1024


def server_error(request: HttpRequest) -> HttpResponse:
    """What was typed is given back: it may have been stored before the failure, or not."""
    context = {"sent": request.method == "POST", "typed": _typed(request)}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _typed(request: HttpRequest) -> list[str]:
    """The texts of several lines that the form held: what somebody would not like to write again."""
    if request.method != "POST":
        return []
    try:
        texts = [text for _, values in request.POST.lists() for text in values if isinstance(text, str)]
    except (RequestDataTooBig, UnreadablePostError, MultiPartParserError, OSError):  # that was the failure
        return []
    return [text for text in texts if "\n" in text.strip()]


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
