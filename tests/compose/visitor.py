"""A person at a browser without JavaScript: pages, forms, cookies."""

from __future__ import annotations

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
AWAY = (OSError, urllib.error.URLError)  # the site is being restarted


class Refused(AssertionError):
    """The site answered with an error."""


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies).open

    def get(self, path: str) -> str:
        """The page, after redirects. Refused where its status is 400 or more."""
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.site, path)))

    def post(self, path: str, **fields: str) -> str:
        """Send the form of the page at `path`; the page that one is led to."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path))
        assert token, f"{path} has no form"
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.site, path), body))

    def sign_in(self, email: str, password: str) -> bool:
        return "Sign out" in self.post("/accounts/login/", login=email, password=password)

    def _ask(self, request: urllib.request.Request) -> str:
        try:
            with self._open(request, timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise Refused(
                f"{request.get_method()} {request.full_url}: {error.code}\n{said[:2000]}"
            ) from error


def eventually(look: Callable[[], T | None], *, within_s: float, why: str) -> T:
    """What `look` finds, asked until it finds something; a site that is away for a moment is asked again."""
    until = time.monotonic() + within_s
    seen: object = None
    while time.monotonic() < until:
        try:
            if found := look():
                return found
        except (Refused, *AWAY) as error:
            seen = error
        time.sleep(0.3)
    raise AssertionError(f"{why}: not within {within_s:g} s. {seen or ''}")
