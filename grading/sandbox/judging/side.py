"""The checks' end of the conversation: what arrives is judged, what leaves is lent on terms.

A message that is not what the protocol says ends the run (`OutOfTurn`), as does the other end's
disappearance (`LearnerGone`). Both are `RunOver`, which no `except Exception` of a check can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import clear_frames
from typing import Any, Protocol

from _pytest.outcomes import OutcomeException

from grading.sandbox.crossing.channel import Channel, Closed, Garbled
from grading.sandbox.crossing.conversation import Side
from grading.sandbox.crossing.errors import told, write_error
from grading.sandbox.crossing.values import Decoder, Encoder, Malformed, Node, Unsendable
from grading.sandbox.judging.arrivals import Arrivals
from grading.sandbox.judging.handles import Handle
from grading.sandbox.judging.lending import (
    CannotSend,
    given_columns,
    is_fake,
    keeps_for_the_checks,
    write_given,
)
from grading.sandbox.judging.records import EnumRecord, Record, live_of, values_of
from grading.sandbox.wire import Doing

_MOST_ERRORS = 1_000  # that are known again when they come back


class WaitFlag(Protocol):
    """One byte that the supervisor can read: a `Doing`.

    Callbacks that the learner's code asks for, and reading what it sent, are waiting for it: whoever never
    comes to an answer, or sends what takes all memory to read, is the one to hear of it. So is, in a check
    that has received something, whoever gave what the check does not get done with.
    """

    def __getitem__(self, at: int, /) -> int: ...

    def __setitem__(self, at: int, value: int, /) -> None: ...


class RunOver(BaseException):
    """There is nobody to go on with."""


class LearnerGone(RunOver):
    pass


class OutOfTurn(RunOver):
    """The learner's process sent what no honest one sends."""


class TooLarge(RunOver):
    """What it sent takes more memory to read than there is."""


