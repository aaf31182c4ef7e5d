"""The kernel's facts and the sentence they become."""

from __future__ import annotations

import signal

import pytest

from grading.sandbox.endings import exit_of, out_of_time, why_it_ended
from grading.sandbox.wire import Doing, Ending, Limits

LIMITS = Limits(cpu_s=2, memory_mb=128)


def killed_by(number: int) -> int:
    return number


def exited_with(code: int) -> int:
    return code << 8


@pytest.mark.parametrize(
    ("status", "ending", "words"),
    [
        (exited_with(0), Ending.CRASHED, "exit code 0"),
        (exited_with(70), Ending.CRASHED, "exit code 70"),
        (killed_by(signal.SIGSEGV), Ending.CRASHED, "SIGSEGV"),
        (killed_by(signal.SIGABRT), Ending.CRASHED, "SIGABRT"),
        (killed_by(40), Ending.CRASHED, "signal 40"),
        (killed_by(signal.SIGKILL), Ending.CRASHED, "signal 9"),
        (killed_by(signal.SIGSYS), Ending.FORBIDDEN, "system call"),
        (killed_by(signal.SIGXCPU), Ending.TOO_SLOW, "2 s of processor time"),
        (None, Ending.CRASHED, "closed its line"),
    ],
)
def test_a_process_that_ended_is_explained(status: int | None, ending: Ending, words: str) -> None:
    found, detail = why_it_ended(status, LIMITS, cpu_ms=100, memory_ran_out=False)
    assert found is ending
    assert words in detail


def test_a_process_that_vanished_without_a_word_of_how_is_our_failure() -> None:
    ending, _ = why_it_ended(None, LIMITS, cpu_ms=100, memory_ran_out=False, vanished=True)
    assert ending is Ending.PLATFORM_ERROR


def test_a_kill_for_memory_is_told_as_memory_whatever_the_signal() -> None:
    found, detail = why_it_ended(killed_by(signal.SIGKILL), LIMITS, cpu_ms=100, memory_ran_out=True)
    assert found is Ending.OUT_OF_MEMORY
    assert "128 MB" in detail


def test_a_compiler_that_dies_of_the_code_is_told_as_code_that_does_not_compile() -> None:
    found, detail = why_it_ended(
        killed_by(signal.SIGSEGV), LIMITS, cpu_ms=100, memory_ran_out=False, while_compiling=True
    )
    assert found is Ending.DOES_NOT_COMPILE
    assert "nested too deeply" in detail


def test_a_kill_while_the_code_is_only_read_is_our_failure() -> None:
    found, _ = why_it_ended(
        killed_by(signal.SIGKILL), LIMITS, cpu_ms=100, memory_ran_out=False, while_compiling=True
    )
    assert found is Ending.PLATFORM_ERROR


def test_a_kill_at_the_hard_limit_of_time_is_told_as_time() -> None:
    found, _ = why_it_ended(killed_by(signal.SIGKILL), LIMITS, cpu_ms=2000, memory_ran_out=False)
    assert found is Ending.TOO_SLOW


@pytest.mark.parametrize(
    ("status", "exit_code", "name"),
    [
        (None, None, ""),
        (exited_with(0), 0, ""),
        (exited_with(3), 3, ""),
        (killed_by(signal.SIGSEGV), None, "SIGSEGV"),
        (killed_by(signal.SIGRTMIN + 1), None, "signal 35"),
    ],
)
def test_a_wait_status_is_an_exit_code_or_the_name_of_a_signal(
    status: int | None, exit_code: int | None, name: str
) -> None:
    assert exit_of(status) == (exit_code, name)


@pytest.mark.parametrize(
    ("doing", "ending", "says"),
    [
        (Doing.OWN_WORK, Ending.PLATFORM_ERROR, "the checks themselves"),
        (Doing.WAITING, Ending.TOO_SLOW, "mostly waiting"),
        (Doing.JUDGING, Ending.TOO_SLOW, "at work on what it gave back"),
        (77, Ending.PLATFORM_ERROR, "the checks themselves"),
    ],
)
def test_whose_time_ran_out_is_what_the_checks_were_doing(doing: int, ending: Ending, says: str) -> None:
    why = out_of_time(Limits(), said_all=False, doing=doing)
    assert why[0] is ending
    assert says in why[1]
    assert out_of_time(Limits(), said_all=True, doing=doing)[0] is Ending.FINISHED


def test_who_was_killed_because_the_host_had_no_more_memory_is_not_to_blame() -> None:
    ending, detail = why_it_ended(
        killed_by(signal.SIGKILL), Limits(), cpu_ms=0, memory_ran_out=False, killed_for_others=True
    )
    assert ending is Ending.PLATFORM_ERROR
    assert "the host" in detail
