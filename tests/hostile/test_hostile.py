"""Every hostile submission ends as its folder says, and the host never notices."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.runner import Report
from grading.sandbox.drawings import MAX_FIGURES
from grading.sandbox.wire import Job, Limits, Permission
from grading.verdict import Verdict
from tests.hostile.case import FOLDER, Case, all_cases, out_of_bounds
from tests.hostile.host import differences, look
from tests.hostile.needs import NEEDS, missing
from tests.hostile.neighbour import alone, run_beside
from tests.hostile.supervised import ENVIRONMENTS, ROOT, Supervised, all_shapes, shapes, supervised

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]

HONEST = Job(
    id="honest",
    environment="base",
    files={
        "solution.py": "def double(n):\n    return 2 * n\ndef doubles(ns):\n    return [2 * n for n in ns]\n"
    },
    tests=(FOLDER / "exercise.py").read_text(encoding="utf-8"),
    limits=Limits(cpu_s=2, wall_s=5, memory_mb=256),
    seed=11,
)
_MARK = "MARK-OF-A-HIDDEN-TEST-7f3a"
# The suite runs once more with each permission on, each in another shape; test_permissions.py has all four.
ONCE_MORE = [(shapes()[0], Permission.LOOPBACK), (shapes()[-1], Permission.SUBPROCESS)]
_MOST_SHOWN = 70_000  # characters of one stream
_MOST_SAID = 10_000  # characters of one check's message and traceback


@pytest.fixture(scope="module", params=all_shapes())
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    """One supervisor for all cases of a shape: what they did to the host must not add up either."""
    folder = tmp_path_factory.mktemp(request.param)
    for parent in list(folder.parents)[:2]:
        parent.chmod(0o755)  # the unprivileged shape must reach its folder
    with supervised(request.param, folder) as running:
        assert running.run(HONEST).verdict is Verdict.PASSED
        running.settle()
        before = look(running)
        yield running
        running.settle()
        assert differences(before, running) == []


@pytest.fixture(scope="module")
def wait_alone(sandbox: Supervised) -> int:
    """Milliseconds that an honest run takes where nobody else runs."""
    return alone(sandbox, HONEST)


def seen_by_the_learner(report: Report) -> str:
    parts = [report.detail, report.stdout, report.stderr]
    for result in report.results:
        parts += [result.message, result.explanation, result.traceback, result.exception]
    parts += [check.title for check in report.checks] + [drawing.text for drawing in report.drawings]
    return "\n".join(parts)


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_a_submission_ends_as_its_folder_says(
    sandbox: Supervised, wait_alone: int, case: Case, request: pytest.FixtureRequest
) -> None:
    _ends_as_it_should(sandbox, wait_alone, case, request)


@pytest.mark.permissions
@pytest.mark.parametrize(("sandbox", "permission"), ONCE_MORE, indirect=["sandbox"], scope="module")
@pytest.mark.parametrize("case", [case for case in all_cases() if not case.job.permissions], ids=str)
def test_a_permission_opens_nothing_but_what_it_names(
    sandbox: Supervised, wait_alone: int, case: Case, permission: Permission, request: pytest.FixtureRequest
) -> None:
    _ends_as_it_should(sandbox, wait_alone, case.permitting(permission), request)


def _ends_as_it_should(
    sandbox: Supervised, wait_alone: int, case: Case, request: pytest.FixtureRequest
) -> None:
    """Run it, and hold the report to the case and the host to its invariants."""
    if reason := missing(case.needs, sandbox):
        pytest.skip(reason)
    before = look(sandbox)
    beside = run_beside(sandbox, case.job, HONEST)
    next_verdict = sandbox.run(HONEST).verdict
    sandbox.settle()
    changed = differences(before, sandbox)  # H1, H2, H3, H4, H8, H9

    _as_the_folder_says(case, beside.hostile, case.verdicts if sandbox.has_groups else case.without_groups)
    _fit_for_the_learner(case, beside.hostile)
    assert changed == []
    assert set(beside.verdicts) == {Verdict.PASSED}, "a neighbour noticed"
    assert next_verdict is Verdict.PASSED  # H6
    request.node.user_properties.append(("neighbour", [wait / wait_alone for wait in beside.waits]))
    for _ in range(case.repeat - 1):
        sandbox.settle()
        assert sandbox.run(case.job).verdict is beside.hostile.verdict
    sandbox.settle()


def _as_the_folder_says(case: Case, report: Report, expected: tuple[str, ...]) -> None:
    seen = seen_by_the_learner(report)
    assert report.verdict.value in expected, (
        f"{report.verdict}: {report.detail}\n{seen[:2000]}\n{report.author_log}"
    )
    for text in case.shown:
        assert text in seen
    for text in case.hidden:
        assert text not in seen, f"{text!r} was shown"
    outcomes = {result.name: result.outcome for result in report.results}
    assert outcomes.items() >= case.outcomes.items()
    assert out_of_bounds(case, report.figures) == []
    if case.idle:
        assert report.figures.cpu_ms < 500


def _fit_for_the_learner(case: Case, report: Report) -> None:
    """What holds for every run, whatever became of it."""
    seen = seen_by_the_learner(report)
    names = [result.name for result in report.results]
    assert names == [check.name for check in report.checks]  # H5: one result for each check
    assert max(len(report.stdout), len(report.stderr)) <= _MOST_SHOWN  # H5
    assert max(map(len, [report.detail, *(r.message + r.traceback for r in report.results)])) <= _MOST_SAID
    assert len(report.drawings) <= MAX_FIGURES
    assert "\0" not in seen
    assert seen.encode("utf-8")
    for text in (_MARK, str(ROOT), str(ENVIRONMENTS.resolve()), sys.prefix):
        assert text not in seen, f"{text!r} was shown (H7)"
    assert report.figures.wall_ms <= case.job.limits.wall_s * 1000 + 500  # H10


def test_every_case_is_named_for_the_catalogue() -> None:
    names = [path.parent.name for path in FOLDER.glob("*/case.toml")]
    assert len(names) >= 200
    assert all(name[0] in "ROMCENGP" and name[1:3].isdigit() for name in names)


def test_every_case_says_what_it_needs_in_known_words() -> None:
    assert {name for case in all_cases() for name in case.needs} <= set(NEEDS)


def test_the_zygotes_wait_for_all_their_children(sandbox: Supervised) -> None:
    """The other half of H1: what has ended is not left as a zombie."""
    sandbox.run(HONEST)
    sandbox.settle()
    deadline = time.monotonic() + 15
    while zombies := sandbox.zombies():
        assert time.monotonic() < deadline, f"{zombies} zombies are left"
        time.sleep(0.05)


def test_a_run_that_begins_again_elsewhere_does_not_see_the_first(sandbox: Supervised) -> None:
    """H6 and the promise that a spare is used once: neither files nor memory outlive a run."""
    leaves = HONEST.files["solution.py"] + (
        "\nimport builtins, os, sys\nassert not hasattr(builtins, 'left')\n"
        "assert not os.path.exists('left')\n"
        "assert 'left' not in sys.modules and not os.listdir('/tmp')\n"
        "builtins.left = sys.modules['left'] = 1\nopen('left', 'w').close()\nopen('/tmp/left', 'w').close()\n"
    )
    job = Job(HONEST.id, "base", {"solution.py": leaves}, HONEST.tests, limits=HONEST.limits)
    assert [sandbox.run(job).verdict for _ in range(4)] == [Verdict.PASSED] * 4


@pytest.fixture(params=all_shapes()[-2:])
def doomed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Supervised]:
    """A supervisor of the test's own, to kill parts of."""
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    with supervised(request.param, tmp_path) as running:
        yield running


