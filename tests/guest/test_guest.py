"""The sandbox where control groups are of version 2, on another kernel: what the guest's facts must say.

The guest is started once; each test looks at one of its scenes (`inside.py`).
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import pytest

from tests.guest import jobs, machine
from tests.guest.image import CannotBeMade
from tests.hostile.supervised import ENVIRONMENTS

pytestmark = [
    pytest.mark.guest,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="this kernel's processor is not the guest's"),
]

MIB = 1 << 20
WITH_GROUPS = tuple(jobs.WITH_GROUPS)
WAYS = (*WITH_GROUPS, "undelegated")
CASES = [
    *((way, case.name) for way, names in jobs.WITH_GROUPS.items() for case in jobs.cases(*names)),
    *(("undelegated", case.name) for case in jobs.cases(*jobs.WITHOUT_GROUPS)),
]


class Facts(dict[str, dict[str, Any]]):
    """Scene → its facts; a scene that broke, or never came, says how far the guest got."""

    def __missing__(self, scene: str) -> dict[str, Any]:
        errors = "\n".join(facts["error"] for facts in self.values() if "error" in facts)
        raise AssertionError(f"the guest has no facts for {scene!r}; the last is {list(self)[-1:]}\n{errors}")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("guest")))
    try:
        return Facts(machine.boot(folder))
    except CannotBeMade as missing:
        pytest.skip(str(missing))


def test_the_guest_came_to_its_end(facts: Facts) -> None:
    assert facts["the end"]
    assert [one["error"] for one in facts.values() if "error" in one] == []


def test_nothing_is_left_after_any_scene(facts: Facts) -> None:
    after = {name: one for name, one in facts.items() if name.startswith("after ")}
    assert len(after) >= 10
    assert {name: one["groups"] + one["processes"] for name, one in after.items()} == {
        name: [] for name in after
    }


# -- the three ways a supervisor starts ------------------------------------------------------------


@pytest.mark.parametrize("way", WITH_GROUPS)
def test_a_supervisor_that_may_make_groups_is_protected(facts: Facts, way: str) -> None:
    health = facts[f"{way}: health"]
    assert health["ready"]
    assert health["protections"]["self-attack"] == "protected"
    assert health["state"] == "protected"
    assert "v2" in health["sentence"]


def test_a_user_without_a_delegated_group_is_told_so_and_what_to_do(facts: Facts) -> None:
    health = facts["undelegated: health"]
    assert health["ready"]
    assert health["protections"]["self-attack"] == "protected"
    assert health["state"] == "reduced"
    assert "memory is not measured" in health["sentence"]
    assert "Delegate=yes" in health["remedy"]


@pytest.mark.parametrize("way", WAYS)
def test_an_older_landlock_is_used_as_far_as_it_goes(facts: Facts, way: str) -> None:
    assert facts["kernel"]["landlock"] == 2
    assert facts[f"{way}: health"]["protections"]["Landlock"] == "protected"


@pytest.mark.parametrize("way", WAYS)
def test_a_run_sees_its_own_processes_alone_and_no_name_of_its_group(facts: Facts, way: str) -> None:
    seen = facts[f"{way}: a look around"]["stdout"]
    assert seen.splitlines()[0] == "0::/"
    assert "subset=pid" in seen


@pytest.mark.parametrize(("way", "case"), CASES, ids=[f"{way}-{case}" for way, case in CASES])
def test_a_hostile_submission_ends_as_its_folder_says(facts: Facts, way: str, case: str) -> None:
    seen = facts[f"{way}: {case}"]
    assert seen["verdict"] in seen["expected"], f"{seen['detail']}\n{seen['shown']}\n{seen['log']}"
    for text in seen["wanted"]:
        assert text in seen["detail"] + seen["stdout"] + seen["shown"]
    assert seen["differences"] == []
    assert seen["honest"] == "passed"


# -- figures -----------------------------------------------------------------------------------------


def figures(facts: Facts, way: str, job: str) -> dict[str, Any]:
    found: dict[str, Any] = facts[f"{way}: {job}"]["figures"]
    return found


@pytest.mark.parametrize("way", WITH_GROUPS)
def test_processor_time_is_that_of_all_threads_and_processes(facts: Facts, way: str) -> None:
    """Orphans too. Each used half a second by its own clock; an emulated start of Python comes on top."""
    used = figures(facts, way, "half a second in each of two threads, a child and an orphan")
    assert used["measured_by"] == "cgroup v2"
    assert 2000 <= used["cpu_ms"] < 6000


@pytest.mark.parametrize("way", WITH_GROUPS)
def test_processor_time_is_limited_for_all_together(facts: Facts, way: str) -> None:
    seen = facts[f"{way}: threads of a child that never end"]
    assert (seen["verdict"], seen["detail"]) == ("too-slow", "It used its 3 s of processor time.")
    assert seen["figures"]["cpu_ms"] >= 3000


@pytest.mark.parametrize("way", WITH_GROUPS)
def test_the_peak_of_memory_is_what_the_code_took(facts: Facts, way: str) -> None:
    assert 100 * MIB <= figures(facts, way, "a hundred megabytes")["memory_bytes"] < 125 * MIB


@pytest.mark.parametrize("way", WITH_GROUPS)
def test_memory_that_runs_out_in_a_child_is_told_as_that(facts: Facts, way: str) -> None:
    """The kernel ends the whole group then, process 1 with it, which cannot say how process 2 ended."""
    seen = facts[f"{way}: a child that eats all memory"]
    assert seen["ending"] == "out-of-memory"
    assert seen["detail"] == "It used more than its 256 MB of memory."
    assert 0.9 * 256 * MIB <= seen["figures"]["memory_bytes"] <= 256 * MIB  # from its job on


def test_a_container_that_runs_out_of_memory_is_not_the_learners_doing(facts: Facts) -> None:
    seen = facts["root: more memory than the container has"]
    assert seen["ending"] == "platform-error", seen["detail"]
    assert seen["figures"]["memory_bytes"] <= jobs.CONTAINER_MB * MIB


@pytest.mark.parametrize("way", WAYS)
def test_processes_are_limited(facts: Facts, way: str) -> None:
    """Of 16 it may start 15; without root a few more count, the user's in that namespace."""
    seen = facts[f"{way}: children until there may be no more"]
    assert 10 <= int(seen["stdout"]) <= 15


