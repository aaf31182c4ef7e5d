"""What a run may do where its exercise asks, and that nobody outside of it notices."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grading.sandbox import wire
from grading.sandbox.doctor import connect
from grading.sandbox.wire import Job, Limits, Permission, Refused
from grading.verdict import Verdict
from tests.hostile.case import FOLDER, Case, all_cases, read
from tests.hostile.host import look
from tests.hostile.supervised import ENVIRONMENTS, Supervised, shapes, supervised
from tests.hostile.test_hostile import HONEST, seen_by_the_learner

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]

LOOPBACK, SUBPROCESS = Permission


def reachable(folder: Path) -> Path:
    """The unprivileged shape must reach its folder."""
    for parent in list(folder.parents)[:2]:
        parent.chmod(0o755)
    return folder


@pytest.fixture(scope="module", params=shapes())
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    with supervised(request.param, reachable(tmp_path_factory.mktemp(request.param))) as running:
        yield running


def permitting(*permissions: Permission, code: str, tests: str = HONEST.tests) -> Job:
    files = {"solution.py": HONEST.files["solution.py"] + code}
    limits = Limits(cpu_s=5, wall_s=10, memory_mb=256, processes=16)
    return Job("permitted", "base", files, tests, limits=limits, seed=5, permissions=list(permissions))


PERMITTED = [case for case in all_cases() if case.name.startswith("G20-") and case.job.permissions]


@pytest.mark.parametrize("case", PERMITTED, ids=str)
def test_what_an_exercise_does_not_ask_for_does_not_work(sandbox: Supervised, case: Case) -> None:
    report = sandbox.run(msgspec.structs.replace(case.job, permissions=[]))
    assert report.verdict in (Verdict.FAILED, Verdict.CRASHED, Verdict.PARTLY_PASSED, Verdict.TOO_SLOW)


def test_the_checks_get_no_permission(sandbox: Supervised) -> None:
    tests = HONEST.tests + (
        "\n\ndef test_of_the_checks(solution):\n"
        '    """x"""\n'
        "    import os, socket, sys\n"
        "    with pytest.raises(PermissionError):\n"
        "        socket.socket()\n"
        "    with pytest.raises(PermissionError):\n"
        "        os.execv(sys.executable, [sys.executable])\n"
    )
    assert sandbox.run(permitting(*Permission, code="", tests=tests)).verdict is Verdict.PASSED


def test_a_service_of_the_host_is_not_reached(sandbox: Supervised) -> None:
    """N02: a listener on the host's own loopback, one on all addresses, and one with an abstract name."""
    knocks: list[object] = []
    name = f"\0gradient-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as local,
        socket.create_server(("0.0.0.0", 0)) as everywhere,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        abstract.bind(name)
        abstract.listen()
        for server in (local, everywhere, abstract):
            server.settimeout(0.1)
        ports = [server.getsockname()[1] for server in (local, everywhere)]
        code = (
            "import socket\nreached = []\n"
            f"for port in {ports}:\n"
            "    for host in ('127.0.0.1', '127.0.0.2', 'localhost', '0.0.0.0', 'box'):\n"
            "        try:\n            socket.create_connection((host, port), 2)\n"
            "            reached.append(port)\n"
            "        except OSError:\n            pass\n"
            "try:\n"
            f"    socket.socket(socket.AF_UNIX).connect({name!r})\n    reached.append('abstract')\n"
            "except OSError:\n    pass\n"
            "print('reached:', reached)\n"
        )
        report = sandbox.run(permitting(LOOPBACK, code=code))
        for server in (local, everywhere, abstract):
            try:
                knocks.append(server.accept())
            except TimeoutError:
                continue
    assert report.verdict is Verdict.PASSED, seen_by_the_learner(report)
    assert "reached: []" in report.stdout
    assert knocks == []


