"""The checks' end of the conversation: what arrives is judged, what leaves is lent on terms.

A message that is not what the protocol says ends the run (`OutOfTurn`), as does the other end's
disappearance (`LearnerGone`). Both are `RunOver`, which no `except Exception` of a check can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from _pytest.outcomes import OutcomeException

from grading.sandbox.crossing.channel import Channel, Closed, Garbled
from grading.sandbox.crossing.conversation import Side
from grading.sandbox.crossing.errors import told, write_error
from grading.sandbox.crossing.values import Decoder, Encoder, Malformed, Node, Unsendable
from grading.sandbox.judging.arrivals import Arrivals
from grading.sandbox.judging.handles import Handle
from grading.sandbox.judging.lending import CannotSend, given_columns, is_fake, write_given
from grading.sandbox.judging.records import EnumRecord, Record, live_of, values_of

_HEAVY = 16 << 20  # bytes of one message


class WaitFlag(Protocol):
    """One byte that the supervisor can read: 1 while the checks wait for the learner.

    Callbacks that the learner's code asks for, and reading what it sent, are part of that: whoever never
    comes to an answer, or sends what takes all memory to read, is the one to hear of it. After a message of
    many megabytes so is the rest of the check, which has to compare them and to quote them.
    """

    def __getitem__(self, at: int, /) -> int: ...

    def __setitem__(self, at: int, value: int, /) -> None: ...


class RunOver(BaseException):
    """There is nobody to go on with."""


class LearnerGone(RunOver):
    pass


class OutOfTurn(RunOver):
    """The learner's process sent what no honest one sends."""


class ChecksSide(Side):
    """`received` counts the values that came from the learner; `over` is set once the run is."""

    def __init__(self, channel: Channel, waiting: WaitFlag) -> None:
        super().__init__(channel)
        self.received = 0
        self.over: RunOver | None = None
        self.fault: CannotSend | None = None  # found in the middle of a callback
        self._waiting = waiting
        self._heavy = False
        self._arrivals = Arrivals(self)
        self._errors: list[BaseException] = []

    def ask(self, operation: str, *arguments: Any) -> Any:
        with self.turn:
            if self.over is not None:
                raise self.over
            if not self.depth and self.channel.has_more():
                gone = self.channel.is_closed()
                self._end(LearnerGone() if gone else OutOfTurn("it spoke without being asked"))
            with self.learners_time():
                return super().ask(operation, *arguments)

    def begin_check(self) -> None:
        self._heavy = False
        self._waiting[0] = 0

    @contextmanager
    def learners_time(self) -> Iterator[None]:
        """What is done for the learner's code, and counts as waiting for it."""
        before = self._waiting[0]
        self._waiting[0] = 1
        try:
            yield
        finally:
            self._waiting[0] = 1 if self._heavy else before

    def receive(self) -> list[Any]:
        try:
            message = super().receive()
        except Closed:
            self._end(LearnerGone())
        except (Garbled, Malformed, MemoryError) as error:
            self._end(OutOfTurn(str(error)))
        self.received += 1
        self._heavy |= self.channel.size > _HEAVY
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
        if known is not None and known.origin is not None and 0 <= known.origin < len(self._errors):
            original = self._errors[known.origin]
            if not isinstance(original, AssertionError | OutcomeException):
                original.told = known  # type: ignore[attr-defined]  # the learner let it through
            return original
        return error

    def operations(self) -> dict[str, Callable[..., Any]]:
        return {**super().operations(), "get": self._get, "put": self._put}

    def _get(self, number: int, name: str) -> Any:
        return getattr(self._fake(number), self.public(name))

    def _put(self, number: int, name: str, value: Any) -> None:
        setattr(self._fake(number), self.public(name), value)

    def _fake(self, number: int) -> Any:
        """An object whose attributes the learner's code may use: one that the author made for it."""
        value = self.lent(number)
        if not is_fake(value):
            raise AttributeError(f"a {type(value).__name__} of the checks has no attributes for your code")
        return value

    # what leaves

    def write_error(self, encoder: Encoder, error: BaseException) -> list[Node]:
        self._errors.append(error)
        number = len(self._errors) - 1
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
