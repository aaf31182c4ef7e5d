"""Whatever bytes arrive: see tests/fuzz for the targets, and for a longer search."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.sandbox.compiled import CompiledTests
from grading.sandbox.loop import Loop
from grading.sandbox.run import Run
from grading.sandbox.spare import Process
from grading.sandbox.wire import (
    Check,
    CheckDone,
    ChecksEnded,
    CheckStarted,
    Collected,
    Ending,
    Job,
    ScratchStarts,
    WireError,
    frame,
)
from tests.fuzz.targets import TARGETS

from .conftest import ROOT

QUICK = sorted(set(TARGETS) - {"picture"})  # what draws is among the learners' libraries


@pytest.mark.parametrize("target", QUICK)
def test_no_bytes_break_it(target: str) -> None:
    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=400))
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()


def search(*words: str) -> None:
    command = [sys.executable, "-m", "tests.fuzz", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_kept_inputs_break_nothing_where_the_libraries_are(environment: dict[str, str]) -> None:
    search("all")


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_short_search_finds_nothing(environment: dict[str, str], target: str) -> None:
    search(target, "--seconds", "5")


# --- What the checks' process says to the supervisor ----------------------------------------

WORDS = [
    Collected([Check("a", "A"), Check("b", "B")]),
    CheckStarted("a"),
    CheckDone("a", "passed"),
    CheckDone("b", "skipped"),
    CheckDone("b", "passed"),
    CheckDone("c", "passed"),
    ChecksEnded(Ending.FINISHED),
    ChecksEnded(Ending.FINISHED, learner_gone=True),
    ScratchStarts(),
]


@contextmanager
def a_run() -> Iterator[tuple[Run, list[Any]]]:
    """A run that hears the checks' words; its two processes are pipes that nobody is behind."""
    ends = [os.pipe2(os.O_NONBLOCK) for _ in range(4)]
    spares = [
        SimpleNamespace(
            output=out[0],
            error=error[0],
            line=SimpleNamespace(send=lambda data: None),
            group=None,
            ended=None,
            first=Process(),
            second=Process(),
            kill=lambda: None,
        )
        for out, error in (ends[:2], ends[2:])
    ]
    said: list[Any] = []
    job = Job("id", "base", {"solution.py": ""}, "", scratch="pass")
    run = Run(
        job,
        (spares[0], spares[1]),  # type: ignore[arg-type]
        Loop(),
        digest="",
        compiled=CompiledTests(),
        queued_at=0.0,
        reply=said.append,
        on_over=lambda: None,
    )
    run._started_at = 0.0  # as if `start` had handed out the job
    yield run, said
    for pair in ends:
        for descriptor in pair:
            os.close(descriptor)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS).map(frame) | st.binary(max_size=12), max_size=12).map(b"".join),
    st.integers(1, 50),
)
def test_words_in_any_order_and_number_are_heard_or_end_the_run(data: bytes, piece: int) -> None:
    with a_run() as (run, said):
        try:
            for at in range(0, len(data), piece):
                run._said += data[at : at + piece]
                run._take_words()
        except WireError:
            pass
        results = [word.name for word in said if isinstance(word, CheckDone)]
        assert len(results) == len(set(results))
        assert set(results) <= {"a", "b"}
        assert sum(isinstance(word, Collected) for word in said) <= 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([WORDS[0], WORDS[0]], "collected twice"),
        ([WORDS[0], WORDS[2], WORDS[2]], "not expected"),
        ([WORDS[2]], "not expected"),
        ([WORDS[0], WORDS[7], WORDS[2]], "after the last"),
        ([WORDS[0], WORDS[8], WORDS[8]], "nobody asked for"),
    ],
)
def test_words_that_no_checks_say_are_our_failure(words: list[Any], why: str) -> None:
    with a_run() as (run, _):
        run._said += b"".join(map(frame, words))
        with pytest.raises(WireError, match=why):
            run._take_words()
