"""What the doctor says of a host, and that it says it of this filter and these settings."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from grading.sandbox import doctor, holes, host_settings, seccomp
from grading.sandbox.host_settings import kernel_version, why_no_namespaces
from grading.sandbox.self_attack import WHAT, Attack
from grading.sandbox.wire import CheckDone, Ending, Finished, Health, Protection, Refused, State

ROOT = Path(__file__).parents[2]
ALLOWS_EVERYTHING = struct.pack("=HBBI", 0x06, 0, 0, seccomp.ALLOW)
FILTERED = [hole for hole in holes.HOLES if hole.begins]


@pytest.mark.parametrize("hole", FILTERED, ids=lambda hole: hole.name)
def test_the_filter_refuses_every_call_that_a_known_kind_of_exploit_begins_with(hole: holes.Hole) -> None:
    assert [call for call in hole.begins if not holes.is_refused(seccomp.program(), call)] == []


@pytest.mark.parametrize("hole", FILTERED, ids=lambda hole: hole.name)
def test_where_the_filter_lets_a_call_through_the_hole_is_not_called_closed(hole: holes.Hole) -> None:
    judged = holes._judged(hole, ALLOWS_EVERYTHING, (6, 18, 0))
    assert judged.state is State.REDUCED
    assert str(hole.begins[0][0]) in judged.sentence
    assert judged.remedy


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((6, 1, 36), State.REDUCED),
        ((6, 1, 37), State.PROTECTED),
        ((6, 4, 0), State.REDUCED),
        ((5, 15, 0), State.PROTECTED),
        ((6, 18, 0), State.PROTECTED),
    ],
)
def test_what_only_a_patched_kernel_closes_is_judged_by_its_version(
    version: tuple[int, int, int], state: State
) -> None:
    (hole,) = (hole for hole in holes.HOLES if hole.name == "maps of memory")
    assert holes._judged(hole, seccomp.program(), version).state is state


@pytest.mark.parametrize(
    ("release", "built", "signature", "version"),
    [
        ("6.1.0-37-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)", "", (6, 1, 140)),
        ("5.15.0-140-generic", "#150-Ubuntu SMP", "Ubuntu 5.15.0-140.150-generic 5.15.179", (5, 15, 179)),
        ("6.18.44-fc", "#1 SMP PREEMPT_DYNAMIC @0", "", (6, 18, 44)),
        ("7.2-rc1", "#1 SMP", "", (7, 2, 0)),
    ],
)
def test_a_kernel_is_known_by_what_it_is_built_from(
    monkeypatch: pytest.MonkeyPatch, release: str, built: str, signature: str, version: tuple[int, int, int]
) -> None:
    told = os.uname_result(("Linux", "host", release, built, "x86_64"))
    monkeypatch.setattr(os, "uname", lambda: told)
    monkeypatch.setattr(host_settings, "_setting", {"/proc/version_signature": signature}.get)
    assert kernel_version() == version


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user.max_user_namespaces", "0"),
        ("kernel.unprivileged_userns_clone", "0"),
        ("kernel.apparmor_restrict_unprivileged_userns", "1"),
    ],
)
def test_a_setting_that_forbids_user_namespaces_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(host_settings, "sysctl", lambda asked: value if asked == name else "")
    told = why_no_namespaces(unprivileged=True)
    assert told is not None
    assert f"{name} is {value}" in told[0]
    assert f"sysctl {name}=" in told[1]


def test_without_such_a_setting_nothing_is_said_to_forbid_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_settings, "sysctl", lambda asked: "")
    assert why_no_namespaces(unprivileged=True) is None


# -- the attack's own words


def test_an_attack_says_what_worked_what_was_not_tried_and_what_broke_off() -> None:
    attack = Attack()
    attack.take(CheckDone("test_mounts", "failed", message="mount; fsopen"))
    attack.take(
        CheckDone(
            "test_writes_past_landlock",
            "crashed",
            message="Your code raised Untried: this kernel has no Landlock",
            exception="Untried",
        )
    )
    attack.take(CheckDone("test_opens_sockets", "crashed", message="Your code raised OSError: x"))
    attack.take(Finished(Ending.FINISHED))
    assert attack.worked == [
        f"{WHAT['mounts']} (mount; fsopen)",
        f"it is not known whether {WHAT['opens_sockets']} (Your code raised OSError: x)",
    ]
    assert attack.untried == [f"{WHAT['writes_past_landlock']}: this kernel has no Landlock"]
    assert attack.over
    assert not attack.holds


@pytest.mark.parametrize("last", [Finished(Ending.CRASHED, "exit code 1"), Refused("no spare")])
def test_an_attack_that_did_not_come_to_its_end_holds_nothing(last: object) -> None:
    attack = Attack()
    attack.take(last)
    assert attack.over
    assert attack.broke_off
    assert not attack.holds


# -- what it prints

LAYERS = [
    Protection("user", State.PROTECTED, "Each run has its own.", "", "The sandbox"),
    Protection("swap", State.REDUCED, "The host swaps.", "Switch it off.", "This host"),
    Protection("Landlock", State.MISSING, "The kernel has none.", "Use Linux 5.13.", "The sandbox"),
]


def test_what_is_not_protected_is_printed_first_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.show(Health(True, "", LAYERS, {"base": "1"}, "root"), everything=False)
    said = capsys.readouterr().out
    places = [
        said.index(words) for words in ("MISSING", "Use Linux 5.13.", "REDUCED", "Switch it off.", "user")
    ]
    assert places == sorted(places)
    assert "Each run has its own." not in said


def test_asked_for_everything_it_says_how_each_layer_protects(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.show(Health(True, "", LAYERS, {"base": "1"}, "root"), everything=True)
    assert "user: Each run has its own." in capsys.readouterr().out


def test_where_no_jobs_are_taken_it_ends_with_1_and_says_why_to_machines_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "grading.sandbox.doctor", "--socket", str(tmp_path / "none"), "--json"]
    command += ["--environments", str(tmp_path), "--data", str(tmp_path)]
    asked = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert asked.returncode == 1, asked.stderr
    health = msgspec.json.decode(asked.stdout, type=Health)
    assert not health.ready
    assert "is not installed" in health.reason
    assert health.unprotected[0].name == "self-attack"
