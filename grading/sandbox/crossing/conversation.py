"""Asking and answering over the channel: what both ends have in common.

How this works: one side asks and waits; while it waits it answers what the other asks (a callback,
the next lines of an iterator), and so on inwards, to a bounded depth. A question is
`["?", released, operation, arguments…]`, an answer `["=", value]`, `["!", exception]` or
`["#", sentence]` where the value could not cross.

An object without a plain form stays where it is; the other side gets a number for it. Numbers that the
other side no longer holds come back with its next question (`released`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from threading import RLock
from typing import Any

from grading.sandbox.crossing import (  # they join the codec
    values_numpy,  # noqa: F401
    values_pandas,  # noqa: F401
    values_standard,  # noqa: F401
    values_torch,  # noqa: F401
)
from grading.sandbox.crossing.channel import Channel
from grading.sandbox.crossing.errors import ErrorClasses, read_error
from grading.sandbox.crossing.streams import BATCH_ITEMS, Stream
from grading.sandbox.crossing.values import Decoder, Encoder, Node, Unsendable, malformed, read

MAX_CALL_DEPTH = 50
_MOST_RELEASED = 100_000  # numbers that go back with one question
_SAFE_BUILTINS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        int,
        float,
        str,
        bool,
        bytes,
        bytearray,
        complex,
        list,
        dict,
        set,
        frozenset,
        tuple,
        object,
        type(None),
    )
}
_SAFE_NAMES = {kind: name for name, kind in _SAFE_BUILTINS.items()}


class Unusable(Exception):
    """A value of the other side's could not cross. The text is a whole sentence."""


