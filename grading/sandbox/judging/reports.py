"""What the end of one check means: its outcome, and the words for the learner and for the author.

How this works: pytest rewrites `assert value, "words"`; our stand-in for its formatting function
(`keep_authors_words`) marks where the author's words end, so that they can be told from pytest's
explanation, which is for visible checks only.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from _pytest.assertion import rewrite
from _pytest.assertion.rewrite import _format_assertmsg  # as pytest has it
from _pytest.outcomes import Exit, Failed, Skipped

from grading.sandbox.crossing.conversation import Unusable
from grading.sandbox.crossing.errors import Told, told
from grading.sandbox.crossing.streams import TooMany
from grading.sandbox.judging.handles import Opaque
from grading.sandbox.judging.lending import CannotSend
from grading.sandbox.judging.side import RunOver
from grading.sandbox.judging.solution import Missing
from grading.sandbox.text import clean
from grading.sandbox.wire import CheckDone

MESSAGE_LIMIT = 2_000
EXPLANATION_LIMIT = 4_000
TRACEBACK_LIMIT = 8_000
_OPEN, _SHUT = "\ue000", "\ue001"  # private characters: nobody's message holds them
_SENTENCES = (Missing, Opaque, Unusable, TooMany)  # their text is already written for the learner
_AUTHORS = (NameError, ImportError, SyntaxError, CannotSend, Skipped, Exit)


@dataclass(frozen=True)
class Finding:
    """How one phase of a check ended. `fault` is set where the exercise's author is to blame."""

    outcome: str
    message: str = ""
    explanation: str = ""
    traceback: str = ""
    exception: str = ""
    fault: str = ""

    def done(self, name: str, duration_ms: int, *, hidden: bool) -> CheckDone:
        return CheckDone(
            name=name,
            outcome=self.outcome,
            message=clean(self.message, MESSAGE_LIMIT),
            explanation="" if hidden else clean(self.explanation, EXPLANATION_LIMIT),
            traceback=clean(self.traceback, TRACEBACK_LIMIT),
            exception=clean(self.exception, 100),
            duration_ms=duration_ms,
        )


_UNFIT = "What your code gave back does not fit what this check does with it: is it of the type asked for?"
_NOTHING_RAISED = "Your code should have raised an exception here, and did not."

PASSED = Finding("passed")
SKIPPED = Finding("skipped")


def finding_of(error: BaseException, tests: Path, *, received: bool, hidden: bool) -> Finding:
    """Judge what ended a check. `received`: whether anything had come from the learner before."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, RunOver):
        return SKIPPED
    known = told(error)
    if known is not None:
        return _raised(known, hidden=hidden)
    if isinstance(error, AssertionError | Failed):
        return _failed(error, tests)
    if isinstance(error, _SENTENCES):
        return Finding("failed", message=str(error))
    authors = isinstance(error, _AUTHORS) and not isinstance(error, UnboundLocalError)
    if authors or not received:
        return Finding("skipped", fault="".join(traceback.format_exception(error)))
    return Finding("failed", message=_UNFIT, explanation=_unfit(error, tests))


def _raised(known: Told, *, hidden: bool) -> Finding:
    """The learner's exception came out. A hidden check's may quote its inputs, so its text stays away."""
    if known.name == "AssertionError" and known.beside:
        return Finding("failed", message=known.message)
    return Finding(
        "crashed",
        message=f"Your code raised {known.name if hidden else known.line}",
        traceback=known.traceback(message=not hidden),
        exception=known.name,
    )


def _failed(error: BaseException, tests: Path) -> Finding:
    """Tell the author's words from pytest's, or a testing library's, explanation."""
    text = str(error)
    notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
    if text.startswith(_OPEN) and _SHUT in text:
        words, _, explanation = text[1:].partition(_SHUT)
        return Finding("failed", message=_undented(words), explanation=explanation.strip() + notes)
    if text.startswith("DID NOT RAISE"):
        return Finding("failed", message=_NOTHING_RAISED, explanation=text + notes)
    own = isinstance(error, Failed) or _raised_in(error.__traceback__) == tests
    if own and not text.startswith("assert "):  # pytest.fail("words"), raise AssertionError("words")
        return Finding("failed", message=text, explanation=notes.strip())
    return Finding("failed", explanation=text + notes)


def _undented(words: str) -> str:
    """pytest indents the further lines of a message by two spaces."""
    first, *rest = words.split("\n")
    return "\n".join([first, *[line.removeprefix("  ") for line in rest]]).strip()


def _raised_in(trace: TracebackType | None) -> Path | None:
    """The file of the innermost frame."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return Path(trace.tb_frame.f_code.co_filename)


def _unfit(error: BaseException, tests: Path) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if Path(frame.filename) == tests and frame.line]
    return "\n".join([*lines[-1:], f"{type(error).__name__}: {error}"])


def keep_authors_words() -> None:
    """From now on a failing `assert …, words` says where the words end."""
    rewrite._format_assertmsg = _marked


def _marked(obj: object) -> str:
    """They may quote what the learner's code gave, however long: only what is shown is worked on."""
    words = obj[: 2 * MESSAGE_LIMIT] if isinstance(obj, str) else obj
    return f"{_OPEN}{_format_assertmsg(words)}{_SHUT}"
