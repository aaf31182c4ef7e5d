"""What the learner's side says of its objects, turned into records, handles and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grading.sandbox.crossing.streams import MAX_ITEMS, Stream
from grading.sandbox.crossing.values import MAX_CLASSES, MAX_FIELDS, Decoder, Node, malformed
from grading.sandbox.judging.handles import Opaque, handle_class
from grading.sandbox.judging.records import EnumRecord, Record, fields_of, record_class

if TYPE_CHECKING:
    from grading.sandbox.judging.side import ChecksSide


_LONGEST_NAME = 200


class Arrivals:
    def __init__(self, side: ChecksSide) -> None:
        self._side = side
        self._classes: dict[Any, type[Record]] = {}
        self._numbers: dict[type, int] = {}
        self._enums: dict[str, type[EnumRecord]] = {}

    def read(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        if tag == "object":
            number, name, kind, features = parts
            made = handle_class(_word(kind), frozenset(features))
            return made(self._side, _number(number), _text(name), kind)
        if tag == "stream":
            return Stream(self._side, _number(parts[0]), MAX_ITEMS)
        if tag == "record":
            *shape, live, values = parts
            return self._record(shape, tuple(decoder.items(values)), live)
        if tag == "enum":
            return self._enum(decoder, parts)
        return malformed(f"no kind of value: {tag}")

    def rows(self, shape: Node, columns: list[list[Any]]) -> list[Record]:
        kind = self._class(*shape[1:])
        if len(columns) != len(fields_of(kind)):
            malformed("as many columns as fields are wanted")
        return [kind(values) for values in zip(*columns, strict=True)]

    def shape(self, kind: type[Record]) -> list[Node]:
        """How the learner's side knows a record's class."""
        return ["record", self._numbers[kind]]

    def _record(self, shape: list[Node], values: tuple[Any, ...], live: Node) -> Record:
        kind = self._class(*shape)
        if len(values) != len(fields_of(kind)):
            malformed("as many values as fields are wanted")
        return kind(values, None if live is None else _Live(self._side, _number(live)))

    def _class(self, number: Node, name: Node, fields: Node, is_tuple: Node) -> type[Record]:
        key = (_number(number), name, tuple(fields), is_tuple is True)
        if key not in self._classes:
            if len(self._classes) >= MAX_CLASSES or len(fields) > MAX_FIELDS:
                malformed("too many classes of records, or too many fields")
            words = tuple(map(_word, fields))
            made = record_class(_word(name), words, is_tuple=is_tuple is True, read=self._read)
            self._classes[key] = made
            self._numbers[made] = number
        return self._classes[key]

    def _read(self, record: Record, name: str) -> Any:
        """A method or property of the learner's class, on a copy of what the record stands for."""
        return self._side.ask("of_copy", record, name)

    def _enum(self, decoder: Decoder, parts: list[Node]) -> EnumRecord:
        number, kind, name, value, mixed = parts
        if kind not in self._enums:
            if len(self._enums) >= MAX_CLASSES:
                malformed("too many enums")
            self._enums[kind] = type(_word(kind), (EnumRecord,), {"__slots__": (), "__module__": "solution"})
        plain = decoder.node(value)
        return self._enums[kind](kind, _text(name), plain, mixed=mixed is True, number=_number(number))


class _Live:
    """The learner's object behind a record whose class has methods and may change."""

    def __init__(self, side: ChecksSide, number: int) -> None:
        self._side = side
        self._number = number

    def handle_number(self) -> int:
        return self._number

    def fields(self) -> tuple[Any, ...]:
        found = self._side.ask("fields", self._number)
        if type(found) is not tuple:
            raise Opaque("Your object's fields could not be read.")
        return found

    def attribute(self, name: str) -> Any:
        return self._side.ask("get", self._number, name)

    def __del__(self) -> None:
        self._side.released.append(self._number)


def _number(number: Node) -> int:
    if type(number) is not int or number < 0:
        malformed("no number of an object")
    return number


def _text(name: Node) -> str:
    """A name that need not be an identifier: "<lambda>"."""
    if type(name) is not str:
        malformed("no text")
    return name[:_LONGEST_NAME]


def _word(name: Node) -> str:
    if type(name) is not str or len(name) > _LONGEST_NAME or not name.isidentifier():
        malformed("no name")
    return name
