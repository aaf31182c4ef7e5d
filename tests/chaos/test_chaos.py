"""Kill any part of a site at any moment: every submission that was promised reaches its right verdict.

How this works: a whole site is started in one of two `worlds`. `learners` hand in texts whose verdict is
known (`scenes`), by the real page. A round strikes at what `strikes` can hit, each kind once, at times
that the seed decides; `parts` starts again what died. Then all strikes end, the queue must become empty,
and `account` holds the rows to what was promised.

When a round failed: the folder that the failure names holds `timeline.txt`, with each strike, each answer
and each verdict in order, and the log of each part. `--chaos-seed` with the number that was printed plays
the same strikes again, `-k files` or `-k servers` in one world, `--chaos-rounds` more of them.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chaos.account import Tally, account, leftovers, strays
from tests.chaos.learners import Learner
from tests.chaos.observer import Observer
from tests.chaos.rows import LEARNERS, email
from tests.chaos.scenes import EXERCISES
from tests.chaos.strikes import KINDS_OF, carry_out, plan
from tests.chaos.worlds import NoSandbox, World, world

pytestmark = pytest.mark.chaos

ROUND_S = 25.0
# After the last strike: a lease that has just begun, the sweep that ends it, the longest back-off, a
# sandbox that starts, then what waits. A zygote that was killed while it started is tried again after 30 s.
EMPTY_WITHIN_S = 90.0


class Round:
    """A site, those who use it, and what is known of both."""

    def __init__(self, site: World, tally: Tally) -> None:
        self.site = site
        self.tally = tally
        self.observer = Observer(site.query, site.timeline)
        seed = f"{tally.seed} {site.name}"
        self.learners = [
            Learner(email(n), site.address, self.observer, site.timeline, seed) for n in range(LEARNERS)
        ]

    def calm(self) -> list[str]:
        """Nothing is struck, and each scene handed in once: what is wrong even so."""
        self.site.timeline.begin("calm")
        for learner in self.learners:
            learner.sign_in()
        scenes = [(exercise, scene) for exercise in EXERCISES for scene in exercise.scenes]
        self._all_at_once(
            lambda n, learner: learner.hand_in_each(scenes[n::LEARNERS]),
        )
        return self._end()

    def struck(self, number: int) -> list[str]:
        """One round of strikes: what is wrong after it."""
        over = threading.Event()
        strikes = plan(KINDS_OF[self.site.name], ROUND_S, f"{self.tally.seed} {self.site.name} {number}")
        self.site.timeline.begin(f"round {number}")
        handing_in = threading.Thread(
            target=self._all_at_once, args=(lambda _, learner: learner.keep_handing_in(over),)
        )
        handing_in.start()
        try:
            self.tally.hits += carry_out(strikes, self.site, self.learners)
        finally:
            over.set()
            handing_in.join()
        self.tally.rounds += 1
        return self._end()

    def _all_at_once(self, act: Callable[[int, Learner], None]) -> None:
        threads = [threading.Thread(target=act, args=one) for one in enumerate(self.learners)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _end(self) -> list[str]:
        began = time.monotonic()
        self.site.timeline.note("── no more strikes")
        stuck = self.observer.wait_until_empty(EMPTY_WITHIN_S)
        self.tally.longest_drain = max(self.tally.longest_drain, time.monotonic() - began)
        return [
            *(f"stuck after {EMPTY_WITHIN_S:g} s: {row}" for row in stuck),
            *(wrong for learner in self.learners for wrong in learner.what_is_not_served()),
            *account(self.site, self.learners, self.observer, self.tally),
            *strays(self.site),
        ]


@pytest.mark.parametrize("name", ["files", "servers"])
def test_whatever_is_killed_no_verdict_is_lost_doubled_or_wrong(
    name: str,
    seed: int,
    rounds: int,
    static: Path,
    tallies: dict[str, Tally],
    said: Callable[[str], None],
    short_folder: Path,
) -> None:
    said(f"chaos: {name}, seed {seed}, {rounds} rounds; what happens is in {short_folder}/timeline.txt")
    tally = tallies[name] = Tally(seed)
    with ExitStack() as stack:
        try:
            site = stack.enter_context(world(name, short_folder, static))
        except NoSandbox as error:
            pytest.skip(f"needs a sandbox: {error}")
        scene = Round(site, tally)
        scene.observer.start()
        try:
            _expect_nothing(scene.calm(), scene, "while nothing was struck")
            for number in range(1, rounds + 1):
                _expect_nothing(scene.struck(number), scene, f"round {number}")
        finally:
            scene.observer.stop()
        wrong = site.host.stop() + leftovers(site)
        _expect_nothing(wrong, scene, "after the end")
    shutil.rmtree(short_folder)


def _expect_nothing(wrong: list[str], scene: Round, when: str) -> None:
    if wrong:
        folder, seed = scene.site.folder, scene.tally.seed
        told = "\n  ".join(wrong)
        pytest.fail(f"{when} (--chaos-seed {seed}; see {folder}/timeline.txt):\n  {told}", pytrace=False)
