"""Zygotes serve for a while, are replaced without anybody noticing, and leave the memory when idle."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest

from grading.sandbox.wire import Job, Limits, Refused
from grading.verdict import Verdict
from tests.hostile.host import look
from tests.hostile.supervised import ENVIRONMENTS, Supervised, shapes, supervised
from tests.hostile.test_hostile import HONEST
from tests.hostile.unwell import sandbox_with, unwell

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]
_HASHES = (
    "import sys\nprint(hash('seed'), len(sys.modules))\n"
    "def double(n):\n    return 2 * n\ndef doubles(ns):\n    return [2 * n for n in ns]\n"
)


@pytest.fixture(params=shapes())
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    return request.param, tmp_path


def hash_of(sandbox: Supervised) -> str:
    job = Job("hash", "base", {"solution.py": _HASHES}, HONEST.tests, limits=HONEST.limits)
    report = sandbox.run(job)
    assert report.verdict is Verdict.PASSED
    return report.stdout


def wait_for(what: str, true: object, seconds: float = 30.0) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"no {what} within {seconds:g} s"
        time.sleep(0.05)


def test_after_so_many_runs_new_zygotes_serve_and_no_run_notices(folder: tuple[str, Path]) -> None:
    """The new ones have another hash seed; runs that are under way end with the old ones."""
    with supervised(*folder, "--zygote-runs", "5") as sandbox:
        before, hashes = sandbox.health().generation, {hash_of(sandbox)}
        old = set(look(sandbox).h4_zygotes)
        slow = Job(
            "slow",
            "base",
            {"solution.py": "import time\ntime.sleep(4)\n" + HONEST.files["solution.py"]},
            HONEST.tests,
            limits=Limits(cpu_s=2, wall_s=20),
        )
        ended: list[Verdict] = []
        beside = threading.Thread(target=lambda: ended.append(sandbox.run(slow).verdict))
        beside.start()
        for _ in range(8):
            assert sandbox.run(HONEST).verdict is Verdict.PASSED
        wait_for("new generation", lambda: sandbox.health().generation > before + 1)
        hashes.add(hash_of(sandbox))
        beside.join()
        assert ended == [Verdict.PASSED]
        assert len(hashes) == 2
        wait_for("end of the old", lambda: not old & set(look(sandbox).h4_zygotes))
        sandbox.settle()
        assert len(look(sandbox).h4_zygotes) == 2


def test_a_spare_that_dies_has_its_zygote_replaced(folder: tuple[str, Path]) -> None:
    with supervised(*folder) as sandbox:
        sandbox.settle()
        before = sandbox.health().generation
        zygotes = set(look(sandbox).h4_zygotes)
        spare = next(
            pid
            for pid in sandbox.descendants()
            if pid not in zygotes
            and Path(f"/proc/{pid}/stat").read_text().split()[3] in map(str, zygotes)
            and "python" in Path(f"/proc/{pid}/cmdline").read_text()
            and len(_numbers(pid)) > len(_numbers(next(iter(zygotes))))
        )
        os.kill(spare, signal.SIGKILL)
        wait_for("new generation", lambda: sandbox.health().generation > before)
        assert sandbox.run(HONEST).verdict is Verdict.PASSED


def test_a_zygote_that_is_killed_as_it_starts_is_started_again_at_once(folder: tuple[str, Path]) -> None:
    """One accident after another; only what keeps on not coming up is left alone for a while."""
    with supervised(*folder) as sandbox:
        sandbox.settle()
        killed = look(sandbox).h4_zygotes
        os.kill(killed[0], signal.SIGKILL)
        wait_for("new zygote", lambda: set(look(sandbox).h4_zygotes) - set(killed))
        starting = max(set(look(sandbox).h4_zygotes) - set(killed))
        os.kill(starting, signal.SIGKILL)
        wait_for("end", lambda: "ended by signal 9 before it was ready" in sandbox.log.read_text())
        wait_for("zygotes that serve", lambda: "base" in sandbox.health().environments)
        assert sandbox.run(HONEST).verdict is Verdict.PASSED


def _numbers(pid: int) -> list[str]:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]


def test_a_burst_makes_more_spares_and_never_more_than_allowed(folder: tuple[str, Path]) -> None:
    with supervised(*folder, "--parallel", "4", "--most-spares", "5") as sandbox:
        assert sandbox.health().spares_wanted == 2 * 2  # of both roles, as `supervised` asks for
        threads = [threading.Thread(target=lambda: sandbox.run(HONEST)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 2 * 2 < sandbox.health().spares_wanted <= 2 * 5


@pytest.mark.skipif(os.geteuid() != 0, reason="this kernel lets only root make other environments")
def test_a_small_machine_serves_many_environments_one_after_another(tmp_path: Path) -> None:
    """Where there is room for two, the one that nobody used for longest makes room; all are served."""
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    source = sandbox_with(tmp_path, {})
    lists = source / "grading" / "sandbox" / "environments"
    installed = tmp_path / "environments"
    installed.mkdir()
    for name in ("base", "second", "third"):
        (installed / name).symlink_to(ENVIRONMENTS.resolve() / "base")
        if name != "base":
            for part in (".lock", ".preload"):
                shutil.copy(lists / f"base{part}", lists / f"{name}{part}")
            shutil.copytree(lists / "base.rehearsal", lists / f"{name}.rehearsal")
            (lists / f"{name}.preload").write_text("numpy\n")
    more = ("--most-environments", "2", "--idle-minutes", "0.05")
    with unwell(tmp_path, source=source, environments=installed, more=more) as (sandbox, reason):
        assert reason == ""
        for name in ("base", "second", "third", "second", "base"):
            job = Job("x", name, HONEST.files, HONEST.tests, limits=HONEST.limits)
            assert sandbox.run(job).verdict is Verdict.PASSED, name
            assert len(look(sandbox).h4_zygotes) <= 2 * 2
        assert set(sandbox.health().environments) == {"base", "second", "third"}
        wait_for("end of the idle ones", lambda: len(look(sandbox).h4_zygotes) == 2)
        (answer,) = sandbox.replies(Job("x", "fourth", HONEST.files, HONEST.tests))
        assert isinstance(answer, Refused)
