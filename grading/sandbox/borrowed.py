"""What the learner's code sees of the checks' objects: callbacks, iterators, fakes, plain records."""

from __future__ import annotations

import dataclasses
import keyword
from collections import namedtuple
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

from grading.sandbox.crossing.streams import Stream
from grading.sandbox.crossing.values import Decoder, Node, malformed

if TYPE_CHECKING:
    from grading.sandbox.learner import LearnerSide


class Borrowed:
    """An object of the checks: public attributes, calls, iteration and indexing go back to it."""

    def __init__(self, side: LearnerSide, number: int, name: str) -> None:
        vars(self).update(_side=side, _number=number, _name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._side.ask("get", self._number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._side.ask("put", self._number, name, value)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._side.ask("call", self._number, arguments, keywords)

    def __len__(self) -> int:
        return int(self._side.ask("length", self._number))

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: Any) -> Any:
        return self._side.ask("item", self._number, key)

    def __contains__(self, value: Any) -> bool:
        return bool(self._side.ask("contains", self._number, value))

    def __iter__(self) -> Any:
        return self._side.ask("iterate", self._number)

    def __enter__(self) -> Any:
        return self._side.ask("enter", self._number)

    def __exit__(self, *error: object) -> None:
        self._side.ask("exit", self._number)

    def __repr__(self) -> str:
        return f"<{self._name}>"


class Lender:
    """Reads what the checks lend, and knows it again when it goes back."""

    def __init__(self, side: LearnerSide) -> None:
        self._side = side
        self._things: dict[int, Any] = {}  # number → what stands for it here
        self._numbers: dict[int, int] = {}  # id → number
        self._given: dict[Any, Callable[[tuple[Any, ...]], Any]] = {}

    def number_of(self, value: Any) -> int | None:
        return self._numbers.get(id(value))

    def read(self, decoder: Decoder, tag: str, parts: list[Node]) -> Any:
        if tag == "stream":
            return Stream(self._side, parts[0])
        if tag in ("function", "object"):
            return self._thing(tag, *parts)
        if tag == "member":
            return self._side.lent(parts[0])[parts[1]]
        if tag == "enum":
            kind, name, value = parts
            members: Any = Enum(kind, {name: decoder.node(value)})  # type: ignore[misc]  # named at run time
            return members[name]
        if tag in ("record", "given"):
            return self.maker([tag, *parts[:-1]])(tuple(decoder.items(parts[-1])))
        return malformed(f"no kind of value: {tag}")

    def maker(self, shape: list[Node]) -> Callable[[tuple[Any, ...]], Any]:
        """How to make the objects of a shape: of a class that the learner wrote, or one of the checks'."""
        tag, *rest = shape
        if tag == "record":
            kind = self._side.lent(rest[0])
            return lambda values: _rebuilt(kind, values)
        name, fields, is_tuple, frozen = rest
        key = (name, tuple(fields), is_tuple)
        if key not in self._given:
            self._given[key] = _given_class(name, fields, is_tuple=is_tuple, frozen=frozen)
        return self._given[key]

    def _thing(self, tag: str, number: int, name: str) -> Any:
        if number not in self._things:
            thing = self._function(number, name) if tag == "function" else Borrowed(self._side, number, name)
            self._things[number] = thing
            self._numbers[id(thing)] = number
        return self._things[number]

    def _function(self, number: int, name: str) -> Callable[..., Any]:
        def callback(*arguments: Any, **keywords: Any) -> Any:
            return self._side.ask("call", number, arguments, keywords)

        callback.__name__ = callback.__qualname__ = name
        return callback


def _rebuilt(kind: type, values: tuple[Any, ...]) -> Any:
    """An instance of the learner's class with these fields, without running its `__init__`."""
    if issubclass(kind, tuple):
        return tuple.__new__(kind, values)
    made = object.__new__(kind)
    for field, value in zip(dataclasses.fields(kind), values, strict=True):  # type: ignore[arg-type]  # it is one
        object.__setattr__(made, field.name, value)
    return made


def _given_class(
    name: str, fields: list[str], *, is_tuple: bool, frozen: bool
) -> Callable[[tuple[Any, ...]], Any]:
    if is_tuple:
        made = namedtuple(name, fields)  # type: ignore[misc]  # its name is known at run time only
        return made._make
    if any(keyword.iskeyword(field) for field in fields):
        malformed("a field with a keyword's name")
    kind = dataclasses.make_dataclass(name, fields, frozen=frozen)
    return lambda values: kind(*values)
