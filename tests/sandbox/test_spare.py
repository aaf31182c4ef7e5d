"""What the supervisor holds of a spare is let go of whole."""

from __future__ import annotations

from pathlib import Path

from grading.sandbox.loop import Loop
from grading.sandbox.spare import Host, Spare


def test_a_spare_may_have_the_numbers_of_one_that_was_still_watched() -> None:
    loop = Loop()
    host = Host(loop, None, True, Path("/"), print)
    numbers = set()
    for _ in range(2):
        spare = Spare("learner", host)
        numbers.add((spare.line.fileno(), spare.status.fileno(), spare.output))
        for what in (spare.line, spare.status, spare.output, spare.error):
            loop.watch(what, lambda: None)
        spare.let_go_of_theirs(spare.given())
        spare.release()
    assert len(numbers) == 1
