"""When a session ends while a page is open, the page goes to sign-in: not a fragment of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect


def whole_page_to_sign_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: htmx would follow a redirect and put the sign-in page where a verdict stood."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        target = urlsplit(response.headers.get("Location", ""))
        if "HX-Request" in request.headers and target.path == resolve_url(settings.LOGIN_URL):
            return HttpResponseClientRedirect(response.headers["Location"])
        return response

    return middleware
