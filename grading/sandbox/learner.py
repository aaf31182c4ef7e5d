"""What runs in the learner's process once it is confined: it serves the calls of the checks.

Nothing in this process is believed by the checks. A learner may rewrite all of it at run time: that
is the same as returning other values, which the checks judge anyway. What must not happen, and cannot
from here, is that a value which crosses is more than its plain data.
"""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from grading.sandbox import borrowed, drawings
from grading.sandbox.crossing import values
from grading.sandbox.crossing.channel import Channel, Closed, Garbled
from grading.sandbox.crossing.conversation import Side
from grading.sandbox.crossing.errors import frames_of, write_error
from grading.sandbox.crossing.values import MAX_CLASSES, Decoder, Encoder, Malformed, Node, Unsendable
from grading.sandbox.program import DoesNotCompile, Program
from grading.sandbox.shapes import Shape, features_of, is_enum, is_stream, shape_of, word

BESIDE = "<beside>"  # the file name of a probe
FILE_LIMIT = 16 * 1024 * 1024


def serve(
    sock: socket.socket, files: dict[str, str], main: str, data: list[str], data_root: Path = Path("/data")
) -> None:
    """Serve the calls of the checks until the socket closes. The working directory is the learner's box."""
    side = LearnerSide(Channel(sock), Program(files, main, data, data_root))
    with suppress(Closed, Garbled, Malformed):
        side.serve()


def warm_up() -> None:
    """Meet each library's values once, so that children forked from here know how to write them."""
    for name in ("numpy", "pandas", "torch"):
        if name in sys.modules:
            values.writers_of(name)
    drawings.warm_up()


def get_ready() -> None:
    """What is printed is seen while the run goes on, so each line leaves at once."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)


class LearnerSide(Side):
    def __init__(self, channel: Channel, program: Program) -> None:
        super().__init__(channel)
        self.program = program
        self.lender = borrowed.Lender(self)
        self._serving = False
        self._shapes: dict[type, Shape | None] = {}
        self._records = 0  # classes of records among them
        self._lent[0] = program.module

    def serve(self) -> None:
        while True:
            kind, *rest = self.receive()
            if kind == "?":
                self._serving = True
                self.answer(rest)

    def ask(self, operation: str, *arguments: Any) -> Any:
        with self.turn:
            if not self._serving:
                raise RuntimeError("nobody is waiting for your code: the check has ended")
            return super().ask(operation, *arguments)

    def reply(self, kind: str, value: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        with self.turn:
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
            "fields": self._fields,
            "of_copy": lambda copy, name: getattr(copy, self.public(name)),
            "beside": self._beside,
            "file": lambda path: self.program.read(path, FILE_LIMIT),
            "files": self.program.paths,
            "run": lambda stdin, arguments: self.program.run(stdin, arguments, self.channel.close),
            "figures": drawings.render_open_figures,
            "scratch": self._scratch,
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
        exec(compile(source, BESIDE, "exec", dont_inherit=True), vars(module))
        return getattr(module, name)(self.program.module, *arguments, **keywords)

    def _scratch(self, text: str, show: Callable[[object], object]) -> None:
        with suppress(OSError):  # the code may have closed one of them
            os.dup2(1, 2)  # as in a terminal, an error stands where it happened
        drawings.hand_on_what_is_shown(show)
        self.program.try_out(text)

    # what crosses from here

    def write_error(self, encoder: Encoder, error: BaseException) -> list[Node]:
        frames = frames_of(error.__traceback__, self.program.box)
        return write_error(encoder, error, self.error_classes, frames, beside=_innermost(error) == BESIDE)

    def write_own(self, encoder: Encoder, value: Any) -> Node:
        kind = type(value)
        number = self.lender.number_of(value)
        if number is not None:
            return ["yours", number]
        if is_enum(kind):
            plain = encoder.node(value._value_)
            return ["enum", self.lend(kind), word(kind.__name__), str(value.name), plain, _is_mixed(kind)]
        row = self._row(kind, value)
        if row is not None:
            live = self.lend(value) if row[0].live else None
            return ["record", self.lend(kind), *row[0].names, live, encoder.items(list(row[1]))]
        if is_stream(kind):
            return ["stream", self.lend(value)]
        name = str(getattr(value, "__name__", kind.__name__))
        return ["object", self.lend(value), name, word(kind.__name__), features_of(kind)]

    def columns(self, encoder: Encoder, kind: type, rows: list[Any]) -> tuple[Node, list[list[Any]]] | None:
        shape = self._shape_of(kind)
        if shape is None or not shape.fields:
            return None
        try:
            columns = shape.columns(rows)
        except (AttributeError, IndexError):
            return None
        return ["record", self.lend(kind), *shape.names], columns

    def _row(self, kind: type, value: Any) -> tuple[Shape, tuple[Any, ...]] | None:
        """The shape and fields of a record; None where it is none, or misses a field."""
        shape = self._shape_of(kind)
        try:
            values = shape.values(value) if shape is not None else ()
        except AttributeError:
            return None
        return (shape, values) if shape is not None and len(values) == len(shape.fields) else None

    def _shape_of(self, kind: type) -> Shape | None:
        if kind not in self._shapes:
            shape = shape_of(kind)
            if shape is not None and self._records >= MAX_CLASSES:
                raise Unsendable(f"your code made more than {MAX_CLASSES:,} classes of such objects")
            self._records += shape is not None
            self._shapes[kind] = shape
        return self._shapes[kind]

    def _fields(self, number: int) -> tuple[Any, ...]:
        value = self.lent(number)
        row = self._row(type(value), value)
        if row is None:
            raise AttributeError(f"a {type(value).__name__} has lost a field")
        return row[1]

    # what arrives here

    def read_own(self, decoder: Decoder, tag: str, parts: list[Node]) -> object:
        return self.lender.read(decoder, tag, parts)

    def rows(self, decoder: Decoder, shape: Node, columns: list[list[Any]]) -> list[Any]:
        make = self.lender.maker(shape)
        return [make(values) for values in zip(*columns, strict=True)]


def _innermost(error: BaseException) -> str:
    """The file that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename if trace is not None else ""


def _is_mixed(kind: type) -> bool:
    """Whether an enum's members are numbers or texts as well."""
    return issubclass(kind, int | str)
