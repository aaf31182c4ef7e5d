"""The checks' end of the conversation: what arrives is judged, what leaves is lent on terms.

A message that is not what the protocol says ends the run (`OutOfTurn`), as does the other end's
disappearance (`LearnerGone`). Both are `RunOver`, which no `except Exception` of a check can hold.
"""

from __future__ import annotations

import dataclasses
import unittest.mock
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any, Protocol

from _pytest.outcomes import OutcomeException

from grading.sandbox.channel import Channel, Closed, Garbled
from grading.sandbox.conversation import Side
from grading.sandbox.errors import told, write_error
from grading.sandbox.handles import Handle, handle_class, stream
from grading.sandbox.records import EnumRecord, Record, record_class
from grading.sandbox.values import Decoder, Encoder, Malformed, Node, Unsendable, malformed

TESTS_MODULE = "tests"


class WaitFlag(Protocol):
    """One writable byte that the supervisor can read: 1 while the checks wait for the learner."""

    def __setitem__(self, at: int, value: int, /) -> None: ...


class RunOver(BaseException):
    """There is nobody to go on with."""


class LearnerGone(RunOver):
    pass


class OutOfTurn(RunOver):
    """The learner's process sent what no honest one sends."""


class CannotSend(Exception):
    """The exercise's author passed something to the learner's code that cannot go there."""


