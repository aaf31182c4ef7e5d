"""When a session ends while a page is open, the page says so and stays: in it may stand unsent work."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url


def said_by_the_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 401 where htmx would follow to sign-in and show it in place of a fragment.

    `static/js/failure.js` puts it into words.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        target = urlsplit(response.headers.get("Location", ""))
        if "HX-Request" in request.headers and target.path == resolve_url(settings.LOGIN_URL):
            return HttpResponse(status=401)
        return response

    return middleware
