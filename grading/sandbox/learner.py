"""What runs in the learner's process once it is confined: it serves the calls of the checks.

Nothing in this process is believed by the checks. A learner may rewrite all of it at run time: that
is the same as returning other values, which the checks judge anyway. What must not happen, and cannot
from here, is that a value which crosses is more than its plain data.
"""

from __future__ import annotations

import dataclasses
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from operator import attrgetter
from pathlib import Path
from threading import RLock
from types import FunctionType, ModuleType
from typing import Any

from grading.sandbox import borrowed, drawings
from grading.sandbox.channel import Channel, Closed, Garbled
from grading.sandbox.conversation import Side
from grading.sandbox.errors import frames_of, write_error
from grading.sandbox.program import DoesNotCompile, Program
from grading.sandbox.values import Decoder, Encoder, Malformed, Node

FILE_LIMIT = 16 * 1024 * 1024
_FEATURES = {
    "call": "__call__",
    "length": "__len__",
    "item": "__getitem__",
    "contains": "__contains__",
    "iterate": "__iter__",
    "enter": "__enter__",
}


def serve(
    sock: socket.socket, files: dict[str, str], main: str, data: list[str], data_root: Path = Path("/data")
) -> None:
    """Serve the calls of the checks until the socket closes. The working directory is the learner's box."""
    side = LearnerSide(Channel(sock), Program(files, main, data, data_root))
    with suppress(Closed, Garbled, Malformed):
        side.serve()


class LearnerSide(Side):
    def __init__(self, channel: Channel, program: Program) -> None:
        super().__init__(channel)
        self.program = program
        self.lender = borrowed.Lender(self)
        self._turn = RLock()  # a learner's threads may call callbacks: one question at a time
        self._serving = False
        self._shapes: dict[type, _Shape | None] = {}
        self._lent[0] = program.module

    def serve(self) -> None:
        while True:
            kind, *rest = self.receive()
            if kind == "?":
                self._serving = True
                self.answer(rest)

    def ask(self, operation: str, *arguments: Any) -> Any:
        with self._turn:
            if not self._serving:
                raise RuntimeError("nobody is waiting for your code: the check has ended")
            return super().ask(operation, *arguments)

    def reply(self, kind: str, value: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        with self._turn:
            self._serving = self.depth > 0
            try:
                super().reply(kind, value)
            except Closed:
                raise
            except BaseException as error:  # the learner's own code runs while a value is written
                super().reply("!", RuntimeError(f"your value could not be read: {type(error).__name__}"))

    def caught(self, error: BaseException) -> BaseException:
        if isinstance(error, Closed):
            raise error
        return error

    def refusal(self, value: Any, reason: str) -> str:
        return f"Your code gave back a `{type(value).__name__}` that a check cannot take: {reason}."

    def operations(self) -> dict[str, Callable[..., Any]]:
        return {
            **super().operations(),
            "compile": self._compile,
            "load": self.program.load,
            "find": self._find,
            "put": lambda number, name, value: setattr(self.lent(number), self.public(name), value),
            "fields": lambda number: self._shape_of(type(self.lent(number))).values(self.lent(number)),
            "beside": self._beside,
            "file": lambda path: self.program.read(path, FILE_LIMIT),
            "files": self.program.list,
            "run": lambda stdin, arguments: self.program.run(stdin, arguments, self.channel.close),
            "figures": drawings.render_open_figures,
        }

    def _compile(self) -> str | None:
        try:
            self.program.compile()
        except DoesNotCompile as reason:
            return str(reason)
        return None

    def _find(self, name: str) -> tuple[bool, Any]:
        try:
            return True, getattr(self.program.module, name)
        except AttributeError:
            return False, None

    def _beside(self, source: str, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        module = ModuleType("beside")
        exec(compile(source, "<beside>", "exec", dont_inherit=True), vars(module))
        return getattr(module, name)(self.program.module, *arguments, **keywords)

    # what crosses from here

    def write_error(self, encoder: Encoder, error: BaseException) -> list[Node]:
        frames = frames_of(error.__traceback__, self.program.box)
        return write_error(encoder, error, frames, origin=getattr(error, "number", None), number=None)

    def write_own(self, encoder: Encoder, value: Any) -> Node:
        kind = type(value)
        number = self.lender.number_of(value)
        if number is not None:
            return ["yours", number]
        if issubclass(kind, Enum):
            mixed = issubclass(kind, int | str)
            return ["enum", self.lend(kind), kind.__name__, str(value.name), encoder.node(value._value_), mixed]
        shape = self._shape_of(kind)
        if shape is not None:
            values = encoder.items(list(shape.values(value)))
            live = self.lend(value) if shape.live else None
            return ["record", self.lend(kind), *shape.names, live, values]
        if issubclass(kind, Iterator):
            return ["stream", self.lend(value)]
        features = [name for name, method in _FEATURES.items() if hasattr(kind, method)]
        return ["object", self.lend(value), str(getattr(value, "__name__", kind.__name__)), kind.__name__, features]

    def columns(self, encoder: Encoder, kind: type, rows: list[Any]) -> tuple[Node, list[Any]] | None:
        shape = self._shape_of(kind)
        if shape is None or shape.live or not shape.fields:
            return None
        table = list(zip(*map(shape.values, rows), strict=True))
        return ["record", self.lend(kind), *shape.names], table

    def _shape_of(self, kind: type) -> Any:
        if kind not in self._shapes:
            self._shapes[kind] = _shape(kind)
        return self._shapes[kind]

    # what arrives here

    def read_own(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        return self.lender.read(decoder, tag, parts)

    def rows(self, decoder: Decoder, shape: Node, columns: list[list[Any]]) -> list[Any]:
        make = self.lender.maker(shape[1:])
        return [make(values) for values in zip(*columns, strict=True)]


@dataclasses.dataclass(frozen=True)
class _Shape:
    """How to read a record class: its name and fields, and whether its objects may change by themselves."""

    name: str
    fields: tuple[str, ...]
    is_tuple: bool
    live: bool

    @property
    def names(self) -> list[Node]:
        return [self.name, list(self.fields), self.is_tuple]

    def values(self, value: Any) -> tuple[Any, ...]:
        if self.is_tuple:
            return tuple(value)
        if len(self.fields) == 1:
            return (getattr(value, self.fields[0]),)
        found: tuple[Any, ...] = attrgetter(*self.fields)(value) if self.fields else ()
        return found


def _shape(kind: type) -> _Shape | None:
    """None where the class is neither a dataclass nor a named tuple, or derives from a data type."""
    fields = getattr(kind, "_fields", None)
    if issubclass(kind, tuple) and type(fields) is tuple and all(type(field) is str for field in fields):
        return _Shape(kind.__name__, fields, is_tuple=True, live=False)
    data = (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
    if not dataclasses.is_dataclass(kind) or issubclass(kind, data):
        return None
    names = tuple(field.name for field in dataclasses.fields(kind))
    own = {name: thing for base in kind.__mro__[:-1] for name, thing in vars(base).items()}
    methods = any(
        isinstance(thing, FunctionType | property | classmethod | staticmethod)
        for name, thing in own.items()
        if not name.startswith("_")
    )
    return _Shape(kind.__name__, names, is_tuple=False, live=methods)