class ChecksSide(Side):
    """`received` counts the values that came from the learner; `over` is set once the run is."""

    def __init__(self, channel: Channel, waiting: WaitFlag) -> None:
        super().__init__(channel)
        self.received = 0
        self.over: RunOver | None = None
        self.fault: CannotSend | None = None  # found in the middle of a callback
        self._waiting = waiting
        self._classes: dict[Any, type[Record]] = {}
        self._class_numbers: dict[type, int] = {}
        self._enums: dict[str, type[EnumRecord]] = {}
        self._errors: list[BaseException] = []

    def ask(self, operation: str, *arguments: Any) -> Any:
        if self.over is not None:
            raise self.over
        if not self.depth and self.channel.has_more():
            self._end(LearnerGone() if self.channel.is_closed() else OutOfTurn("it spoke without being asked"))
        return super().ask(operation, *arguments)

    def receive(self) -> list[Any]:
        self._waiting[0] = 1
        try:
            message = super().receive()
        except Closed:
            self._end(LearnerGone())
        except (Garbled, Malformed) as error:
            self._end(OutOfTurn(str(error)))
        finally:
            self._waiting[0] = 0
        self.received += 1
        return message

    def send(self, kind: str, *values: Any) -> None:
        self._waiting[0] = 1
        try:
            super().send(kind, *values)
        except Closed:
            self._end(LearnerGone())
        except Unsendable as error:
            raise CannotSend(f"a value cannot be passed to the learner's code: {error}") from error
        finally:
            self._waiting[0] = 0

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
        if not _is_fake(value):
            raise AttributeError(f"a {type(value).__name__} of the checks has no attributes for your code")
        return value

    # what leaves

    def write_error(self, encoder: Encoder, error: BaseException) -> list[Node]:
        self._errors.append(error)
        number = len(self._errors) - 1
        if isinstance(error, AssertionError | OutcomeException):
            error = AssertionError("a check failed")  # its text is for the report only
        return write_error(encoder, error, [], origin=None, number=number)

    def write_own(self, encoder: Encoder, value: Any) -> Node:
        if isinstance(value, Handle):
            return ["yours", value.handle_number()]
        if isinstance(value, EnumRecord):
            return ["member", *value.enum_key()]
        if isinstance(value, Record):
            live: Any = value.record_live()
            if live is not None:
                return ["yours", live.handle_number()]
            return [*self._shape(type(value)), encoder.items(list(value.record_values()))]
        return self._write_given(encoder, value)

    def _write_given(self, encoder: Encoder, value: Any) -> Node:
        if isinstance(value, Enum):
            return ["enum", type(value).__name__, value.name, encoder.node(value.value)]
        shape = self._shape(type(value))
        if shape is not None:
            values = [getattr(value, name) for name in shape[2]]
            return [*shape, encoder.items(values)]
        name = str(getattr(value, "__name__", type(value).__name__))
        if _is_fake(value):
            return ["object", self.lend(value), name]
        if isinstance(value, Iterator):
            return ["stream", self.lend(value)]
        if callable(value):
            return ["function", self.lend(value), name]
        if isinstance(value, Iterable):
            return ["object", self.lend(value), name]
        raise CannotSend(
            f"a {type(value).__name__} cannot be passed to the learner's code: pass plain data, a function, "
            "an iterator, or an object of a class that tests.py defines"
        )

    def _shape(self, kind: type) -> list[Node] | None:
        if issubclass(kind, Record):
            return ["record", self._class_numbers[kind]]
        if issubclass(kind, tuple) and hasattr(kind, "_fields"):
            return ["given", kind.__name__, list(kind._fields), True, False]
        if dataclasses.is_dataclass(kind) and not _has_methods(kind):
            names = [field.name for field in dataclasses.fields(kind)]
            frozen: bool = kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # typeshed leaves it out
            return ["given", kind.__name__, names, False, frozen]
        return None

    def columns(self, encoder: Encoder, kind: type, rows: list[Any]) -> tuple[Node, list[Any]] | None:
        shape = self._shape(kind)
        if shape is None:
            return None
        if issubclass(kind, Record):
            if any(row.record_live() is not None for row in rows) or not kind._fields:
                return None
            values = [row.record_values() for row in rows]
        else:
            values = [tuple(getattr(row, name) for name in shape[2]) for row in rows]
        return (shape, list(zip(*values, strict=True))) if values[0] else None

    # what arrives

    def read_own(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        if tag == "object":
            number, name, kind, features = parts
            self._check_name(kind)
            return handle_class(kind, frozenset(features))(self, self._number(number), str(name)[:100], kind)
        if tag == "stream":
            return stream(self, self._number(parts[0]))
        if tag == "record":
            number, name, fields, is_tuple, live, values = parts
            kind_ = self._record_class(number, name, fields, is_tuple)
            handle = None if live is None else Live(self, self._number(live))
            return self._record(kind_, tuple(decoder.items(values)), handle)
        if tag == "enum":
            return self._enum(decoder, parts)
        return malformed(f"no kind of value: {tag}")

    def rows(self, decoder: Decoder, shape: Node, columns: list[list[Any]]) -> list[Any]:
        _tag, number, name, fields, is_tuple = shape
        kind = self._record_class(number, name, fields, is_tuple)
        if len(columns) != len(kind._fields):
            malformed("as many columns as fields are wanted")
        return [kind(values) for values in zip(*columns, strict=True)]

    @staticmethod
    def _record(kind: type[Record], values: tuple[Any, ...], live: Any) -> Record:
        if len(values) != len(kind._fields):
            malformed("as many values as fields are wanted")
        return kind(values, live)

    def _record_class(self, number: Node, name: Node, fields: Node, is_tuple: Node) -> type[Record]:
        key = (self._number(number), name, tuple(fields), is_tuple is True)
        if key not in self._classes:
            for word in (name, *fields):
                self._check_name(word)
            made = record_class(name, tuple(fields), is_tuple=is_tuple is True)
            self._classes[key] = made
            self._class_numbers[made] = number
        return self._classes[key]

    def _enum(self, decoder: Decoder, parts: list[Node]) -> EnumRecord:
        number, kind, name, value, mixed = parts
        self._check_name(kind)
        if kind not in self._enums:
            self._enums[kind] = type(kind, (EnumRecord,), {"__slots__": (), "__module__": "solution"})
        return self._enums[kind](
            kind, str(name)[:200], decoder.node(value), mixed=mixed is True, number=self._number(number)
        )

    @staticmethod
    def _number(number: Node) -> int:
        if type(number) is not int or number < 0:
            malformed("no number of an object")
        return number

    @staticmethod
    def _check_name(name: Node) -> None:
        if type(name) is not str or len(name) > 200 or not name.isidentifier() or name.startswith("__"):
            malformed("no name")


class Live:
    """The learner's object behind a record whose class has methods and may change."""

    def __init__(self, side: ChecksSide, number: int) -> None:
        self._side = side
        self._number = number

    def handle_number(self) -> int:
        return self._number

    def fields(self) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._side.ask("fields", self._number)
        return found

    def attribute(self, name: str) -> Any:
        return self._side.ask("get", self._number, name)

    def __del__(self) -> None:
        self._side.released.append(self._number)


def _is_fake(value: Any) -> bool:
    kind = type(value)
    return kind.__module__ == TESTS_MODULE or issubclass(kind, unittest.mock.NonCallableMock)


def _has_methods(kind: type) -> bool:
    return any(
        callable(thing) or isinstance(thing, property)
        for base in kind.__mro__[:-1]
        for name, thing in vars(base).items()
        if not name.startswith("_")
    )