SLOW = Job(
    id="slow",
    environment="base",
    files={"solution.py": "import time\n\ndef double(n):\n    time.sleep(1.5)\n    return 2 * n\n"},
    tests=HONEST.tests,
    limits=Limits(cpu_s=2, wall_s=8, memory_mb=256),
)


def test_a_zygote_that_dies_in_a_run_is_our_failure_and_comes_back(doomed: Supervised) -> None:
    """P02. The run is reported as ours, so that the worker tries it again; the next one passes."""

    def kill() -> None:
        for zygote in look(doomed).h4_zygotes:
            os.kill(zygote, signal.SIGKILL)

    assert doomed.run(SLOW, after_start=kill).verdict is Verdict.PLATFORM_ERROR
    assert doomed.run(HONEST).verdict is Verdict.PASSED


def test_a_supervisor_that_dies_leaves_no_process_behind(doomed: Supervised) -> None:
    """P03: the worker sees the line close, and everything in the sandbox goes with the supervisor."""
    descendants = doomed.descendants()
    with pytest.raises((AssertionError, OSError)):
        doomed.run(SLOW, after_start=doomed.process.kill)
    doomed.process.wait(15)
    deadline = time.monotonic() + 15
    while alive := [pid for pid in descendants if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"left behind: {alive}"
        time.sleep(0.05)
