"""What the end of one check means: its outcome, and the words for the learner and for the author.

How this works: pytest rewrites `assert value, "words"`; our stand-in for its formatting function
(`keep_authors_words`) marks where the author's words end, so that they can be told from pytest's
explanation, which is for visible checks only.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from _pytest.assertion import rewrite
from _pytest.outcomes import Failed, Skipped

from grading.sandbox.checks_side import CannotSend, RunOver
from grading.sandbox.conversation import Unusable
from grading.sandbox.errors import Told, told
from grading.sandbox.handles import Opaque
from grading.sandbox.solution import Missing
from grading.sandbox.streams import TooMany
from grading.sandbox.text import clean
from grading.sandbox.values import MAX_BYTES
from grading.sandbox.wire import CheckDone

MESSAGE_LIMIT = 2_000
EXPLANATION_LIMIT = 4_000
TRACEBACK_LIMIT = 8_000
_OPEN, _SHUT = "\ue000", "\ue001"  # private characters: nobody's message holds them
_SENTENCES = (Missing, Opaque, Unusable, TooMany)  # their text is already written for the learner
_AUTHORS = (NameError, ImportError, SyntaxError, CannotSend, Skipped)


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


PASSED = Finding("passed")
SKIPPED = Finding("skipped")


def finding_of(error: BaseException, tests: Path, *, received: bool, hidden: bool) -> Finding:
    """Judge what ended a check. `received`: whether anything had come from the learner before."""
    if isinstance(error, RunOver):
        return SKIPPED
    known = told(error)
    if known is not None:
        return _crashed(known, hidden=hidden)
    if isinstance(error, AssertionError | Failed):
        return _failed(error, tests)
    if isinstance(error, _SENTENCES):
        return Finding("failed", message=str(error))
    if not received or isinstance(error, _AUTHORS):
        return Finding("skipped", fault="".join(traceback.format_exception(error)))
    return Finding(
        "failed",
        message=f"The check could not work with what your code gave back: {_where(error, tests)}.",
        explanation=f"{type(error).__name__}: {error}",
    )


def _crashed(known: Told, *, hidden: bool) -> Finding:
    """The learner's exception came out. A hidden check's may quote its inputs, so its text stays away."""
    return Finding(
        "crashed",
        message=f"Your code raised {known.name if hidden else known.line}",
        traceback=known.traceback(message=not hidden),
        exception=known.name,
    )


def _failed(error: BaseException, tests: Path) -> Finding:
    text = str(error)
    if text.startswith(_OPEN) and _SHUT in text:
        words, _, explanation = text[1:].partition(_SHUT)
        return Finding("failed", message=_undented(words), explanation=explanation.strip())
    if text.startswith("DID NOT RAISE"):
        return Finding("failed", message="Your code should have raised an exception here, and did not.",
                       explanation=text)
    if isinstance(error, Failed) or not _rewritten(text):
        if _raised_in(error.__traceback__) == tests or isinstance(error, Failed):
            return Finding("failed", message=text)
    return Finding("failed", explanation=text)


def _rewritten(text: str) -> bool:
    return text.startswith("assert ")


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


def _where(error: BaseException, tests: Path) -> str:
    lines = [
        summary.line for summary in traceback.extract_tb(error.__traceback__) if Path(summary.filename) == tests
    ]
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        return f"it is larger than a check can take (at most {MAX_BYTES >> 20} MB)"
    return f"{kind} at `{lines[-1]}`" if lines and lines[-1] else kind


def keep_authors_words() -> None:
    """From now on a failing `assert …, words` says where the words end."""
    original: Callable[[object], str] = rewrite._format_assertmsg
    if getattr(original, "marks", False):
        return

    def marked(message: object) -> str:
        return f"{_OPEN}{original(message)}{_SHUT}"

    marked.marks = True  # type: ignore[attr-defined]
    rewrite._format_assertmsg = marked
