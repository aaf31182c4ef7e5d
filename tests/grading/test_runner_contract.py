"""What every runner must do: the sandbox and its stand-in give the same answers to the same jobs."""

from __future__ import annotations

import pytest

from grading.fake_runner import FakeRunner
from grading.runner import RunnerUnavailable
from grading.sandbox.wire import (
    CheckDone,
    CheckStarted,
    Collected,
    Ending,
    Job,
    Limits,
    MeasuredBy,
    Printed,
    Stream,
)
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


SLOW_PRINTS = """
import time

def double(n):
    for at in range(3):
        print("turn", at)
        time.sleep(0.3)
    return 2 * n
"""


def test_what_is_printed_is_told_while_the_run_goes_on(run):
    seen = []
    report = run(SLOW_PRINTS, seen.append)
    told = [event for event in seen if isinstance(event, Printed)]
    assert seen.index(told[0]) < seen.index(next(e for e in seen if isinstance(e, CheckDone)))
    assert report.stdout == "turn 0\nturn 1\nturn 2\n" * 2
    live = "".join(event.text for event in told)
    assert live.startswith("turn 0\nturn 1\n")
    assert report.stdout.startswith(live)  # the end shows all that was seen, and more


def test_of_a_run_that_ends_at_once_nothing_is_told_before_its_end(run):
    seen = []
    report = run(f"print('loading')\n{RIGHT}", seen.append)
    assert not [event for event in seen if isinstance(event, Printed)]
    assert report.stdout == "loading\n"


def test_scratch_code_uses_the_solution_and_its_output_stands_apart(run):
    code = "print('loading')\n" + RIGHT
    report = run(code, scratch="from solution import double\nprint(double(21))\n")
    assert report.verdict == "passed"
    assert (report.stdout, report.scratch, report.scratch_end) == ("loading\n", "42\n", "")


@pytest.mark.parametrize("scratch", ["1 / 0", "this is no code", "raise SystemExit(3)", "assert False"])
def test_what_scratch_code_does_wrong_is_shown_and_changes_no_check(run, scratch):
    report = run(RIGHT, scratch=scratch)
    assert (report.ending, report.verdict) == (Ending.FINISHED, "passed")
    assert report.scratch


def test_an_error_of_scratch_code_is_named(run):
    assert "ZeroDivisionError" in run(RIGHT, scratch="print('before')\n1 / 0").scratch


def test_scratch_code_has_no_turn_where_the_file_cannot_be_loaded(run):
    report = run("1 / 0", scratch="print('here')")
    assert (report.verdict, report.scratch) == ("crashed", "")


def test_what_scratch_code_prints_is_told_as_such_while_it_runs(run):
    seen = []
    scratch = "import time\nprint('one')\ntime.sleep(0.4)\nprint('two')\ntime.sleep(0.1)\nprint('three')"
    report = run(f"print('loading')\n{RIGHT}", seen.append, scratch=scratch)
    live = "".join(e.text for e in seen if isinstance(e, Printed) and e.stream is Stream.SCRATCH)
    assert live.startswith("one\n")
    assert report.scratch == "one\ntwo\nthree\n"
    assert report.stdout == "loading\n"


def test_an_environment_that_is_not_there_will_not_come_by_waiting(run):
    with pytest.raises(RunnerUnavailable, match="airflow") as error:
        run(RIGHT, environment="airflow")
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
