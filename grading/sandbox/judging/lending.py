"""What the checks may pass to the learner's code, beyond plain data, and on what terms.

Functions are called back and iterators pulled; of an object only what the author wrote for the learner's
code may be used: public attributes of an instance of a class in tests.py, or of a mock. Anything else is
the author's mistake (`CannotSend`), so that no library object of the checks is ever in a learner's reach.
"""

from __future__ import annotations

import dataclasses
import unittest.mock
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from grading.sandbox.crossing.values import Encoder, Node

if TYPE_CHECKING:
    from grading.sandbox.judging.side import ChecksSide

TESTS_MODULE = "tests"


class CannotSend(Exception):
    """The exercise's author passed something to the learner's code that cannot go there."""


def write_given(side: ChecksSide, encoder: Encoder, value: Any) -> Node:
    if isinstance(value, Enum):
        return ["enum", type(value).__name__, value.name, encoder.node(value.value)]
    shape = _shape(type(value))
    if shape is not None:
        return [*shape, encoder.items([getattr(value, name) for name in shape[2]])]
    name = str(getattr(value, "__name__", type(value).__name__))
    if is_fake(value):
        return ["object", side.lend(value), name]
    if isinstance(value, Iterator):
        return ["stream", side.lend(value)]
    if callable(value):
        return ["function", side.lend(value), name]
    if isinstance(value, Iterable):
        return ["object", side.lend(value), name]
    raise CannotSend(
        f"a {type(value).__name__} cannot be passed to the learner's code: pass plain data, a function, "
        "an iterator, or an object of a class that tests.py defines"
    )


def given_columns(kind: type, rows: list[Any]) -> tuple[Node, list[list[Any]]] | None:
    """Many objects of one of the checks' own record classes, as columns."""
    shape = _shape(kind)
    if shape is None or not shape[2]:
        return None
    return shape, [[getattr(row, name) for row in rows] for name in shape[2]]


_OF_MOCKS = frozenset(dir(unittest.mock.AsyncMock)) | frozenset(dir(unittest.mock.Mock()))


def is_fake(value: Any) -> bool:
    """Whether its attributes are there for the learner's code."""
    kind = type(value)
    return kind.__module__ == TESTS_MODULE or issubclass(kind, unittest.mock.NonCallableMock)


def keeps_for_the_checks(value: Any, name: Any) -> bool:
    """Whether a mock's attribute is one by which its author asks what was called, or says what it answers.

    Code that could reach it would write the evidence that it is judged by.
    """
    return isinstance(value, unittest.mock.NonCallableMock) and name in _OF_MOCKS


def _shape(kind: type) -> list[Node] | None:
    """The name and fields of a named tuple, or of a dataclass without methods: they go by value."""
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return ["given", kind.__name__, list(kind._fields), True, False]
    if dataclasses.is_dataclass(kind) and not _has_methods(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        frozen: bool = kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # typeshed leaves it out
        return ["given", kind.__name__, names, False, frozen]
    return None


def _has_methods(kind: type) -> bool:
    return any(
        callable(thing) or isinstance(thing, property)
        for base in kind.__mro__[:-1]
        for name, thing in vars(base).items()
        if not name.startswith("_")
    )
