"""Jobs that use a known amount of something, and cases that end by what control groups do."""

from __future__ import annotations

import msgspec

from grading.sandbox.wire import Job, Limits
from tests.hostile.case import FOLDER, Case, all_cases

# Emulation is some twenty times slower. What a run may do must not depend on that, so its time is stretched:
# little where it is to run out anyway, as nobody should wait for that. No scene is judged by how long it
# took.
SLOWER, SLOWER_THAN_ALLOWED = 10, 3

_TESTS = 'def test_it(solution):\n    """`go` comes back"""\n    solution.go()\n'
_LIMITS = Limits(cpu_s=20, wall_s=50, memory_mb=256, processes=16)

HONEST = Job(
    id="honest",
    environment="base",
    files={
        "solution.py": "def double(n):\n    return 2 * n\ndef doubles(ns):\n    return [2 * n for n in ns]\n"
    },
    tests=(FOLDER / "exercise.py").read_text(encoding="utf-8"),
    limits=_LIMITS,
)

_THREADS_AND_PROCESSES = """
import os, threading, time

def burn(clock):
    end = clock() + 0.5
    while clock() < end:
        pass

def go():
    ours, theirs = os.pipe()
    threads = [threading.Thread(target=burn, args=(time.thread_time,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    children = []
    for orphan in (False, True):
        child = os.fork()
        if not child:
            os.close(ours)
            if orphan and os.fork():  # and its parent does not wait
                os._exit(0)
            burn(time.process_time)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    os.close(theirs)
    os.read(ours, 1)  # until the orphan is done too
"""

_CHILDREN_BURN = """
import os, threading

def burn():
    while True:
        pass

def go():
    child = os.fork()
    if not child:
        threading.Thread(target=burn).start()
        burn()
    os.waitpid(child, 0)
"""

_A_HUNDRED_MB = """
def go():
    memory = bytearray(100 << 20)
    for place in range(0, len(memory), 4096):
        memory[place] = 1
"""

_A_CHILD_EATS = """
import os, time

def go():
    child = os.fork()
    if not child:
        eaten = []
        while True:
            eaten.append(bytearray(1 << 20))
    os.waitpid(child, 0)
    time.sleep(3)
"""

_FORKS = """
import os, time

def go():
    count = 0
    try:
        while True:
            if not os.fork():
                time.sleep(100)
            count += 1
    except BlockingIOError:
        print(count, flush=True)
"""

_PRINTS = """
import sys

def go():
    sys.stdout.write("x" * 5000)
    sys.stderr.write("y" * 300)
"""

_KILLS_ITSELF = "import os, signal\n\ndef go():\n    os.kill(os.getpid(), signal.SIGKILL)\n"

_LOOKS_AROUND = """
from pathlib import Path

def go():
    print(Path("/proc/self/cgroup").read_text())
    print(*(line for line in Path("/proc/self/mountinfo").read_text().splitlines() if " /proc " in line))
"""


def _job(name: str, code: str, **limits: int) -> Job:
    files = {"solution.py": code}
    return Job(name, "base", files, _TESTS, limits=msgspec.structs.replace(_LIMITS, **limits))


MEASURED = [
    _job("half a second in each of two threads, a child and an orphan", _THREADS_AND_PROCESSES),
    _job("threads of a child that never end", _CHILDREN_BURN, cpu_s=3),
    _job("a hundred megabytes", _A_HUNDRED_MB),
    _job("a child that eats all memory", _A_CHILD_EATS),
    _job("children until there may be no more", _FORKS),
    _job("5,000 bytes of output and 300 of errors", _PRINTS),
    _job("a process that kills itself", _KILLS_ITSELF),
    _job("a look around", _LOOKS_AROUND),
]
CONTAINER_MB = 100
MORE_THAN_THE_CONTAINER_HAS = _job("more memory than the container has", _A_CHILD_EATS)

BY_CONTROL_GROUPS = ("E17", "R16", "R17", "R20", "R21", "R25", "R26", "R28", "G16")
BY_THE_KERNEL = ("E03", "E07", "E08", "E09", "E10", "E11", "E13", "E14", "E15", "E24", "E27", "N01", "N04")
# What another kernel might let through is looked at once: the locks are the same in all three ways.
WITH_GROUPS = {"root": BY_CONTROL_GROUPS, "delegated": BY_CONTROL_GROUPS + BY_THE_KERNEL}
WITHOUT_GROUPS = ("E17", "R17", "R25-fork-bomb", "R26-thread-bomb", "R28-daemon", "R28-zombies")


def cases(*names: str) -> list[Case]:
    """The hostile cases whose names begin so, with time for an emulated processor."""
    return [_slower(case) for case in all_cases() if case.name.startswith(names)]


def _slower(case: Case) -> Case:
    limits = case.job.limits
    slower = SLOWER_THAN_ALLOWED if "too-slow" in case.verdicts else SLOWER
    limits = msgspec.structs.replace(limits, cpu_s=limits.cpu_s * slower, wall_s=limits.wall_s * slower)
    return Case(**{**vars(case), "job": msgspec.structs.replace(case.job, limits=limits)})
