"""What the checks see of a learner's dataclass instances, named tuples and enum members.

A record compares by what it holds: with another record, with a plain tuple where it is a named tuple, with
a dataclass instance of the checks' own that has the same name and fields. Nothing of the learner's class
runs here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Protocol

_RESERVED = "_gradient"  # no field of a learner's begins so


Reader = Callable[["Record", str], Any]


class Live(Protocol):
    """The learner's object itself, where its class has methods and it may change."""

    def handle_number(self) -> int: ...

    def fields(self) -> tuple[Any, ...]: ...

    def attribute(self, name: str) -> Any: ...


class Record:
    """Base of the classes made by `record_class`; fields are attributes, `as_dict()` gives them all."""

    __slots__ = ("_gradient_live", "_gradient_values")
    _gradient_fields: ClassVar[tuple[str, ...]] = ()
    _gradient_tuple: ClassVar[bool] = False
    _gradient_read: ClassVar[Reader]
    _gradient_values: tuple[Any, ...]
    _gradient_live: Live | None

    def __init__(self, values: tuple[Any, ...], live: Live | None = None) -> None:
        self._gradient_values = values
        self._gradient_live = live

    def as_dict(self) -> dict[str, Any]:
        return _dict_of(self)

    _asdict = as_dict

    def __getattr__(self, name: str) -> Any:
        """A method or property of the learner's class: of the object itself, or of a copy of it."""
        if name.startswith("_"):
            raise AttributeError(f"`{name}` is private to the learner's object")
        if self._gradient_live is not None:
            return self._gradient_live.attribute(name)
        return type(self)._gradient_read(self, name)

    def __eq__(self, other: object) -> bool:
        mine = values_of(self)
        if isinstance(other, Record):
            return _kind(self) == _kind(other) and _same(mine, values_of(other))
        if isinstance(other, tuple):
            return self._gradient_tuple and _same(mine, tuple(other))
        if dataclasses.is_dataclass(other) and not isinstance(other, type):
            names = tuple(field.name for field in dataclasses.fields(other))
            theirs = tuple(getattr(other, name) for name in names)
            return (type(other).__name__, names) == _kind(self) and _same(mine, theirs)
        return False

    def __hash__(self) -> int:
        values = values_of(self)
        try:
            return hash(values) if self._gradient_tuple else hash((_kind(self), values))
        except TypeError:  # it holds a list: its class hashes by identity, or it would be in no set
            return hash((_kind(self), tuple(map(_hash_of, values))))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in _dict_of(self).items())
        return f"{type(self).__name__}({inside})"


class TupleRecord(Record):
    """A named tuple's record: also indexes, unpacks and sorts like one."""

    __slots__ = ()
    _gradient_tuple: ClassVar[bool] = True

    def __len__(self) -> int:
        return len(values_of(self))

    def __getitem__(self, at: Any) -> Any:
        return values_of(self)[at]

    def __iter__(self) -> Iterator[Any]:
        return iter(values_of(self))

    def __lt__(self, other: Any) -> bool:
        return values_of(self) < tuple(other)

    def __le__(self, other: Any) -> bool:
        return values_of(self) <= tuple(other)

    def __gt__(self, other: Any) -> bool:
        return values_of(self) > tuple(other)

    def __ge__(self, other: Any) -> bool:
        return values_of(self) >= tuple(other)


class EnumRecord:
    """A member of a learner's enum: its class's name, its own, its value."""

    __slots__ = ("_key", "_mixed", "_name", "_number", "_value")

    def __init__(self, kind: str, name: str, value: Any, *, mixed: bool, number: int) -> None:
        self._key = (kind, name)
        self._name = name
        self._value = value
        self._mixed = mixed
        self._number = number

    @property
    def name(self) -> str:
        return self._name

    @property
    def value(self) -> Any:
        return self._value

    def enum_key(self) -> tuple[int, str]:
        """By which the learner's side finds the member again."""
        return self._number, self._name

    def __eq__(self, other: object) -> bool:
        if isinstance(other, EnumRecord):
            return self._key == other._key
        return self._mixed and bool(self._value == other)

    def __hash__(self) -> int:
        return hash(self._value) if self._mixed else hash(self._key)

    def __repr__(self) -> str:
        return f"<{self._key[0]}.{self._name}: {self._value!r}>"


def record_class(name: str, fields: tuple[str, ...], *, is_tuple: bool, read: Reader) -> type[Record]:
    """A class whose instances stand for the learner's `name`; ValueError for a field that cannot be."""
    if any(field.startswith((_RESERVED, "__")) for field in fields) or len(set(fields)) < len(fields):
        raise ValueError("a field that no record can have")
    body: dict[str, Any] = {field: _field(at) for at, field in enumerate(fields)}
    body |= {
        "__slots__": (),
        "__module__": "solution",
        "_gradient_fields": fields,
        "_gradient_read": staticmethod(read),
    }
    if is_tuple:
        body["_fields"] = fields
    return type(name, (TupleRecord if is_tuple else Record,), body)


def values_of(record: Record) -> tuple[Any, ...]:
    """The fields' values now: those of a live object are asked for again."""
    if record._gradient_live is not None:
        record._gradient_values = record._gradient_live.fields()
    return record._gradient_values


def live_of(record: Record) -> Live | None:
    return record._gradient_live


def fields_of(kind: type[Record]) -> tuple[str, ...]:
    return kind._gradient_fields


def _field(at: int) -> property:
    return property(lambda record: values_of(record)[at])


def _dict_of(record: Record) -> dict[str, Any]:
    return dict(zip(record._gradient_fields, values_of(record), strict=True))


def _kind(record: Record) -> tuple[str, tuple[str, ...]]:
    return type(record).__name__, record._gradient_fields


def _hash_of(value: Any) -> int:
    try:
        return hash(value)
    except TypeError:
        return 0


def _same(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    return len(mine) == len(theirs) and all(map(_equal, mine, theirs))


def _equal(mine: Any, theirs: Any) -> bool:
    """`==`; for arrays and frames, whether they have one shape and all of it is equal."""
    if getattr(mine, "shape", None) != getattr(theirs, "shape", None):
        return False
    answer = mine == theirs
    while hasattr(answer, "all"):
        answer = answer.all()
        if getattr(answer, "shape", ()) == ():
            break
    return bool(answer)
