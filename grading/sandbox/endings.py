"""Why a learner's process ended, told from the kernel's facts alone, in the learner's words."""

from __future__ import annotations

import os
import signal

from grading.sandbox.wire import Doing, Ending, Limits

_SIGNALS: dict[int, str] = {
    signal.SIGSEGV: "it used memory that is not its own (SIGSEGV)",
    signal.SIGABRT: "it gave up by itself (SIGABRT)",
    signal.SIGFPE: "an impossible calculation in compiled code (SIGFPE)",
    signal.SIGILL: "an instruction that the processor does not know (SIGILL)",
    signal.SIGBUS: "it used memory that is not there (SIGBUS)",
    signal.SIGXFSZ: "it wrote a file larger than a run may (SIGXFSZ)",
}

MORE_THAN_THE_CHECKS_HAVE = "What it gave back is more than the checks have memory for."
Why = tuple[Ending, str]


def too_slow(limits: Limits) -> Why:
    return Ending.TOO_SLOW, f"It used its {limits.cpu_s:g} s of processor time."


def out_of_time(limits: Limits, *, said_all: bool, doing: int) -> Why:
    """`said_all`: each check has its result, and at most pictures are missing. `doing`: as in `Doing`.

    A check that does not get done with what it was given passes our own solution in time: `prove` says so.
    """
    if said_all:
        return Ending.FINISHED, ""
    if doing == Doing.JUDGING:
        return Ending.TOO_SLOW, f"A check was still at work on what it gave back after {limits.wall_s:g} s."
    if doing == Doing.WAITING:
        return Ending.TOO_SLOW, f"It was still not done after {limits.wall_s:g} s, mostly waiting."
    return Ending.PLATFORM_ERROR, "the checks themselves did not come to an end"


def out_of_memory(limits: Limits) -> Why:
    return Ending.OUT_OF_MEMORY, f"It used more than its {limits.memory_mb:,} MB of memory."


def checks_gone(*, while_reading: bool) -> Why:
    """They ended before their last word: ours, unless memory ran out over what the learner's code sent."""
    if while_reading:
        return Ending.OUT_OF_MEMORY, MORE_THAN_THE_CHECKS_HAVE
    return Ending.PLATFORM_ERROR, "the checks ended before they said how it went"


def too_much_output(limits: Limits) -> Why:
    return Ending.TOO_MUCH_OUTPUT, f"It printed more than {limits.output_kb:,} kB."


def why_it_ended(
    status: int | None,
    limits: Limits,
    *,
    cpu_ms: int,
    memory_ran_out: bool,
    killed_for_others: bool = False,
    while_compiling: bool = False,
    checks_ran: bool = False,
    vanished: bool = False,
) -> Why:
    """From the wait status of its process: None where it only closed its line, or has `vanished`."""
    if memory_ran_out:
        return out_of_memory(limits)
    if killed_for_others:
        return Ending.PLATFORM_ERROR, "the container, or the host, had no more memory"
    if status is None and vanished:  # a process 1 never ends before its process 2 by itself
        return Ending.PLATFORM_ERROR, "the learner process was ended from outside"
    if status is None:
        return Ending.CRASHED, "It closed its line to the checks."
    if not os.WIFSIGNALED(status):
        code = os.WEXITSTATUS(status)
        when = "by itself" if checks_ran else "before all checks ran"
        return Ending.CRASHED, f"It ended {when} (exit code {code})."
    number = os.WTERMSIG(status)
    if number == signal.SIGSYS:
        return Ending.FORBIDDEN, "It made a system call that no run may make."
    if number == signal.SIGXCPU or cpu_ms >= limits.cpu_s * 1000:
        return too_slow(limits)
    if while_compiling and number == signal.SIGKILL:  # none of its code has run: it cannot have sent it
        return Ending.PLATFORM_ERROR, "the learner process was ended from outside"
    if while_compiling:  # the parser of CPython is written in C, and can be made to overflow its stack
        return Ending.DOES_NOT_COMPILE, "The code is nested too deeply for Python to read."
    why = _SIGNALS.get(number, f"it was ended by signal {number} ({signal.strsignal(number)})")
    return Ending.CRASHED, f"Its process died: {why}."


def exit_of(status: int | None) -> tuple[int | None, str]:
    """A wait status as an exit code, or as the name of the signal that ended the process."""
    if status is None:
        return None, ""
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status), ""
    number = os.WTERMSIG(status)
    try:
        return None, signal.Signals(number).name
    except ValueError:  # the real-time ones have no names
        return None, f"signal {number}"