def test_two_runs_at_once_do_not_reach_each_other(sandbox: Supervised) -> None:
    """E27: the same port and the same abstract name, which each of them has for itself."""
    listens = (
        "import os, socket, time\n"
        "server = socket.create_server(('127.0.0.1', 4567))\n"
        "named = socket.socket(socket.AF_UNIX)\nnamed.bind('\\0here')\nnamed.listen()\n"
        "server.settimeout(3.0)\n"
        "try:\n    server.accept()\n    print('somebody came')\n"
        "except TimeoutError:\n    print('nobody came')\n"
    )
    visits = (
        "import socket\nreached = []\n"
        "for what, family, address in (('port', socket.AF_INET, ('127.0.0.1', 4567)),"
        " ('name', socket.AF_UNIX, '\\0here')):\n"
        "    try:\n        socket.socket(family).connect(address)\n        reached.append(what)\n"
        "    except ConnectionRefusedError:\n        pass\n"
        "print('reached:', reached)\n"
    )
    first = []
    waits = threading.Thread(
        target=lambda: first.append(sandbox.run(permitting(LOOPBACK, code=listens))), daemon=True
    )
    waits.start()
    time.sleep(0.7)
    second = sandbox.run(permitting(LOOPBACK, code=visits))
    assert not first, "the two were not there at the same time"
    waits.join()
    assert "reached: []" in second.stdout, seen_by_the_learner(second)
    assert "nobody came" in first[0].stdout, seen_by_the_learner(first[0])


def test_an_unknown_permission_is_refused_in_words(sandbox: Supervised) -> None:
    frame = wire.frame(msgspec.structs.replace(HONEST, permissions=["internet"]))
    with connect(sandbox.path) as sock:
        sock.sendall(frame)
        body = wire.receive(sock)
    answer = wire.decode_reply(body or b"")
    assert isinstance(answer, Refused)
    assert answer.permanent
    assert "'internet'" in answer.reason


def test_many_jobs_with_permissions_are_all_served(sandbox: Supervised) -> None:
    """More than there are spares, of every kind, side by side."""
    code = "import time\ntime.sleep(0.05)\n"
    wanted = [[], [LOOPBACK], [SUBPROCESS], [LOOPBACK, SUBPROCESS], [SUBPROCESS, LOOPBACK]] * 4
    reports = []
    threads = [
        threading.Thread(
            target=lambda asked=asked: reports.append(sandbox.run(permitting(*asked, code=code))), daemon=True
        )
        for asked in wanted
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.verdict for report in reports] == [Verdict.PASSED] * len(wanted)
    sandbox.settle()
    assert look(sandbox).h1_processes == sandbox.whole


# Kills what a process may not have; then it becomes the program in its arguments.
_WITH_FEW_CAPABILITIES = """
import os, sys
from grading.sandbox import kernel
KEPT = {0, 5, 6, 7, 21}  # CHOWN KILL SETGID SETUID SYS_ADMIN: those of the container
for number in set(range(64)) - KEPT:
    try:
        kernel.prctl(kernel.PR_CAPBSET_DROP, number)
    except OSError:
        pass
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
os.execv(sys.argv[1], sys.argv[1:])
"""
# Room for the networks of two zygotes, and for no third one.
_WITH_TWO_NETWORKS = """
import os, sys
from grading.sandbox import room
room.enter_user_namespace(1000)
with open("/proc/sys/user/max_net_namespaces", "w") as most:
    most.write("2")
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.skipif(
    os.geteuid() != 0, reason="this kernel gives capabilities to root only, and this is not root"
)
def test_root_without_the_capability_over_networks_has_loopback_too(tmp_path: Path) -> None:
    """As in the container."""
    by = (sys.executable, "-c", _WITH_FEW_CAPABILITIES)
    with supervised("root", reachable(tmp_path), by=by) as running:
        assert running.health().shape == "root"
        for name in ("G20-serves", "G20-starts-a-server"):
            report = running.run(read(FOLDER / name).job)
            assert report.verdict is Verdict.PASSED, seen_by_the_learner(report)


def test_where_no_network_can_be_made_such_runs_are_refused_and_others_are_not(tmp_path: Path) -> None:
    by = (sys.executable, "-c", _WITH_TWO_NETWORKS)
    with supervised("unprivileged", reachable(tmp_path), by=by) as running:
        for _ in range(2):
            (answer,) = running.replies(permitting(LOOPBACK, code=""))
            assert isinstance(answer, Refused)
            assert "may use loopback cannot be made here" in answer.reason
            assert not answer.permanent
        assert running.run(HONEST).verdict is Verdict.PASSED
        assert running.run(permitting(SUBPROCESS, code="")).verdict is Verdict.PASSED
        assert "are user namespaces allowed?" in running.log.read_text()
