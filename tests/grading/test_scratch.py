"""Scratch code in the real sandbox: seen as it happens, held by the same limits, no part of the checks."""

from __future__ import annotations

import time

import pytest

from grading.sandbox.wire import CheckDone, Drawn, Ending, Job, Limits, Printed, Stream
from tests.grading.conftest import RIGHT, TESTS

pytestmark = pytest.mark.slow

LIMITS = Limits(cpu_s=1, wall_s=30, memory_mb=256, output_kb=256)


@pytest.fixture
def run(sandbox):
    def run(scratch, code=RIGHT, on_event=lambda event: None, **other):
        job = {"tests": TESTS, "limits": LIMITS, "scratch": scratch} | other
        return sandbox.run(Job("scratch", "base", {"solution.py": code}, **job), on_event)

    return run


@pytest.mark.parametrize(
    ("scratch", "says"),
    [
        ("while True: pass", "1 s of processor time"),
        ("import os; os._exit(3)", "ended by itself (exit code 3)"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os; os.kill(os.getpid(), 9)", "signal 9"),
        ("while True: print('x' * 9999)", "more than 256 kB"),
        ("import ctypes; ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)", ""),  # ptrace: refused, or the end
        (
            "import gc, socket\n"
            "for o in gc.get_objects():\n    if isinstance(o, socket.socket): o.send(b'xxxxxxxxx')\n",
            "out of turn",
        ),
    ],
)
def test_however_it_ends_the_checks_had_passed(run, scratch, says):
    report = run(f"print('begun', flush=True)\n{scratch}")
    assert (report.ending, report.verdict, report.detail) == (Ending.FINISHED, "passed", "")
    assert [result.outcome for result in report.results] == ["passed", "passed"]
    assert report.scratch.startswith("begun\n")
    assert says in report.scratch_end


def test_who_sleeps_for_too_long_is_stopped_and_the_checks_had_passed(run):
    report = run("import time\ntime.sleep(60)", limits=Limits(wall_s=2))
    assert (report.ending, report.verdict, report.detail) == (Ending.FINISHED, "passed", "")
    assert "not done after 2 s" in report.scratch_end


def test_too_much_memory_ends_it_or_raises_in_it(run):
    report = run("x = bytearray(1 << 30)\nx[::4096] = b'1' * len(x[::4096])")
    assert report.verdict == "passed"
    assert "256 MB of memory" in report.scratch_end or "MemoryError" in report.scratch


def test_it_comes_after_the_checks_and_cannot_change_what_they_saw(run):
    seen = []
    scratch = "import solution\nsolution.double = lambda n: 0\nprint(solution.double(1))"
    report = run(scratch, f"print('loaded')\n{RIGHT}", seen.append)
    assert report.verdict == "passed"
    assert (report.stdout, report.scratch) == ("loaded\n", "0\n")


def test_an_error_shows_the_learners_own_lines_where_it_happened(run):
    code = f"{RIGHT}\ndef fail():\n    raise ValueError('no')\n"
    report = run(
        "import sys\nprint('before')\nprint('aside', file=sys.stderr)\nfrom solution import fail\nfail()",
        code,
    )
    assert report.scratch == (
        "before\naside\n"
        "Traceback (most recent call last):\n"
        '  File "scratch.py", line 5, in <module>\n'
        "    fail()\n"
        '  File "solution.py", line 5, in fail\n'
        "    raise ValueError('no')\n"
        "ValueError: no\n"
    )
    assert report.stderr == ""


def test_a_mistake_of_syntax_is_shown_with_its_line(run):
    assert run("x = 1\ny = = 2").scratch.startswith('File "scratch.py", line 2\n    y = = 2\n')


def test_it_is_a_program_in_the_folder_of_the_files(run):
    scratch = """
import os, pickle, sys
class Mine: pass
pickle.dumps(Mine())
print(__name__, os.path.basename(__file__), sys.argv, sorted(os.listdir()))
print([name for name in sys.modules if name == "tests" or name.startswith("pytest")])
"""
    said = run(scratch).scratch
    assert said == "__main__ scratch.py ['scratch.py'] ['scratch.py', 'solution.py']\n[]\n"


def test_a_figure_is_seen_when_it_is_shown_and_those_of_the_checks_come_before(run):
    code = f"import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)).suptitle('of the checks')\n{RIGHT}"
    scratch = """
import time
import matplotlib.pyplot as plt
plt.figure(figsize=(2, 1)).suptitle("shown")
plt.show()
print("drawn")
time.sleep(0.5)
plt.figure(figsize=(3, 1)).suptitle("left open")
"""
    seen = []
    report = run(scratch, code, lambda event: seen.append((time.monotonic(), event)))
    assert [drawing.text for drawing in report.drawings] == ["of the checks", "shown", "left open"]
    at = {event.text: when for when, event in seen if isinstance(event, Drawn)}
    assert at["shown"] < next(when for when, event in seen if isinstance(event, Printed)) < at["left open"]
    assert report.scratch_end == ""


def test_figures_without_end_are_no_more_than_a_run_may_have(run):
    scratch = """
import matplotlib.pyplot as plt
for n in range(30):
    plt.figure(figsize=(1, 1))
    plt.show()
print(n)
"""
    report = run(scratch, limits=Limits())
    assert len(report.drawings) == 8
    assert report.scratch == "29\n"


def test_a_flood_is_told_in_few_messages_and_a_slow_listener_gets_all_of_it(run):
    flood = """
import time
until = time.monotonic() + 1.2
while time.monotonic() < until:
    print("x" * 99)
"""
    seen = []

    def listen(event):
        if isinstance(event, Printed):
            time.sleep(0.3)
            seen.append(event)

    report = run(flood, on_event=listen, limits=Limits(output_kb=1 << 20))
    assert report.verdict == "passed"
    assert 1 <= len(seen) <= 8
    assert report.scratch.startswith("".join(event.text for event in seen))
    assert len(report.scratch) <= 64 * 1024
    assert report.figures.stdout_bytes > 64 * 1024


def test_lines_that_come_slowly_are_told_one_after_the_other(run):
    seen = []
    run("import time\nfor n in range(4):\n    print(n)\n    time.sleep(0.4)", on_event=seen.append)
    told = [event for event in seen if isinstance(event, Printed)]
    assert [(event.stream, event.text) for event in told[:3]] == [
        (Stream.SCRATCH, "0\n"),
        (Stream.SCRATCH, "1\n"),
        (Stream.SCRATCH, "2\n"),
    ]


def test_of_a_hidden_check_nothing_is_told_live_that_the_end_does_not_show(run):
    """What the learner's code prints of its arguments is theirs; what the check says is not."""
    tests = f'''import pytest
{TESTS}
@pytest.mark.hidden
def test_secret(solution):
    """It"""
    print("words of the check")
    assert solution.double(1234) == 5, "no"
'''
    code = "import time\ndef double(n):\n    print('asked for', n)\n    time.sleep(0.3)\n    return 2 * n\n"
    seen = []
    report = run("", code, seen.append, tests=tests)
    live = "".join(event.text for event in seen if isinstance(event, Printed))
    assert live
    assert report.stdout.startswith(live)
    assert "words of the check" not in live + report.stdout
    secret = next(event for event in seen if isinstance(event, CheckDone) and event.name == "test_secret")
    assert (secret.explanation, secret.message) == ("", "no")
