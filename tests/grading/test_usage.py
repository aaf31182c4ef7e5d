"""The words for what a run used: each figure, its limit, who measured it."""

from __future__ import annotations

import msgspec
import pytest

from grading.sandbox.wire import Figures, Limits, MeasuredBy
from grading.usage import HOW, in_short, meters_of, rows_of

FIGURES = Figures(
    measured_by=MeasuredBy.CGROUP_1,
    limits=Limits(),
    cpu_ms=1240,
    cpu_system_ms=110,
    wall_ms=1500,
    memory_bytes=84 << 20,
    oom_kills=0,
    processes=3,
    processes_refused=0,
    stdout_bytes=12 << 10,
    stderr_bytes=1,
    queued_ms=4,
    first_check_ms=31,
)


def told(**other):
    """The table as {name: (used, limit, how)}."""
    rows = rows_of(msgspec.structs.replace(FIGURES, **other))
    table = {row.name: (row.used, row.limit, row.how) for row in rows}
    assert len(table) == len(rows)
    return table


def test_each_figure_has_its_limit_beside_it_and_says_how_it_was_measured():
    counted = "counted by the kernel's control group (v1)"
    assert told() == {
        "Processor time": ("1.2 s", "5 s", f"110 ms of it in the kernel; {counted}"),
        "Time": ("1.5 s", "15 s", "by the sandbox's clock"),
        "Memory": ("84 MB", "512 MB", counted),
        "Processes and threads at once": ("3", "32", counted),
        "Printed": ("12 kB", "1,024 kB", "counted by the sandbox as it was read"),
        "Printed to standard error": ("1 byte", "1,024 kB", "counted by the sandbox as it was read"),
        "Until the first check began": ("31 ms", "", "by the sandbox's clock"),
        "Waited for a free place before that": ("4 ms", "", "by the sandbox's clock"),
    }


def test_what_was_not_printed_to_standard_error_takes_no_row():
    assert "Printed to standard error" not in told(stderr_bytes=0)


def test_in_short_it_is_one_line():
    assert (
        in_short(FIGURES)
        == "1.2 s of 5 s processor time, 84 MB of 512 MB memory, 3 of 32 processes, 12 kB printed"
    )


def test_what_cannot_be_measured_has_no_number_and_says_why():
    nothing = {"memory_bytes": None, "processes": None, "oom_kills": None, "processes_refused": None}
    table = told(measured_by=MeasuredBy.PROC, cpu_system_ms=None, **nothing)
    for name in ("Memory", "Processes and threads at once"):
        assert table[name][0] == ""
        assert table[name][2] == "cannot be measured here: no control group counts it"
    assert table["Processor time"] == ("1.2 s", "5 s", "summed from /proc: at least this much")
    old_kernel = told(measured_by=MeasuredBy.CGROUP_2, memory_bytes=None)
    assert old_kernel["Memory"][2] == "cannot be measured here: this kernel keeps no peak"
    short = in_short(msgspec.structs.replace(FIGURES, **nothing))
    assert short == "1.2 s of 5 s processor time, 12 kB printed"


@pytest.mark.parametrize(
    ("name", "other", "used"),
    [
        ("How its process ended", {"exit_code": 3}, "exit code 3"),
        ("How its process ended", {"exit_code": 0}, "exit code 0"),
        ("How its process ended", {"signal": "SIGSEGV"}, "SIGSEGV"),
        ("Processor time", {"cpu_ms": 0, "measured_by": MeasuredBy.PROC}, "under 10 ms"),
        ("Time", {"wall_ms": 999}, "999 ms"),
        ("Memory", {"memory_bytes": 5 << 20}, "5.0 MB"),
        ("Printed", {"stdout_bytes": 0}, "0 bytes"),
        ("Printed", {"stdout_bytes": 1500}, "1.5 kB"),
    ],
)
def test_a_figure_is_told_in_words(name, other, used):
    assert told(**other)[name][0] == used


@pytest.mark.parametrize(
    ("name", "other", "note"),
    [
        ("Memory", {"oom_kills": 1}, "the kernel ended 1 process for it; counted"),
        ("Memory", {"oom_kills": 2, "memory_bytes": None}, "the kernel ended 2 processes for it; cannot be"),
        ("Processes and threads at once", {"processes_refused": 1}, "1 more was refused; counted"),
        ("Processes and threads at once", {"processes_refused": 5}, "5 more were refused; counted"),
        ("Processor time", {"cpu_ms": 99, "cpu_system_ms": 90}, "counted"),
    ],
)
def test_what_the_kernel_did_about_a_limit_is_told_beside_how_it_was_measured(name, other, note):
    assert told(**other)[name][2].startswith(note)


def test_whoever_measured_has_words():
    assert set(HOW) == set(MeasuredBy)


def bars(**other):
    """What is shown as bars: {name: (percent, what is said of it)}."""
    return {
        meter.name: (meter.percent, meter.said)
        for meter in meters_of(msgspec.structs.replace(FIGURES, **other))
    }


def test_time_and_memory_are_shown_as_shares_of_their_limits():
    assert bars() == {"Processor time": (25, ""), "Time": (10, ""), "Memory": (16, "")}


def test_what_comes_near_its_limit_or_reaches_it_is_said_in_words():
    assert bars(cpu_ms=4200)["Processor time"] == (84, "close to its limit")
    assert bars(memory_bytes=600 << 20)["Memory"] == (100, "at its limit")


def test_what_cannot_be_measured_has_no_bar():
    assert set(bars(memory_bytes=None)) == {"Processor time", "Time"}
