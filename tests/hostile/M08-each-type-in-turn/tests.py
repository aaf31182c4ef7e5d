"""Checks that ask for everything, and only ever look."""

import pytest


@pytest.mark.parametrize("at", range(0, 200))
def test_a_thing(solution, at):
    """a thing is looked at"""
    try:
        got = solution.thing(at)
    except Exception:
        return
    assert repr(got) is not None
    assert (got == 42) in (True, False)
