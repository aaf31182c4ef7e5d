"""P04: on a host that fails, the supervisor works with less and says so, or refuses and says why.

It never ends by itself, never hangs, and goes on by itself where the cause goes away.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grading.sandbox.wire import Refused, State
from grading.verdict import Verdict
from tests.hostile.supervised import ENVIRONMENTS, ROOT, Supervised
from tests.hostile.test_hostile import HONEST
from tests.hostile.unwell import sandbox_with, unwell, wait_until

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(os.geteuid() != 0, reason="this kernel lets only root make hosts that fail"),
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]


def on_a_host_where(script: str) -> list[str]:
    """What to put before a command: its own mount namespace, in which `script` has run."""
    return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", f'{script}\nexec "$@"', "sh"]


def after(code: str) -> list[str]:
    """What to put before a command: Python code, in the process that becomes the command."""
    return [sys.executable, "-c", f"import os, sys\n{code}\nos.execv(sys.argv[1], sys.argv[1:])"]


_A_FILTER_THAT_KNOWS_NO_LANDLOCK = """
import errno, struct
from grading.sandbox import kernel
load, jump, answer = 0x20, 0x15, 0x06
no, yes = 0x50000 | errno.ENOSYS, 0x7FFF0000
code = [(load, 0, 0, 0), (jump, 0, 1, 444), (answer, 0, 0, no), (answer, 0, 0, yes)]
kernel.load_seccomp(b"".join(struct.pack("=HBBI", *instruction) for instruction in code))
"""
_NO_USER_NAMESPACES = """
from grading.sandbox.room import enter_user_namespace
enter_user_namespace(1000)
open("/proc/sys/user/max_user_namespaces", "w").write("0")  # of the namespace just made, and below
"""
_NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups"


def state_of(running: Supervised, name: str) -> State:
    return next(layer.state for layer in running.health().protections if layer.name == name)


def assert_refuses(running: Supervised) -> None:
    (answer,) = running.replies(HONEST)
    assert isinstance(answer, Refused)
    assert running.health().reason in answer.reason
    assert not answer.permanent


# -- it works with less --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        "for at in $(findmnt -rno TARGET | grep ^/sys/fs/cgroup); do mount -o remount,bind,ro $at; done",
        "umount --recursive /sys/fs/cgroup",
    ],
    ids=["read-only", "not there"],
)
def test_where_control_groups_cannot_be_written_it_mounts_its_own(script: str, tmp_path: Path) -> None:
    """Root can, as in a container."""
    source = sandbox_with(tmp_path, {})
    with unwell(tmp_path, source=source, within=on_a_host_where(script)) as (running, reason):
        assert reason == ""
        assert state_of(running, "control groups") is State.PROTECTED
        report = running.run(_SIMPLE)
        assert report.verdict is Verdict.PASSED
        assert report.figures.measured_by.startswith("cgroup")


def test_without_control_groups_it_grades_and_says_reduced(tmp_path: Path) -> None:
    source = sandbox_with(tmp_path, {"cgroup": "find = lambda: None"})
    with unwell(tmp_path, source=source) as (running, reason):
        assert reason == ""
        assert state_of(running, "control groups") is State.REDUCED
        report = running.run(_SIMPLE)
        assert report.verdict is Verdict.PASSED
        assert report.figures.measured_by == "proc"


def test_without_landlock_it_grades_and_says_reduced(tmp_path: Path) -> None:
    source = sandbox_with(tmp_path, {})
    with unwell(tmp_path, source=source, within=after(_A_FILTER_THAT_KNOWS_NO_LANDLOCK)) as (running, reason):
        assert reason == ""
        assert state_of(running, "Landlock") is State.REDUCED
        attacked = next(layer for layer in running.health().protections if layer.name == "self-attack")
        assert "this kernel has no Landlock" in attacked.sentence
        assert running.run(_SIMPLE).verdict is Verdict.PASSED


def test_without_room_for_a_log_it_grades(tmp_path: Path) -> None:
    source = sandbox_with(tmp_path, {})
    within = ["sh", "-c", 'exec "$@" 2>/dev/full', "sh"]
    with unwell(tmp_path, source=source, within=within) as (running, reason):
        assert reason == ""
        assert running.run(_SIMPLE).verdict is Verdict.PASSED


def test_with_a_full_tmp_it_grades(tmp_path: Path) -> None:
    source = sandbox_with(tmp_path, {})
    full = (
        "mount -t tmpfs -o size=4k none /var/tmp; mount -t tmpfs -o size=4k none /dev/shm; "
        "cat /dev/zero >/var/tmp/full 2>/dev/null || true; cat /dev/zero >/dev/shm/full 2>/dev/null || true; "
        "export TMPDIR=/var/tmp"
    )
    with unwell(tmp_path, source=source, within=on_a_host_where(full)) as (running, reason):
        assert reason == ""
        assert running.run(_SIMPLE).verdict is Verdict.PASSED


# -- it refuses, and says why --------------------------------------------------------------------


def test_without_user_namespaces_and_root_it_refuses_and_names_the_setting(tmp_path: Path) -> None:
    source = sandbox_with(tmp_path, {})
    with unwell(tmp_path, source=source, within=after(_NO_USER_NAMESPACES)) as (running, reason):
        assert "unshare: No space left on device" in reason  # that is how the kernel says it
        assert "user.max_user_namespaces is 0" in reason
        assert "sysctl user.max_user_namespaces=" in reason
        assert state_of(running, "namespaces") is State.MISSING
        assert_refuses(running)


def test_as_root_without_the_capability_it_refuses_and_names_it(tmp_path: Path) -> None:
    source = sandbox_with(tmp_path, {})
    within = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]
    with unwell(tmp_path, source=source, within=within) as (running, reason):
        assert "unshare: Operation not permitted" in reason
        assert "without CAP_SYS_ADMIN" in reason
        assert_refuses(running)


def test_where_no_proc_can_be_mounted_it_refuses_and_says_so(tmp_path: Path) -> None:
    """As in a container that hides parts of /proc: a user namespace may not uncover them."""
    source = sandbox_with(tmp_path, {})
    os.chown(tmp_path, 65534, 65534)
    within = [*on_a_host_where("mount -t tmpfs none /proc/sys"), *_NOBODY.split()]
    with unwell(tmp_path, source=source, within=within) as (running, reason):
        assert "mount proc on" in reason
        assert "Operation not permitted" in reason
        assert_refuses(running)


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ("--nofile=24:24", "Too many open files"),
        ("--as=120000000:120000000", "is there memory enough"),
        ("--nproc=1:1", "Resource temporarily unavailable"),
    ],
    ids=["descriptors", "memory", "processes"],
)
def test_with_too_little_of_something_it_refuses_and_says_of_what(
    limit: str, says: str, tmp_path: Path
) -> None:
    source = sandbox_with(tmp_path, {})
    with unwell(tmp_path, source=source, within=["prlimit", limit], unprivileged="nproc" in limit) as (
        running,
        reason,
    ):
        assert says in reason
        assert_refuses(running)


def test_where_the_socket_cannot_be_made_it_ends_with_a_sentence(tmp_path: Path) -> None:
    """A `var/` that cannot be written, or a disk that is full: nobody could reach it."""
    for place, says in (
        (Path("/proc/none/socket"), "cannot be used"),
        (Path("/sys/socket"), "cannot be made"),
    ):
        command = [sys.executable, "-m", "grading.sandbox.supervisor", "--socket", str(place)]
        command += ["--environments", str(tmp_path), "--data", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=30)
        assert ended.returncode == 1
        assert says in ended.stderr
        assert "Traceback" not in ended.stderr


def test_with_an_environment_that_is_not_whole_it_refuses_and_asks_whether_it_is_whole(
    tmp_path: Path,
) -> None:
    (tmp_path / "environments" / "base" / "site-packages").mkdir(parents=True)
    with unwell(tmp_path, environments=tmp_path / "environments") as (running, reason):
        assert "is the environment whole" in reason
        assert "No module named" in running.log.read_text()
        assert_refuses(running)


# -- and it goes on where the cause goes away ----------------------------------------------------


def test_an_environment_that_is_installed_later_is_found(tmp_path: Path) -> None:
    environments = tmp_path / "environments"
    environments.mkdir()
    source = sandbox_with(tmp_path, {})
    with unwell(tmp_path, source=source, environments=environments) as (running, reason):
        assert "is not installed" in reason
        assert_refuses(running)
        (environments / "base").symlink_to(ENVIRONMENTS / "base")
        wait_until(lambda: running.health().ready)
        assert running.run(_SIMPLE).verdict is Verdict.PASSED


def test_a_failure_that_passes_is_forgotten(tmp_path: Path) -> None:
    """Here: descriptors, which are few at first."""
    source = sandbox_with(tmp_path, {})
    with unwell(tmp_path, source=source, within=["prlimit", "--nofile=24:1024"]) as (running, reason):
        assert "Too many open files" in reason
        subprocess.run(["prlimit", "--pid", str(running.process.pid), "--nofile=1024:1024"], check=True)
        for zygote in running.descendants():
            subprocess.run(["prlimit", "--pid", str(zygote), "--nofile=1024:1024"], check=False)
        wait_until(lambda: running.health().ready)
        assert running.run(_SIMPLE).verdict is Verdict.PASSED


_SIMPLE = HONEST.__class__(
    "simple",
    "base",
    {"solution.py": "def double(n):\n    return 2 * n\n"},
    "def test_doubles(solution):\n    assert solution.double(2) == 4\n",
    limits=HONEST.limits,
)
