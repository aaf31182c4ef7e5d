"""Learners at work, each a thread with a browser of its own: what they did, and how long it took.

The model is a closed loop: a learner reads the lesson, thinks, opens the exercise, thinks, tries the
code where the page has a button for it, thinks, submits, follows the poll to the verdict, reads it, and
begins again. So at most one submission of each is
under way, and somebody who waits for a verdict sends nothing more.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.bench.__main__ import JOB
from tests.bench.browser import Astray, Browser, Verdict
from tests.bench.rows import PASSWORD, Places

RIGHT = JOB.files["solution.py"]
WRONG = RIGHT.replace('["latency_ms"].mean()', '["latency_ms"].max()')
WRONG_EVERY = 4  # one in four is wrong, and has to be told so
AT_ONCE = 4  # signing in costs a core what a password hash is meant to cost
THINK_S = (2.0, 3.0, 5.0)  # on average: over the lesson, over the exercise or a run, over the verdict


@dataclass
class Diary:
    """What a crowd did. Seconds; errors are counted by their words."""

    verdicts: list[Verdict] = field(default_factory=list)
    runs: list[Verdict] = field(default_factory=list)
    pages: dict[str, list[float]] = field(default_factory=lambda: {"lesson": [], "exercise": []})
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.verdicts) / self.seconds


@dataclass
class Learner:
    browser: Browser
    places: Places
    chance: random.Random
    sent: int = 0

    def read_lesson(self, diary: Diary) -> None:
        diary.pages["lesson"].append(timed(lambda: self.browser.open(self.places.lesson)))

    def open_exercise(self, diary: Diary) -> None:
        diary.pages["exercise"].append(timed(lambda: self.browser.open_exercise(self.places.exercise)))

    def run(self, diary: Diary) -> None:
        """Try code before it counts."""
        diary.runs.append(self._sent_by(self.browser.run))

    def submit(self, diary: Diary) -> None:
        diary.verdicts.append(self._sent_by(self.browser.submit))

    def _sent_by(self, click: Callable[[str, str], Verdict]) -> Verdict:
        """Send code that nobody has sent before; what comes back has to be true of it."""
        self.sent += 1
        right = self.sent % WRONG_EVERY != 0
        code = f"{RIGHT if right else WRONG}\n# {uuid.uuid4()}\n"
        verdict = click(self.places.exercise, code)
        expected = "passed" if right else "partly-passed"
        if verdict.verdict != expected:
            raise Astray(f"{verdict.verdict} for code that is {expected}")
        return verdict

    def think(self, mean: float) -> None:
        """Between half and one and a half times as long: people do not beat in time."""
        time.sleep(mean * self.chance.uniform(0.5, 1.5))


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def signed_in(address: str, places: Places, emails: Sequence[str]) -> tuple[list[Learner], list[float]]:
    """Everybody at their desk, with the exercise open; and how long each took to sign in."""

    def sign_in(number: int) -> tuple[Learner, float]:
        learner = Learner(Browser(address), places, random.Random(number))
        took = timed(lambda: learner.browser.sign_in(emails[number], PASSWORD))
        learner.browser.open_exercise(places.exercise)
        return learner, took

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(sign_in, range(len(emails))))
    return [learner for learner, _ in found], [took for _, took in found]


def at_work(learners: Sequence[Learner], seconds: float, think: tuple[float, float, float]) -> Diary:
    """The closed loop of all of them; each begins somewhere in its first thought."""

    def cycle(learner: Learner, diary: Diary, _: float) -> None:
        learner.read_lesson(diary)
        learner.think(think[0])
        learner.open_exercise(diary)
        learner.think(think[1])
        if learner.browser.may_run:
            learner.run(diary)
            learner.think(think[1])
        learner.submit(diary)
        learner.think(think[2])

    return _run(learners, seconds, cycle, spread=sum(think))


def saturating(learners: Sequence[Learner], seconds: float) -> Diary:
    """Each submits as soon as it has a verdict."""
    return _run(learners, seconds, lambda learner, diary, _: learner.submit(diary))


def at_pace(learners: Sequence[Learner], seconds: float, rate: float) -> Diary:
    """So many cycles a second, spread evenly over the learners: lesson, exercise, submission."""
    period = len(learners) / rate

    def cycle(learner: Learner, diary: Diary, began: float) -> None:
        learner.read_lesson(diary)
        time.sleep(max(0.0, began + period * 0.3 - time.monotonic()))
        learner.open_exercise(diary)
        time.sleep(max(0.0, began + period * 0.6 - time.monotonic()))
        learner.submit(diary)
        time.sleep(max(0.0, began + period - time.monotonic()))

    return _run(learners, seconds, cycle, spread=period)


def _run(
    learners: Sequence[Learner],
    seconds: float,
    cycle: Callable[[Learner, Diary, float], None],
    *,
    spread: float = 0.0,
) -> Diary:
    """Repeat the cycle in a thread for each learner; what has begun by then is followed to its end."""
    diary = Diary()
    began = time.monotonic()
    until = began + seconds

    def live(place: int, learner: Learner) -> None:
        time.sleep(spread * place / len(learners))
        while (now := time.monotonic()) < until:
            try:
                cycle(learner, diary, now)
            except Astray as astray:
                diary.errors[str(astray)] += 1
                time.sleep(1)

    threads = [threading.Thread(target=live, args=pair) for pair in enumerate(learners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    diary.seconds = time.monotonic() - began
    return diary