@pytest.mark.parametrize("way", WAYS)
def test_what_is_printed_is_counted_to_the_byte(facts: Facts, way: str) -> None:
    used = figures(facts, way, "5,000 bytes of output and 300 of errors")
    assert (used["stdout_bytes"], used["stderr_bytes"]) == (5000, 300)


@pytest.mark.parametrize("way", WAYS)
def test_a_signal_is_not_taken_for_a_lack_of_memory(facts: Facts, way: str) -> None:
    seen = facts[f"{way}: a process that kills itself"]
    assert seen["ending"] == "crashed"
    assert "signal 9" in seen["detail"]


def test_where_nothing_counts_memory_no_figure_is_made_up(facts: Facts) -> None:
    used = figures(facts, "undelegated", "a hundred megabytes")
    assert (used["memory_bytes"], used["measured_by"]) == (None, "proc")


# -- where the groups are made ---------------------------------------------------------------------


def nested(facts: Facts, scene: str, below: str) -> dict[str, Any]:
    """The facts of a scene in which groups were found, made in `below`, limited, joined and removed."""
    seen = facts[scene]
    assert seen["version"] == 2
    assert seen["joined"] == f"{below}/gradient-{seen['pid']}/learner-1"
    assert seen["processes"] == 8  # as many as the group may hold
    assert seen["removed"]
    return seen


def test_a_user_with_other_processes_in_his_group_steps_aside_with_them(facts: Facts) -> None:
    """As what ./lms up starts, all in the one scope."""
    seen = nested(facts, "a crowd", "/users/crowd.scope")
    assert seen["after"] == "/users/crowd.scope/supervisor"
    assert facts["a crowd's neighbours"]["groups"] == ["/users/crowd.scope/supervisor"] * 2


def test_a_supervisor_that_is_started_again_nests_no_deeper(facts: Facts) -> None:
    assert facts["a first supervisor"]["found"]
    seen = nested(facts, "a second supervisor", "/users/again.scope")
    assert seen["before"] == seen["after"] == "/users/again.scope/supervisor"
    assert len([name for name in seen["made"] if "/gradient-" in name]) == 1, "the first one's are swept"


def test_a_container_with_an_init_steps_aside_with_it(facts: Facts) -> None:
    nested(facts, "a container with an init", "")
    assert facts["the container's neighbours"]["groups"] == ["/supervisor"] * 2


def test_a_service_of_root_that_is_delegated_stays_below_itself(facts: Facts) -> None:
    nested(facts, "a service of root", "/system.slice/gradient.service")
    assert facts["the service's neighbours"]["groups"] == ["/system.slice/gradient.service/supervisor"] * 2


def test_a_login_of_root_is_left_as_it_is(facts: Facts) -> None:
    seen = nested(facts, "the login of root", "")
    assert seen["after"] == seen["before"] == "/user.slice/user-0.slice/session-2.scope"
    assert facts["the login's neighbours"]["groups"] == [seen["before"]] * 2


def test_memory_and_pids_are_enough(facts: Facts) -> None:
    nested(facts, "memory and pids alone", "/half/run.scope")


@pytest.mark.parametrize(
    "scene",
    [
        "a container without controllers",
        "a container that may only read",
        "out of its container",
    ],
)
def test_where_no_group_can_be_made_and_joined_none_is_found(facts: Facts, scene: str) -> None:
    """And whoever looked is where it was."""
    seen = facts[scene]
    assert seen["version"] is None
    # Root looks in a namespace of its own at last, in which its group is the root of all.
    assert seen["after"] in (seen["before"], "/")


def test_groups_of_the_dead_are_swept_and_those_of_the_living_kept(facts: Facts) -> None:
    seen = nested(facts, "the dead", "")
    assert seen["made"] == ["gradient-1", f"gradient-{seen['pid']}"]
    assert seen["left_behind"] == ["gradient-1"]
