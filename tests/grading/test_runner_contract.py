"""What every runner must do: the sandbox and its stand-in give the same answers to the same jobs."""

from __future__ import annotations

import pytest

from grading.fake_runner import FakeRunner
from grading.runner import RunnerUnavailable
from grading.sandbox.wire import CheckDone, CheckStarted, Collected, Ending, Job, Limits, MeasuredBy
from tests.grading.conftest import BROKEN, CRASHING, HALF_RIGHT, RIGHT, TESTS, WRONG

HIDDEN = '''
import pytest

@pytest.mark.hidden
def test_it(solution):
    """It"""
    assert solution.double(1) == 2, "no"
'''


@pytest.fixture(params=["fake", pytest.param("sandbox", marks=pytest.mark.slow)])
def runner(request):
    return FakeRunner() if request.param == "fake" else request.getfixturevalue("sandbox")


@pytest.fixture
def run(runner):
    def run(code, on_event=lambda event: None, tests=TESTS, **other):
        job = {"id": "1", "environment": "base", "files": {"solution.py": code}, "tests": tests}
        return runner.run(Job(**(job | other)), on_event)

    return run


@pytest.mark.parametrize(
    ("code", "verdict", "outcomes"),
    [
        (RIGHT, "passed", ["passed", "passed"]),
        (HALF_RIGHT, "partly-passed", ["failed", "passed"]),
        (WRONG, "failed", ["failed", "failed"]),
        (CRASHING, "crashed", ["crashed", "crashed"]),
        ("", "failed", ["failed", "failed"]),
    ],
)
def test_code_ends_with_its_verdict_and_every_check_has_one_result(run, code, verdict, outcomes):
    report = run(code)
    assert report.verdict == verdict
    assert [check.name for check in report.checks] == ["test_of_two", "test_of_nothing"]
    assert [(result.name, result.outcome) for result in report.results] == list(
        zip(["test_of_two", "test_of_nothing"], outcomes, strict=True)
    )


@pytest.mark.parametrize(("code", "verdict"), [(BROKEN, "does-not-compile"), ("1 / 0", "crashed")])
def test_code_that_cannot_be_loaded_ends_before_any_check_has_a_turn(run, code, verdict):
    report = run(code)
    assert report.verdict == verdict
    assert {result.outcome for result in report.results} <= {"skipped"}


def test_events_come_in_order(run):
    seen = []
    run(RIGHT, seen.append)
    told = [event for event in seen if isinstance(event, Collected | CheckStarted | CheckDone)]
    assert isinstance(told[0], Collected)
    assert [check.title for check in told[0].checks] == ["The double of two", "The double of nothing"]
    assert [type(event) for event in told[1:]] == [CheckStarted, CheckDone] * 2


def test_the_message_is_the_authors(run):
    assert "double(2) came back as 2" in run(HALF_RIGHT).results[0].message


def test_what_a_run_used_stands_beside_the_limits_it_had(run):
    busy = "import time\ndef double(n):\n    begun = time.thread_time()\n"
    busy += "    while time.thread_time() < begun + 0.1: pass\n    return 2 * n\n"
    limits = Limits(cpu_s=3, processes=7)
    figures = run(busy, limits=limits).figures
    assert figures.limits == limits
    assert 180 <= figures.cpu_ms <= figures.wall_ms + 20  # one thread; a clock tick may be 10 ms
    assert 0 <= figures.first_check_ms < figures.wall_ms
    assert figures.measured_by in list(MeasuredBy)


def test_a_run_without_a_check_still_took_its_time(run):
    figures = run("1 / 0").figures
    assert figures.wall_ms >= 0
    assert figures.first_check_ms is None


def test_a_missing_function_is_named(run):
    assert "efine `double`" in run("").results[0].message


def test_what_the_code_raised_is_named(run):
    result = run(CRASHING).results[0]
    assert result.exception == "ZeroDivisionError"
    assert "ZeroDivisionError" in result.message + result.traceback


def test_a_syntax_error_says_where(run):
    report = run(BROKEN)
    assert report.ending is Ending.DOES_NOT_COMPILE
    assert "line 1" in report.detail.lower()


def test_the_seed_reaches_the_checks(run):
    tests = 'def test_seed(seed):\n    """The seed"""\n    assert seed == 7, f"{seed}"\n'
    assert run(RIGHT, tests=tests, seed=7).verdict == "passed"


def test_a_hidden_check_is_said_to_be_one(run):
    report = run(RIGHT, tests=HIDDEN)
    assert [check.hidden for check in report.checks] == [True]
    assert report.verdict == "passed"


def test_tests_without_a_test_are_our_fault(run):
    assert run(RIGHT, tests="# nothing\n").verdict == "platform-error"


def test_an_environment_that_is_not_there_will_not_come_by_waiting(run):
    with pytest.raises(RunnerUnavailable, match="torch") as error:
        run(RIGHT, environment="torch")
    assert error.value.permanent


def test_what_the_listener_raises_ends_the_run(run):
    class Enough(Exception):
        pass

    def listener(event):
        raise Enough

    with pytest.raises(Enough):
        run(RIGHT, listener)


def test_its_health_names_the_environments(runner):
    health = runner.health()
    assert health.ready
    assert "base" in health.environments
