"""What a browser does on the site, by HTTP: sign in, read, submit, and follow the poll to the verdict.

It keeps cookies and one connection, sends the form with its token as the page has it, and asks again
exactly where and when the fragment that came back says so. It draws nothing.
"""

from __future__ import annotations

import http.client
import re
import time
import uuid
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE_S = 60.0
TRIES = 5
KEPT_OPEN_S = 1.5  # the server closes a connection that was idle for two seconds
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_VERDICT = re.compile(
    r'<article class="verdict"[^>]* data-(?:verdict|try)="([a-z-]+)" data-submission="([0-9a-f-]+)"'
)
_RUN_BUTTON = re.compile(r'<button[^>]* name="action" value="run"')
_POLL = re.compile(r'hx-get="([^"]+)"[^>]*? hx-trigger="load delay:(\d+)ms')


class Astray(Exception):
    """The site answered with something that a browser would show as a failure; the text says what."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str


@dataclass(frozen=True)
class Verdict:
    """How a submission ended: seen `seconds` after the click, at `seen_at` by the clock on the wall."""

    submission: str
    verdict: str
    clicked_at: float
    seen_at: float
    polls: int

    @property
    def seconds(self) -> float:
        return self.seen_at - self.clicked_at


class Browser:
    def __init__(self, address: str) -> None:
        self.address = address
        self.host = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection(self.host, timeout=PATIENCE_S)
        self.used = 0.0
        self.token = ""
        self.may_run = False  # whether the exercise's page has a button to try code before it counts

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        return self._ask("GET", path, htmx=htmx)

    def sign_in(self, email: str, password: str) -> None:
        """By the form, as a person does."""
        kind = "application/x-www-form-urlencoded"
        for _ in range(TRIES):
            page = self.open("/accounts/login/")
            form = {"csrfmiddlewaretoken": self._token_in(page), "login": email, "password": password}
            answer = self._ask("POST", "/accounts/login/", body=urlencode(form).encode(), kind=kind)
            if answer.status != 429:
                break
            time.sleep(1)  # so many from one address at once wait for each other, and not for ever
        if answer.status != 302 or "sessionid" not in self.cookies:
            raise Astray(f"signing in was answered with {answer.status}")

    def open(self, path: str) -> str:
        """A page, which has to be there; its text."""
        answer = self.get(path)
        if answer.status != 200:
            raise Astray(f"{path} was answered with {answer.status}")
        return answer.text

    def open_exercise(self, path: str) -> None:
        """The page with the form; what it says for the next `submit` is kept."""
        page = self.open(path)
        self.token, self.may_run = self._token_in(page), bool(_RUN_BUTTON.search(page))

    def run(self, path: str, code: str) -> Verdict:
        """Click on Run, and look until it has ended."""
        return self._click(path, {"code": code, "action": "run"})

    def submit(self, path: str, code: str) -> Verdict:
        """Click on Submit, and look until there is a verdict."""
        return self._click(path, {"code": code})

    def _click(self, path: str, fields: dict[str, str]) -> Verdict:
        clicked_at = time.time()
        border = uuid.uuid4().hex
        body = _multipart(border, {"csrfmiddlewaretoken": self.token, **fields})
        answer = self._ask("POST", path, body=body, kind=f"multipart/form-data; boundary={border}", htmx=True)
        polls = 0
        while True:
            submission, verdict, poll = _read_panel(answer)
            if poll is None:
                return Verdict(submission, verdict, clicked_at, time.time(), polls)
            if time.time() - clicked_at > PATIENCE_S:
                raise Astray(f"no verdict came within {PATIENCE_S:g} s; it is {verdict}")
            time.sleep(poll[1])
            polls += 1
            answer = self.get(poll[0], htmx=True)

    def _token_in(self, page: str) -> str:
        found = _TOKEN.search(page)
        if not found:
            raise Astray("the page has no form")
        return found[1]

    def _ask(
        self, method: str, path: str, *, body: bytes | None = None, kind: str = "", htmx: bool = False
    ) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if htmx:
            headers["HX-Request"] = "true"
        if body is not None:
            headers |= {"Content-Type": kind, "Origin": self.address, "Referer": f"{self.address}{path}"}
        try:
            response, text = self._exchange(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Astray(f"{method} {path}: {type(error).__name__}: {error}") from error
        self.used = time.monotonic()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, text, response.headers.get("Location", ""))

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        if time.monotonic() - self.used > KEPT_OPEN_S:
            self.connection.close()  # the next request opens it anew
        reused = self.connection.sock is not None
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server closed a connection that was kept, with not a byte of an answer: as it does
            # when it replaces a process. Browsers then ask once more.
            self.connection.close()
            if not reused:
                raise
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        return response, response.read().decode()


def _read_panel(answer: Answer) -> tuple[str, str, tuple[str, float] | None]:
    """The submission, its verdict or state, and where and after how many seconds to ask again."""
    found = _VERDICT.search(answer.text)
    if answer.status != 200 or not found:
        raise Astray(f"what was sent was answered with {answer.status} and no verdict panel")
    poll = _POLL.search(answer.text)
    return found[2], found[1], (poll[1], int(poll[2]) / 1000) if poll else None


def _multipart(border: str, fields: dict[str, str]) -> bytes:
    """The form as a browser sends it, with the file field that nobody filled in."""
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{border}\r\nContent-Disposition: form-data; name="upload"; filename=""\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n\r\n--{border}--\r\n"
    )
    return "".join(parts).encode()
