"""What a run is said to have used is what it used, in each shape, with control groups and without."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from grading.runner import Report
from grading.sandbox.wire import Job, Limits, MeasuredBy
from grading.verdict import Verdict
from tests.hostile.supervised import ENVIRONMENTS, Supervised, shapes, supervised

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]

LIMITS = Limits(cpu_s=4, wall_s=10, memory_mb=256, output_kb=1024, processes=16)
BURN = """
import os, signal, threading, time

def burn(seconds):
    while time.thread_time() < seconds:
        sum(range(1000))
"""
TESTS = '''
def test_it(solution):
    """It goes"""
    solution.go()
'''


@pytest.fixture(scope="module", params=shapes())
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    folder = tmp_path_factory.mktemp(request.param)
    for parent in list(folder.parents)[:2]:
        parent.chmod(0o755)  # the unprivileged shape must reach its folder
    with supervised(request.param, folder) as running:
        yield running


def run(sandbox: Supervised, code: str, limits: Limits = LIMITS) -> Report:
    return sandbox.run(Job("figures", "base", {"solution.py": code}, TESTS, limits=limits))


def passed(sandbox: Supervised, code: str) -> Report:
    report = run(sandbox, code)
    assert report.verdict is Verdict.PASSED, f"{report.verdict}: {report.detail}\n{report.results}"
    return report


@pytest.mark.parametrize(
    "go",
    [
        """
def go():
    two = [threading.Thread(target=burn, args=(0.25,)) for _ in range(2)]
    for one in two: one.start()
    for one in two: one.join()
""",
        """
def go():
    child = os.fork()
    if not child:
        burn(0.5)
        os._exit(0)
    os.waitpid(child, 0)
""",
        """
def go():
    if not os.fork():
        if not os.fork():
            burn(0.5)
            os.write(end, b"done")
        os._exit(0)
    os.wait()
    os.read(begin, 4)

begin, end = os.pipe()
""",
        """
def go():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in range(2):
        if not os.fork():
            burn(0.25)
            os._exit(0)
        try:
            os.wait()
        except ChildProcessError:
            pass
""",
        """
def fork():
    if not os.fork():
        burn(0.5)
        os.write(end, b"done")
        time.sleep(60)
    time.sleep(60)

def go():
    threading.Thread(target=fork, daemon=True).start()
    os.read(begin, 4)

begin, end = os.pipe()
""",
    ],
    ids=["two threads", "a child", "an orphan", "children nobody waits for", "the child of a thread"],
)
def test_processor_time_is_that_of_all_threads_and_children(sandbox: Supervised, go: str) -> None:
    figures = passed(sandbox, BURN + go).figures
    assert 400 <= figures.cpu_ms <= 1000
    if sandbox.has_groups:
        assert figures.cpu_system_ms is not None
        assert figures.cpu_system_ms < figures.cpu_ms / 2
    else:
        assert figures.cpu_system_ms is None


def test_time_in_the_kernel_is_told_apart(sandbox: Supervised) -> None:
    reads = """
import time
def go():
    with open("/dev/zero", "rb", buffering=0) as zeros:
        while time.thread_time() < 0.5:
            zeros.read(4 << 20)
"""
    figures = passed(sandbox, reads).figures
    if sandbox.has_groups:
        assert figures.cpu_system_ms is not None
        assert figures.cpu_ms / 2 < figures.cpu_system_ms <= figures.cpu_ms
    else:
        assert figures.cpu_system_ms is None


@pytest.mark.parametrize(
    "hiding",
    [
        """
def go():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        if not os.fork():
            burn(0.4)
            os._exit(0)
        try:
            os.wait()
        except ChildProcessError:
            pass
""",
        """
def fork():
    if not os.fork():
        burn(60)
    time.sleep(60)

def go():
    threading.Thread(target=fork, daemon=True).start()
    time.sleep(60)
""",
    ],
    ids=["children nobody waits for", "the child of a thread"],
)
def test_no_child_hides_its_time_from_the_limit(sandbox: Supervised, hiding: str) -> None:
    report = run(sandbox, BURN + hiding, Limits(cpu_s=1, wall_s=8, memory_mb=256, processes=16))
    assert report.verdict is Verdict.TOO_SLOW
    assert "processor time" in report.detail


def test_memory_is_the_peak_of_the_code_alone(sandbox: Supervised) -> None:
    lets_go = "def go():\n    kept = b'x' * (100 << 20)\n    del kept\n"
    figures, idle = passed(sandbox, lets_go).figures, passed(sandbox, "def go(): pass\n").figures
    if not sandbox.has_groups:
        assert (figures.memory_bytes, figures.oom_kills) == (None, None)
        return
    assert figures.memory_bytes is not None
    assert idle.memory_bytes is not None
    assert 95 << 20 <= figures.memory_bytes <= 130 << 20
    assert idle.memory_bytes < 20 << 20  # the libraries alone take more than a hundred
    assert figures.oom_kills == 0


def test_memory_that_runs_out_is_counted(sandbox: Supervised) -> None:
    report = run(sandbox, "def go():\n    return b'x' * (100 << 20)\n", Limits(memory_mb=64))
    assert report.verdict is Verdict.OUT_OF_MEMORY
    figures = report.figures
    if sandbox.has_groups:
        assert figures.oom_kills
        assert figures.memory_bytes is not None
        assert 60 << 20 <= figures.memory_bytes <= 64 << 20
    else:
        assert (figures.memory_bytes, figures.oom_kills) == (None, None)


def test_all_that_is_printed_is_counted_not_only_what_is_shown(sandbox: Supervised) -> None:
    prints = """
