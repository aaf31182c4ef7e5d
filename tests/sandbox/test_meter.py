"""The meter of a run, on real processes: in a control group where one can be made here, and without."""

from __future__ import annotations

import json
import platform
import subprocess
import sys

import pytest

from grading.sandbox.wire import MeasuredBy

pytestmark = pytest.mark.slow

# In a process of its own: to make groups of version 2, whoever makes them may have to step aside.
SCENE = """
import json, os, sys, time
from grading.sandbox import cgroup
from grading.sandbox.meter import meter_of

hierarchy = cgroup.find() if sys.argv[1] == "group" else None
group = hierarchy.group("metered") if hierarchy else None
joins = group.join_files() if group else []
said, say = os.pipe()
waits, go = os.pipe()

def burn(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass

child = os.fork()
if not child:
    for join in joins:
        os.write(join, b"0")
    kept = b"x" * (50 << 20)
    del kept
    burn(0.3)
    os.write(say, b"1")
    os.read(waits, 1)
    burn(0.2)
    kept = b"x" * (10 << 20)
    os.write(say, b"2")
    os.read(waits, 1)
    os._exit(0)
meter = meter_of(group, child)
os.read(said, 1)
meter.begin()
at_first = meter.figures()
os.write(go, b"1")
os.read(said, 1)
at_last = meter.figures()
os.write(go, b"2")
os.waitpid(child, 0)
when_gone = meter.figures()
if hierarchy:
    for join in joins:
        os.close(join)
    group.remove()
    hierarchy.close()
print(json.dumps([
    {name: getattr(figures, name) for name in ("measured_by", "cpu_ms", "memory_bytes")}
    for figures in (at_first, at_last, when_gone)
]))
"""


@pytest.fixture(params=["group", "tree"])
def measured(request):
    """What is measured as the job begins, after it has burnt 0.2 s over 10 MB, and when nothing lives."""
    told = subprocess.run(
        [sys.executable, "-c", SCENE, request.param], capture_output=True, text=True, check=True
    )
    figures = json.loads(told.stdout)
    if request.param == "group" and figures[0]["measured_by"] == MeasuredBy.PROC:
        pytest.skip("this kernel or its keeper lets nobody make a control group here")
    return figures


def test_what_happened_before_the_job_is_not_its_time(measured):
    at_first, at_last, _ = measured
    assert at_first["cpu_ms"] < 100  # it had burnt 300
    assert 180 <= at_last["cpu_ms"] < 290


def test_what_was_used_stays_said_when_nothing_lives(measured):
    _, at_last, when_gone = measured
    assert at_last["cpu_ms"] <= when_gone["cpu_ms"] < 300
    assert (when_gone["memory_bytes"] is None) == (when_gone["measured_by"] == MeasuredBy.PROC)


def test_a_peak_from_before_the_job_is_forgotten(measured):
    at_first, at_last, _ = measured
    if at_first["measured_by"] == MeasuredBy.PROC:
        assert at_last["memory_bytes"] is None
        return
    version = tuple(int(part) for part in platform.release().split(".")[:2])
    if at_first["measured_by"] == MeasuredBy.CGROUP_2 and version < (6, 12):
        pytest.skip("this kernel cannot begin a peak again")
    assert at_first["memory_bytes"] < 20 << 20  # it had been over 50
    assert 10 << 20 <= at_last["memory_bytes"] < 30 << 20