class Side:
    """One end. The learner's and the checks' differ in what they lend and how they show what they borrow."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.released: list[int] = []
        self.depth = 0
        self.turn = RLock()  # threads on either side: one question at a time
        self._lent: dict[int, Any] = {}
        self._times: dict[int, int] = {}  # number → how often it was lent and not yet given back
        self._numbers: dict[int, int] = {}  # id → number, for objects that are lent again and again
        self._next_number = 1
        self.error_classes = ErrorClasses(self.lent)

    # asking

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Ask the other side, answering what it asks meanwhile."""
        with self.turn:
            released = self.released[:_MOST_RELEASED]
            del self.released[: len(released)]
            self.send("?", released, operation, *arguments)
            self.while_waiting()
            while True:
                kind, *rest = self.receive()
                if kind != "?":
                    return self._result(kind, rest)
                self.answer(rest)

    def while_waiting(self) -> None:
        """Called when a question is on its way, before its answer is waited for."""

    def _result(self, kind: str, rest: list[Any]) -> Any:
        if kind == "=":
            return rest[0]
        if kind == "#" and type(rest[0]) is str:
            raise Unusable(rest[0])
        if kind == "!" and isinstance(rest[0], BaseException):
            raise self.returned(rest[0])
        return malformed("no answer")

    def returned(self, error: BaseException) -> BaseException:
        """The exception to raise for one that the other side answered with."""
        return error

    def last_size(self) -> int:
        """How many bytes the last message had."""
        return self.channel.size

    # answering

    def answer(self, question: list[Any]) -> None:
        """Answer one question; whatever goes wrong in doing so is the answer."""
        if len(question) < 2 or type(question[0]) is not list or type(question[1]) is not str:
            malformed("no question")
        released, operation, *arguments = question
        question.clear()  # an exception that is kept keeps this frame, which should not keep what came
        for number in released:
            self._given_back(number)
        if self.depth >= MAX_CALL_DEPTH:
            self.reply("!", RecursionError(f"more than {MAX_CALL_DEPTH} calls inside one another"))
            return
        self.reply(*self._outcome(operation, arguments))

    def _outcome(self, operation: str, arguments: list[Any]) -> tuple[str, Any]:
        self.depth += 1
        try:
            return "=", self.operations()[operation](*arguments)
        except BaseException as error:
            return "!", self.caught(error)
        finally:
            self.depth -= 1
            arguments.clear()

    def reply(self, kind: str, value: Any) -> None:
        try:
            self.send(kind, value)
        except Unsendable as reason:
            self.send("#", self.refusal(value, str(reason)))

    def caught(self, error: BaseException) -> BaseException:
        """Whether an exception may be the answer: raises it again where it may not."""
        return error

    def refusal(self, value: Any, reason: str) -> str:
        return f"A `{type(value).__name__}` cannot cross: {reason}."

    def operations(self) -> dict[str, Callable[..., Any]]:
        return {
            "call": lambda target, arguments, keywords: self.lent(target)(*arguments, **keywords),
            "next": lambda number, count: self._batch(self.lent(number), count),
            "get": lambda number, name: getattr(self.lent(number), self.public(name)),
            "length": lambda number: len(self.lent(number)),
            "item": lambda number, key: self.lent(number)[key],
            "contains": lambda number, value: value in self.lent(number),
            "iterate": lambda number: iter(self.lent(number)),
            "enter": lambda number: self.lent(number).__enter__(),
            "exit": lambda number: self.lent(number).__exit__(None, None, None),
        }

    def public(self, name: Any) -> str:
        if type(name) is not str or name.startswith("_"):
            raise AttributeError(f"`{name}` is private")
        return name

    @staticmethod
    def _batch(iterator: Iterator[Any], count: int) -> tuple[list[Any], bool, BaseException | None]:
        """Up to `count` items, whether there may be more, and what was raised after them."""
        count = min(count, BATCH_ITEMS)  # no more, whatever is asked: the iterator may have no end
        items: list[Any] = []
        try:
            items.extend(islice(iterator, count))
        except Exception as error:
            return items, False, error
        return items, len(items) == count, None

    # lending

    def lend(self, value: Any) -> int:
        """The number under which the other side may speak of this object."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._next_number
            self._next_number += 1
            self._lent[number] = value
            self._numbers[id(value)] = number
        self._times[number] = self._times.get(number, 0) + 1
        return number

    def lent(self, number: Any) -> Any:
        if type(number) is not int or number not in self._lent:
            malformed("an object that was not lent")
        return self._lent[number]

    def _given_back(self, number: Any) -> None:
        if type(number) is not int or number not in self._times:
            malformed("something was given back that was not lent")
        self._times[number] -= 1
        if not self._times[number]:
            del self._times[number], self._numbers[id(self._lent.pop(number))]

    # messages

    def send(self, kind: str, *values: Any) -> None:
        encoder = Encoder(self)
        nodes = [encoder.node(value) for value in (kind, *values)]
        self.channel.send(encoder.tree(nodes), encoder.buffers)

    def receive(self) -> list[Any]:
        tree, buffers = self.channel.receive()
        message: list[Any] = read(self, tree, buffers)
        if len(message) < 2 or type(message[0]) is not str or message[0] not in ("?", "=", "!", "#"):
            malformed("no message")
        return message

    # values without a plain form, in either direction

    def write_object(self, encoder: Encoder, value: Any) -> Node:
        if isinstance(value, BaseException):
            return ["error", *self.write_error(encoder, value)]
        if isinstance(value, type):
            return self.write_class(encoder, value)
        if type(value) is Stream and value.untouched is not None:
            return ["yours", value.untouched]
        return self.write_own(encoder, value)

    def read_object(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        if tag == "error":
            return read_error(decoder, parts, self.error_classes)
        if tag == "type":
            return _SAFE_BUILTINS[parts[0]]
        if tag == "errortype":
            kind = self.error_classes.read(parts[0])
            if type(parts[1]) is not int:
                malformed("no number of a class")
            self.error_classes.borrowed[kind] = parts[1]
            return kind
        if tag == "yours":
            return self.lent(parts[0])
        return self.read_own(decoder, tag, parts)

    def write_class(self, encoder: Encoder, value: type) -> Node:
        if value in _SAFE_NAMES:
            return ["type", _SAFE_NAMES[value]]
        if issubclass(value, BaseException):
            if value in self.error_classes.borrowed:
                return ["yours", self.error_classes.borrowed[value]]
            return ["errortype", self.error_classes.write(value), self.lend(value)]
        return self.write_own(encoder, value)

    # what the two ends do each in its own way

    def write_own(self, encoder: Encoder, value: Any) -> Node:
        raise NotImplementedError

    def read_own(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        raise NotImplementedError

    def write_error(self, encoder: Encoder, error: BaseException) -> list[Node]:
        raise NotImplementedError

    def columns(self, encoder: Encoder, kind: type, rows: list[Any]) -> tuple[Node, list[list[Any]]] | None:
        raise NotImplementedError

    def rows(self, decoder: Decoder, shape: Node, columns: list[list[Any]]) -> list[Any]:
        raise NotImplementedError
