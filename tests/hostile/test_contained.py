"""What is the container's alone: who reaches its socket, how it says how it is, what it needs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.sandbox.doctor import ask
from tests.containers.engine import Engine, unavailable
from tests.hostile.contained import ROOT, WORKERS, announcement, locked_in, one_engine, started
from tests.hostile.supervised import Supervised, supervised

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.container,
    pytest.mark.skipif(bool(unavailable()), reason=unavailable()),
]
_ASKS = "from pathlib import Path; from grading.sandbox import doctor; exit(doctor.check(Path({!r})))"


@pytest.fixture(scope="module")
def docker() -> Iterator[Engine]:
    with one_engine() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox(docker: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    with supervised("container", tmp_path_factory.mktemp("container")) as running:
        yield running


def asked_by(sandbox: Supervised, user: int, *groups: int) -> int:
    return subprocess.run(
        [sys.executable, "-c", _ASKS.format(str(sandbox.path))],
        cwd=ROOT,
        user=user,
        group=user,
        extra_groups=groups,
        check=False,
    ).returncode


def test_who_is_in_the_workers_group_reaches_the_socket_and_nobody_else(sandbox: Supervised) -> None:
    assert asked_by(sandbox, WORKERS) == 0
    assert asked_by(sandbox, WORKERS + 1, WORKERS) == 0
    assert asked_by(sandbox, WORKERS + 1) == 1


def test_the_socket_itself_keeps_others_out_where_the_folder_does_not(sandbox: Supervised) -> None:
    """Whoever comes first to a volume gives it its mode."""
    sandbox.path.parent.chmod(0o755)
    try:
        assert asked_by(sandbox, WORKERS) == 0
        assert asked_by(sandbox, WORKERS + 1) == 1
    finally:
        sandbox.path.parent.chmod(0o750)


def test_control_groups_count_although_docker_mounts_them_read_only(sandbox: Supervised) -> None:
    """Its part of them, mounted once more, and seen by the supervisor alone."""
    assert sandbox.has_groups
    assert _cgroup_mounts(sandbox.process.pid)
    sandbox.settle()
    inside = [pid for pid in sandbox.descendants() if not _same_mounts(pid, sandbox.process.pid)]
    assert len(inside) >= 4 * 2 + 2, "the zygotes, and process 1 and 2 of each spare"
    assert [pid for pid in inside if _cgroup_mounts(pid)] == []


def test_what_is_mounted_for_the_groups_shows_nothing_of_the_host(sandbox: Supervised) -> None:
    roots = {line.split(" ")[3] for line in _cgroup_mounts(sandbox.process.pid) if " rw," in line}
    own = Path(f"/proc/{sandbox.process.pid}/cgroup").read_text()
    assert roots
    assert all(root != "/" and root in own for root in roots)


def _cgroup_mounts(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/mountinfo").read_text().splitlines()
    return [line for line in lines if " - cgroup" in line]


def _same_mounts(one: int, other: int) -> bool:
    return Path(f"/proc/{one}/ns/mnt").readlink() == Path(f"/proc/{other}/ns/mnt").readlink()


def test_no_process_in_it_has_more_capabilities_than_it_was_given(sandbox: Supervised) -> None:
    given = {21, 7, 6, 0, 5}  # SYS_ADMIN SETUID SETGID CHOWN KILL
    for pid in (sandbox.process.pid, *sandbox.descendants()):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        held = int(status["CapBnd"], 16)
        assert {number for number in range(64) if held >> number & 1} <= given
        assert status["NoNewPrivs"].strip() == "1"
        assert status["Seccomp"].strip() == "2"


def test_it_writes_nowhere_but_in_memory_and_next_to_its_socket(sandbox: Supervised) -> None:
    kinds = {}
    for line in Path(f"/proc/{sandbox.process.pid}/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if fields[5].startswith("rw"):
            kinds[fields[4]] = after.split(" ")[0]
    on_disk = {
        place
        for place, kind in kinds.items()
        if kind not in ("proc", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2")
    }
    assert on_disk <= {"/run/gradient", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts"}


def test_its_health_is_what_the_supervisor_says(docker: Engine, tmp_path: Path) -> None:
    options = [*locked_in(), "--health-interval", "1s", "--health-start-period", "0s"]
    with started(docker, tmp_path, options=options) as container:
        _wait_for(docker, container, "healthy")
        (tmp_path / "sandbox.sock").unlink()
        _wait_for(docker, container, "unhealthy")
        said = docker.docker(
            "inspect", "--format", "{{range .State.Health.Log}}{{.Output}}{{end}}", container
        )
        assert "No sandbox answers at /run/gradient/sandbox.sock" in said


def _wait_for(docker: Engine, container: str, wanted: str) -> None:
    deadline = time.monotonic() + 60
    while (now := docker.docker("inspect", "--format", "{{.State.Health.Status}}", container)) != wanted:
        assert time.monotonic() < deadline, f"{now}, not {wanted}"
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("left_out", "because"),
    [("seccomp", "pivot_root"), ("SYS_ADMIN", "unshare"), ("SETUID", "no sandbox can be made")],
)
def test_without_what_it_needs_it_takes_no_jobs_and_says_why(
    docker: Engine, tmp_path: Path, left_out: str, because: str
) -> None:
    """Fail closed. Docker's own profile lacks one call: pivot_root."""
    options = locked_in("") if left_out == "seccomp" else locked_in()
    if left_out in options:
        at = options.index(left_out)
        options = options[: at - 1] + options[at + 1 :]
    with started(docker, tmp_path, options=options) as container:
        log = tmp_path / "log"
        deadline = time.monotonic() + 90
        while '{"ready"' not in (said := docker.docker("logs", container)):
            assert time.monotonic() < deadline, said
            time.sleep(0.2)
        log.write_text(said)
        assert not announcement(log)["ready"]
        health = ask(tmp_path / "sandbox.sock")
        assert not health.ready
        whole = subprocess.run(
            ["docker", "logs", container], env=docker.environment, capture_output=True, text=True, check=True
        )
        assert because in health.reason + whole.stdout + whole.stderr
