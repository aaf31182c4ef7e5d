"""Learners with a browser: they hand in, try again where nobody answered, and wait for their verdict.

What each of them handed in, and what the site answered, is written down here and nowhere in the site:
an answer of 303 is the promise that the submission is safe, and `account` holds the rows to it.
"""

from __future__ import annotations

import random
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError

from tests.chaos.observer import Observer
from tests.chaos.scenes import EXERCISES, Exercise, Scene
from tests.chaos.timeline import Timeline

PASSWORD = "nothing is lost"
ANSWERS_WITHIN_S = 20
WAITS_S = 8.0  # for a verdict, before a learner does something else
CAME_TO_NOTHING = "no answer"


@dataclass
class Sent:
    """One text that a learner wants graded. `posts` may have reached the site, each of them."""

    marker: str  # a comment in the text, so that its rows can be told
    learner: str
    exercise: Exercise
    scene: Scene
    posts: int = 0
    promised_at: float | None = None  # time.monotonic

    @property
    def code(self) -> str:
        return f"{self.scene.code}\n# {self.marker}\n"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """Forms and cookies; a redirect is an answer, and is not followed."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._cookies = CookieJar()
        handlers = (_NoRedirect, urllib.request.HTTPCookieProcessor(self._cookies))
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers).open

    def get(self, path: str) -> int:
        return self._ask(urllib.request.Request(f"{self._site}{path}"))

    def post(self, path: str, **fields: str) -> int:
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token or ""}).encode()
        return self._ask(urllib.request.Request(f"{self._site}{path}", body))

    def _ask(self, request: urllib.request.Request) -> int:
        """The status; 0 where no whole answer came."""
        try:
            with self._open(request, timeout=ANSWERS_WITHIN_S) as answer:
                answer.read()
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return error.code
        except (OSError, HTTPException):
            return 0


class Learner:
    def __init__(self, email: str, site: str, observer: Observer, timeline: Timeline, seed: str) -> None:
        self.email = email
        self.sent: list[Sent] = []
        self.answers: Counter[str] = Counter()
        self.handing_in = False
        self._browser = Browser(site)
        self._observer = observer
        self._timeline = timeline
        self._random = random.Random(f"{seed} {email}")

    def sign_in(self) -> None:
        self._browser.get("/accounts/login/")
        status = self._browser.post("/accounts/login/", login=self.email, password=PASSWORD)
        assert status == 302, f"{self.email} could not sign in: {status}"
        for exercise in EXERCISES:
            assert self._browser.get(exercise.path) == 200

    def hand_in_each(self, scenes: list[tuple[Exercise, Scene]]) -> None:
        """In turn, each after the verdict on the one before."""
        never = threading.Event()
        for exercise, scene in scenes:
            self._wait_for(self._hand_in(exercise, scene, never), never, 60)

    def keep_handing_in(self, over: threading.Event) -> None:
        """Whatever comes to mind, until it is over; nothing twice at once in the same exercise."""
        last: dict[str, Sent] = {}
        while not over.is_set():
            exercise = self._random.choice(EXERCISES)
            scene = self._random.choice(exercise.scenes)
            waiting = last.get(exercise.slug)
            if waiting is None or self._observer.is_graded(waiting.marker):
                last[exercise.slug] = self._hand_in(exercise, scene, over)
                self._wait_for(last[exercise.slug], over, WAITS_S)
            over.wait(self._random.uniform(0.1, 1.5))

    def what_is_not_served(self) -> list[str]:
        """Each page of an exercise has to be there for who comes back."""
        answers = {exercise.path: self._browser.get(exercise.path) for exercise in EXERCISES}
        return [f"{self.email} gets {status} for {path}" for path, status in answers.items() if status != 200]

    def _hand_in(self, exercise: Exercise, scene: Scene, over: threading.Event) -> Sent:
        name = self.email.partition("@")[0]
        sent = Sent(f"{name}-{len(self.sent)}", self.email, exercise, scene)
        self.sent.append(sent)
        while sent.promised_at is None and not over.is_set():
            sent.posts += 1
            self.handing_in = True
            status = self._browser.post(exercise.path, code=sent.code)
            self.handing_in = False
            self.answers[str(status or CAME_TO_NOTHING)] += 1
            self._timeline.note(f"{sent.marker} ({scene.name}) was answered {status or CAME_TO_NOTHING}")
            if status == 303:
                sent.promised_at = time.monotonic()
            else:
                over.wait(self._random.uniform(0.3, 1.0))
        return sent

    def _wait_for(self, sent: Sent, over: threading.Event, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not over.wait(0.1) and time.monotonic() < until and not self._observer.is_graded(sent.marker):
            pass
