"""What the checks see of a learner's dataclass instances, named tuples and enum members.

A record compares by what it holds: with another record, with a named tuple's plain tuple, with a
dataclass of the checks' own that has the same name and fields. Nothing of the learner's class runs here.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Protocol


class Live(Protocol):
    """The learner's object itself, where its class has methods and may change."""

    def fields(self) -> tuple[Any, ...]: ...

    def attribute(self, name: str) -> Any: ...


class Record:
    """Base of the classes made by `record_class`; fields are attributes, `as_dict()` gives them all."""

    __slots__ = ("__live", "__values")
    _fields: ClassVar[tuple[str, ...]] = ()
    is_tuple: ClassVar[bool] = False

    def __init__(self, values: tuple[Any, ...], live: Live | None = None) -> None:
        self.__values = values
        self.__live = live

    def record_values(self) -> tuple[Any, ...]:
        """The fields' values now: those of a live object are asked for again."""
        if self.__live is not None:
            self.__values = self.__live.fields()
        return self.__values

    def record_live(self) -> Live | None:
        return self.__live

    def as_dict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self.record_values(), strict=True))

    _asdict = as_dict

    def __getattr__(self, name: str) -> Any:
        if self.__live is None or name.startswith("_"):
            fields = ", ".join(self._fields)
            raise AttributeError(f"a {type(self).__name__} has no `{name}`; its fields are {fields}")
        return self.__live.attribute(name)

    def __eq__(self, other: object) -> bool:
        mine = self.record_values()
        if isinstance(other, Record):
            return _kind(self) == _kind(other) and _same(mine, other.record_values())
        if isinstance(other, tuple):
            return self.is_tuple and _same(mine, tuple(other))
        if dataclasses.is_dataclass(other) and not isinstance(other, type):
            names = tuple(field.name for field in dataclasses.fields(other))
            theirs = tuple(getattr(other, name) for name in names)
            return (type(other).__name__, names) == _kind(self) and _same(mine, theirs)
        return False

    def __hash__(self) -> int:
        values = self.record_values()
        return hash(values) if self.is_tuple else hash((_kind(self), values))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.as_dict().items())
        return f"{type(self).__name__}({inside})"


class TupleRecord(Record):
    """A named tuple's record: also indexes, unpacks and sorts like one."""

    __slots__ = ()
    is_tuple: ClassVar[bool] = True

    def __len__(self) -> int:
        return len(self.record_values())

    def __getitem__(self, at: Any) -> Any:
        return self.record_values()[at]

    def __iter__(self) -> Any:
        return iter(self.record_values())

    def __lt__(self, other: Any) -> bool:
        return self.record_values() < tuple(other)

    def __le__(self, other: Any) -> bool:
        return self.record_values() <= tuple(other)

    def __gt__(self, other: Any) -> bool:
        return self.record_values() > tuple(other)

    def __ge__(self, other: Any) -> bool:
        return self.record_values() >= tuple(other)


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


def record_class(name: str, fields: tuple[str, ...], *, is_tuple: bool) -> type[Record]:
    """A class whose instances stand for the learner's `name`."""
    body: dict[str, Any] = {"__slots__": (), "_fields": fields, "__module__": "solution"}
    for at, field in enumerate(fields):
        body[field] = property(lambda self, at=at: self.record_values()[at])
    return type(name, (TupleRecord if is_tuple else Record,), body)


def _kind(record: Record) -> tuple[str, tuple[str, ...]]:
    return type(record).__name__, record._fields


def _same(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    return len(mine) == len(theirs) and all(map(_equal, mine, theirs))


def _equal(mine: Any, theirs: Any) -> bool:
    """`==`, and for arrays and frames whether all of it is."""
    if type(mine) is not type(theirs) and hasattr(mine, "shape") != hasattr(theirs, "shape"):
        return False
    answer = mine == theirs
    if isinstance(answer, bool):
        return answer
    if getattr(mine, "shape", ()) != getattr(theirs, "shape", ()):
        return False
    every = answer.all() if hasattr(answer, "all") else answer
    return bool(every.all() if hasattr(every, "all") else every)