import sys
def go():
    sys.stdout.write("é" * 150_000)
    sys.stderr.write("e" * 7)
"""
    report = passed(sandbox, prints)
    assert (report.figures.stdout_bytes, report.figures.stderr_bytes) == (300_000, 7)
    assert len(report.stdout.encode()) < 70_000


@pytest.mark.parametrize(
    ("go", "most"),
    [
        ("def go(): pass\n", 1),
        (
            """
import os
def go():
    begin, end = os.pipe()
    for _ in range(5):
        if not os.fork():
            os.close(end)
            os.read(begin, 1)
            os._exit(0)
    os.close(end)
    for _ in range(5): os.wait()
""",
            6,
        ),
        (
            """
import threading
def go():
    together = threading.Barrier(5)
    four = [threading.Thread(target=together.wait) for _ in range(4)]
    for one in four: one.start()
    together.wait()
    for one in four: one.join()
""",
            5,
        ),
    ],
    ids=["one", "forks", "threads"],
)
def test_the_most_processes_at_once_are_counted(sandbox: Supervised, go: str, most: int) -> None:
    figures = passed(sandbox, go).figures
    if sandbox.has_groups:
        assert (figures.processes, figures.processes_refused) == (most, 0)
    else:
        assert (figures.processes, figures.processes_refused) == (None, None)


def test_a_process_too_many_is_counted_as_refused(sandbox: Supervised) -> None:
    too_many = """
import os, signal, time
def go():
    children = []
    try:
        while len(children) < 50:
            child = os.fork()
            if not child:
                time.sleep(60)
            children.append(child)
    except BlockingIOError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert len(children) < 50
"""
    figures = passed(sandbox, too_many).figures
    if sandbox.has_groups:
        assert (figures.processes, figures.processes_refused) == (LIMITS.processes, 1)
    else:
        assert figures.processes_refused is None


@pytest.mark.parametrize(
    ("go", "exit_code", "signal"),
    [
        ("import os\ndef go(): os._exit(3)\n", 3, ""),
        ("import os, signal\ndef go(): os.kill(os.getpid(), signal.SIGSEGV)\n", None, "SIGSEGV"),
        ("import os, signal\ndef go(): os.kill(os.getpid(), signal.SIGRTMIN + 1)\n", None, "signal 35"),
        ("import ctypes\ndef go(): ctypes.string_at(0)\n", None, "SIGSEGV"),
        ("def go(): pass\n", None, ""),
        ("import time\ndef go(): time.sleep(60)\n", None, ""),
    ],
    ids=["exit", "SIGSEGV", "a real-time signal", "a null pointer", "the end of the checks", "too slow"],
)
def test_how_its_process_ended_is_the_kernels_word(
    sandbox: Supervised, go: str, exit_code: int | None, signal: str
) -> None:
    figures = run(sandbox, go, Limits(wall_s=2)).figures
    assert (figures.exit_code, figures.signal) == (exit_code, signal)


def test_each_figure_comes_with_its_limit_and_who_counted_it(sandbox: Supervised) -> None:
    figures = passed(sandbox, "def go(): pass\n").figures
    assert figures.limits == LIMITS
    assert figures.measured_by.startswith("cgroup" if sandbox.has_groups else MeasuredBy.PROC)
    assert figures.first_check_ms is not None
    assert 0 < figures.first_check_ms <= figures.wall_ms


def test_waiting_for_a_turn_is_not_time_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("one-at-a-time")
    for parent in list(folder.parents)[:2]:
        parent.chmod(0o755)
    reports: list[Report] = []
    sleeps = "import time\ndef go(): time.sleep(1)\n"
    with supervised(shapes()[0], folder, "--parallel", "1") as one_at_a_time:
        both = [threading.Thread(target=lambda: reports.append(run(one_at_a_time, sleeps))) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    first, second = (report.figures for report in reports)
    assert second.queued_ms >= 900
    assert second.queued_ms >= first.queued_ms + 900
    assert {report.verdict for report in reports} == {Verdict.PASSED}
