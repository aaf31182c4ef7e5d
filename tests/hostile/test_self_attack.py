"""The attack on itself sees what is missing: with one lock left out, the attacks that it held work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grading.sandbox.self_attack import JOB, WHAT, Attack
from grading.sandbox.wire import Refused
from tests.hostile.supervised import ENVIRONMENTS
from tests.hostile.test_hostile import HONEST
from tests.hostile.unwell import sandbox_with, unwell, wait_until

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(os.geteuid() != 0, reason="this kernel gives only root the locks that are left out"),
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]

_UNSHARE_WITHOUT = "_unshare = kernel.unshare\nkernel.unshare = lambda flags: _unshare(flags & ~kernel.{})"

# What is left out, how, and the attacks that then must work; no other may.
LOCKS = {
    "the filter": (
        {"confine": "kernel.load_seccomp = lambda program: None"},
        {
            "survives_deadly_calls",
            "survives_other_tables",
            "makes_unwanted_calls",
            "makes_namespaces",
            "mounts",
            "opens_sockets",
            "spies_on_processes",
            "becomes_somebody",
            "can_gain_privilege",
            "raises_its_limits",
        },
    ),
    "Landlock": (
        {"confine": "kernel.landlock_writes_only_below = lambda paths, version, **more: None"},
        {"writes_past_landlock"},
    ),
    "the limits": ({"confine": "limit = lambda limits, *, metered: None"}, {"raises_its_limits"}),
    "closing descriptors": ({"confine": "keep_only = lambda descriptors: None"}, {"keeps_descriptors"}),
    "giving up groups": ({"confine": "os.setgroups = lambda groups: None"}, {"is_somebody"}),
    "the network's namespace": (
        {"room": _UNSHARE_WITHOUT.format("CLONE_NEWNET")},
        {"has_a_network", "shares_namespaces"},
    ),
    "read-only mounts": ({"kernel": "MS_RDONLY = 0"}, {"finds_careless_mounts"}),
    "mounts without set-uid": ({"kernel": "MS_NOSUID = 0"}, {"finds_careless_mounts"}),
    "a small root": (
        {"room": "_furnish_ = _furnish\ndef _furnish():\n    _furnish_()\n    os.mkdir(_ROOT + '/home')"},
        {"sees_the_hosts_files"},
    ),
    "keeping tests apart": (
        {"zygote": "kept = 'THESE-ARE-THE-TESTS-0123abcd'"},
        {"finds_the_tests"},
    ),
}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_that_is_left_out_is_noticed_and_no_job_is_taken(lock: str, tmp_path: Path) -> None:
    changes, expected = LOCKS[lock]
    source = sandbox_with(tmp_path, changes)
    with unwell(tmp_path, source=source, extra_groups=[4]) as (running, reason):
        assert {name for name, what in WHAT.items() if what in reason} == expected, reason
        (answer,) = running.replies(HONEST)
        assert isinstance(answer, Refused)
        assert reason in answer.reason
        health = running.health()
        assert not health.ready
        assert next(layer for layer in health.protections if layer.name == "self-attack").state == "missing"


def test_with_every_lock_on_each_attack_is_tried_and_none_works(tmp_path: Path) -> None:
    """The same copy, unchanged: what the tests above notice is not the copy."""
    with unwell(tmp_path, source=sandbox_with(tmp_path, {})) as (running, reason):
        assert reason == ""
        attack = Attack()
        for message in running.replies(JOB):
            attack.take(message)
        assert attack.holds
        assert attack.worked == []
        assert attack.held + len(attack.untried) == len(WHAT)


def test_an_attack_that_breaks_off_is_no_proof(tmp_path: Path) -> None:
    """Fail closed, and try again: here its process ends before it has tried anything."""
    source = sandbox_with(tmp_path, {"attacks": "if __name__ == 'solution':\n    os.kill(os.getpid(), 9)"})
    with unwell(tmp_path, source=source) as (running, reason):
        assert "could not be attacked: crashed" in reason
        (answer,) = running.replies(HONEST)
        assert isinstance(answer, Refused)


_EVERY_SECOND = """
_after = Loop.after
Loop.after = lambda self, seconds, call: _after(self, 1.0 if seconds > 3600 else seconds, call)
"""
_UNTIL_TOLD = """
_load, _lost = kernel.load_seccomp, "/sandbox/grading/sandbox/LOST"
kernel.load_seccomp = lambda program: os.path.exists(_lost) or _load(program)
"""


def test_a_lock_that_is_lost_later_is_noticed_by_the_next_attack(tmp_path: Path) -> None:
    """The attack of every day, here of every second."""
    source = sandbox_with(tmp_path, {"loop": _EVERY_SECOND, "confine": _UNTIL_TOLD})
    with unwell(tmp_path, source=source) as (running, reason):
        assert reason == ""
        (source / "grading" / "sandbox" / "LOST").touch()
        wait_until(lambda: not running.health().ready)
        assert WHAT["opens_sockets"] in running.health().reason
        (answer,) = running.replies(HONEST)
        assert isinstance(answer, Refused)