class ChecksSide(Side):
    """`received` counts the values that came from the learner; `over` is set once the run is."""

    def __init__(self, channel: Channel, waiting: WaitFlag) -> None:
        super().__init__(channel)
        self.received = 0
        self.over: RunOver | None = None
        self.fault: CannotSend | None = None  # found in the middle of a callback
        self.meanwhile: Callable[[], None] | None = None  # done once, while the next question is answered
        self._waiting = waiting
        self._arrivals = Arrivals(self)
        self._judged_from: int | None = None  # in a check: what `received` was when it began
        self._errors: dict[int, BaseException] = {}  # the latest that the learner's code was told of
        self._next_error = 0

    def ask(self, operation: str, *arguments: Any) -> Any:
        with self.turn:
            if self.over is not None:
                raise self.over
            if not self.depth and self.channel.has_more():
                gone = self.channel.is_closed()
                self._end(LearnerGone() if gone else OutOfTurn("it spoke without being asked"))
            with self.learners_time():
                return super().ask(operation, *arguments)

    def while_waiting(self) -> None:
        if self.meanwhile is not None:
            todo, self.meanwhile = self.meanwhile, None
            self._waiting[0] = Doing.OWN_WORK
            todo()
            self._waiting[0] = Doing.WAITING

    @contextmanager
    def learners_time(self) -> Iterator[None]:
        """What is done for the learner's code, and counts as waiting for it."""
        before = self._waiting[0]
        self._waiting[0] = Doing.WAITING
        try:
            yield
        finally:
            in_hand = self._judged_from is not None and self.received > self._judged_from
            self._waiting[0] = before or (Doing.JUDGING if in_hand else Doing.OWN_WORK)

    @contextmanager
    def check(self) -> Iterator[None]:
        """One check: its time is ours until something comes from the learner's code."""
        self._judged_from = self.received
        try:
            yield
        finally:
            self._judged_from = None
            self._waiting[0] = Doing.OWN_WORK

    def receive(self) -> list[Any]:
        try:
            message = super().receive()
        except Closed:
            self._end(LearnerGone())
        except MemoryError:
            self._end(TooLarge())
        except (Garbled, Malformed) as error:
            self._end(OutOfTurn(str(error)))
        self.received += 1
        return message

    def send(self, kind: str, *values: Any) -> None:
        try:
            super().send(kind, *values)
        except Closed:
            self._end(LearnerGone())
        except Unsendable as error:
            raise CannotSend(f"a value cannot be passed to the learner's code: {error}") from error

    def _result(self, kind: str, rest: list[Any]) -> Any:
        try:
            return super()._result(kind, rest)
        except Malformed as error:
            self._end(OutOfTurn(str(error)))

    def _end(self, reason: RunOver) -> Any:
        self.over = reason
        raise reason

    def answer(self, question: list[Any]) -> None:
        try:
            super().answer(question)
        except Malformed as error:
            self._end(OutOfTurn(str(error)))

    def reply(self, kind: str, value: Any) -> None:
        try:
            super().reply(kind, value)
        except CannotSend as error:  # the learner's code waits for an answer, whoever is at fault
            self.fault = error
            super().reply("!", RuntimeError("the check has a fault"))

    def caught(self, error: BaseException) -> BaseException:
        if isinstance(error, RunOver | KeyboardInterrupt):
            raise error
        if isinstance(error, Malformed):
            self._end(OutOfTurn(str(error)))
        return error

    def returned(self, error: BaseException) -> BaseException:
        """The learner's exception; one that came from a callback of ours is the one we had raised."""
        known = told(error)
        original = self._errors.get(known.origin) if known is not None and known.origin is not None else None
        if original is not None:
            if not isinstance(original, AssertionError | OutcomeException):
                original.told = known  # type: ignore[attr-defined]  # the learner let it through
            return original
        return error

    def operations(self) -> dict[str, Callable[..., Any]]:
        return {**super().operations(), "get": self._get, "put": self._put}

    def _get(self, number: int, name: str) -> Any:
        return getattr(self._fake(number, name), self.public(name))

    def _put(self, number: int, name: str, value: Any) -> None:
        setattr(self._fake(number, name), self.public(name), value)

    def _fake(self, number: int, name: Any) -> Any:
        """An object whose attribute the learner's code may use: one that the author made for it."""
        value = self.lent(number)
        if not is_fake(value):
            raise AttributeError(f"a {type(value).__name__} of the checks has no attributes for your code")
        if keeps_for_the_checks(value, name):
            raise AttributeError(f"`{name}` of a mock is for the checks that made it")
        return value

    # what leaves

    def write_error(self, encoder: Encoder, error: BaseException) -> list[Node]:
        clear_frames(error.__traceback__)  # it is kept, and what the learner's code sent should not be
        number = self._next_error
        self._next_error += 1
        self._errors[number] = error
        self._errors.pop(number - _MOST_ERRORS, None)
        if isinstance(error, AssertionError | OutcomeException):
            error = AssertionError("a check failed")  # its text is for the report only
        return write_error(encoder, error, self.error_classes, [], number=number)

    def write_own(self, encoder: Encoder, value: Any) -> Node:
        if isinstance(value, Handle):
            return ["yours", value.handle_number()]
        if isinstance(value, EnumRecord):
            return ["member", *value.enum_key()]
        if isinstance(value, Record):
            live = live_of(value)
            if live is not None:
                return ["yours", live.handle_number()]
            return [*self._arrivals.shape(type(value)), encoder.items(list(values_of(value)))]
        return write_given(self, encoder, value)

    def columns(self, encoder: Encoder, kind: type, rows: list[Any]) -> tuple[Node, list[list[Any]]] | None:
        if not issubclass(kind, Record):
            return given_columns(kind, rows)
        if any(live_of(row) is not None for row in rows):
            return None
        columns = list(map(list, zip(*map(values_of, rows), strict=True)))
        return (self._arrivals.shape(kind), columns) if columns else None

    # what arrives

    def read_own(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        return self._arrivals.read(decoder, tag, parts)

    def rows(self, decoder: Decoder, shape: Node, columns: list[list[Any]]) -> list[Any]:
        return self._arrivals.rows(shape, columns)
