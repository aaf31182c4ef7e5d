"""How the learner's side describes its own objects: as records, enum members, streams, or as handles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from operator import attrgetter, itemgetter
from types import FunctionType
from typing import Any

from grading.sandbox.crossing.values import MAX_FIELDS, Node

_DATA = (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
_FEATURES = {
    "call": "__call__",
    "length": "__len__",
    "item": "__getitem__",
    "contains": "__contains__",
    "iterate": "__iter__",
    "enter": "__enter__",
}


@dataclasses.dataclass(frozen=True)
class Shape:
    """How to read a record class; `live`: it has methods, so that its objects may change by themselves."""

    name: str
    fields: tuple[str, ...]
    is_tuple: bool
    live: bool

    @property
    def names(self) -> list[Node]:
        return [self.name, list(self.fields), self.is_tuple]

    def values(self, value: Any) -> tuple[Any, ...]:
        if self.is_tuple:
            return tuple.__getitem__(value, slice(None))
        if len(self.fields) == 1:
            return (getattr(value, self.fields[0]),)
        found: tuple[Any, ...] = attrgetter(*self.fields)(value) if self.fields else ()
        return found

    def columns(self, values: list[Any]) -> list[list[Any]]:
        """The fields of many objects, one list for each."""
        getters = map(itemgetter, range(len(self.fields))) if self.is_tuple else map(attrgetter, self.fields)
        return [list(map(getter, values)) for getter in getters]


def shape_of(kind: type) -> Shape | None:
    """None where the class is neither a dataclass nor a named tuple, or derives from a data type."""
    fields = getattr(kind, "_fields", None)
    if issubclass(kind, tuple) and type(fields) is tuple:
        return Shape(word(kind.__name__), fields, is_tuple=True, live=False) if _sound(fields) else None
    if not dataclasses.is_dataclass(kind) or issubclass(kind, _DATA):
        return None
    names = tuple(field.name for field in dataclasses.fields(kind))
    return (
        Shape(word(kind.__name__), names, is_tuple=False, live=_has_methods(kind)) if _sound(names) else None
    )


def features_of(kind: type) -> list[Node]:
    """What a handle on such an object can do."""
    own = {name for base in kind.__mro__ for name in vars(base)}  # hasattr() would find the metaclass's
    return [feature for feature, method in _FEATURES.items() if method in own]


def is_stream(kind: type) -> bool:
    return issubclass(kind, Iterator)


def is_enum(kind: type) -> bool:
    return issubclass(kind, Enum)


def word(name: object) -> str:
    """A class's name, where it is one."""
    return name if type(name) is str and name.isidentifier() and len(name) <= 200 else "object"


def _sound(fields: tuple[Any, ...]) -> bool:
    if len(fields) > MAX_FIELDS:
        return False
    return all(type(f) is str and f.isidentifier() and not f.startswith(("__", "_gradient")) for f in fields)


def _has_methods(kind: type) -> bool:
    return any(
        isinstance(thing, FunctionType | property | classmethod | staticmethod)
        for base in kind.__mro__[:-1]
        for name, thing in vars(base).items()
        if not name.startswith("_")
    )
