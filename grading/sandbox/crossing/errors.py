"""How exceptions cross: as a type's name and bases, a message, plain details, own frames.

The type that arrives is the built-in one itself, or a class made here with the same name below the same
built-in bases, so that `pytest.raises(ValueError)` and `except TimeoutError` work on either side. Classes
of a few libraries (`LIBRARIES`) are looked up where the other side names them, among what is imported
already. Not those of pytest or Hypothesis: whoever raised them from a learner's code would steer them.
"""

from __future__ import annotations

import builtins
import linecache
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from grading.sandbox.crossing.values import MAX_CLASSES, Decoder, Encoder, Node, Unsendable, malformed
from grading.sandbox.text import clean

MESSAGE_LIMIT = 1_000
_FRAMES_FIRST, _FRAMES_LAST = 4, 12
_FRAME_COST = 5  # elements that a frame counts as
_MOST_ARGUMENTS = 10
_MOST_DETAILS = 20
_LONGEST_NAME = 100
_LIBRARIES = (
    "asyncio binascii concurrent configparser csv decimal duckdb email fractions grpc http httpx ipaddress "
    "jinja2 json jsonschema numpy onnx pandas pandera pyarrow pybreaker queue scipy sklearn socket sqlite3 "
    "ssl statistics statsmodels struct subprocess tenacity tomllib torch urllib xml yaml zipfile zoneinfo"
)
LIBRARIES = frozenset(_LIBRARIES.split())
_PLAIN = (type(None), bool, int, float, str)

BUILTIN: dict[str, type[BaseException]] = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and "Group" not in name
}
_ENDS = {"BaseException", "KeyboardInterrupt", "GeneratorExit", "SystemExit"}  # these would end the reader


@dataclass(frozen=True)
class Frame:
    path: str
    line: int
    function: str
    source: str


@dataclass(frozen=True)
class Told:
    """What the other side said of an exception: kept on the exception as `told`."""

    name: str
    message: str
    frames: tuple[Frame, ...]
    origin: int | None = None  # the number under which this side had sent the exception before
    number: int | None = None  # the other side's own number for it
    beside: bool = False  # raised by a probe of the checks' own, not by the learner's code

    @property
    def line(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name

    def traceback(self, *, message: bool = True) -> str:
        """As Python prints it, with the learner's own frames only."""
        lines = ["Traceback (most recent call last):"] if self.frames else []
        for at, frame in enumerate(self.frames):
            if at == _FRAMES_FIRST and len(self.frames) == _FRAMES_FIRST + _FRAMES_LAST:
                lines.append("  …")
            lines.append(f'  File "{frame.path}", line {frame.line}, in {frame.function}')
            if frame.source:
                lines.append(f"    {frame.source}")
        return "\n".join([*lines, self.line if message else self.name])


def told(error: BaseException) -> Told | None:
    """What the other side said of this exception; None where it is this side's own."""
    found = getattr(error, "told", None)
    return found if type(found) is Told else None


def message_of(error: BaseException) -> str:
    try:
        return clean(str(error), MESSAGE_LIMIT)
    except BaseException:  # a learner's __str__ may raise anything
        return "(its message could not be made)"


def frames_of(trace: TracebackType | None, own: Path) -> list[Frame]:
    """The frames that lie in files under `own`, oldest first; the middle of a long run left out."""
    found: list[tuple[str, int, str]] = []
    prefix = f"{own}/"
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(prefix):
            found.append((code.co_filename, trace.tb_lineno or 0, code.co_name))
        trace = trace.tb_next
    if len(found) > _FRAMES_FIRST + _FRAMES_LAST:
        found = found[:_FRAMES_FIRST] + found[-_FRAMES_LAST:]
    return [
        Frame(path.removeprefix(prefix), line, name, linecache.getline(path, line).strip()[:200])
        for path, line, name in found
    ]


def write_error(
    encoder: Encoder,
    error: BaseException,
    classes: ErrorClasses,
    frames: list[Frame],
    *,
    number: int | None = None,
    beside: bool = False,
) -> list[Node]:
    """`number` is this side's for it, by which it is known again when it comes back."""
    known = told(error)
    arguments = error.args if all(type(a) in _PLAIN for a in error.args) else ()
    return [
        classes.write(type(error)),
        message_of(error),
        encoder.items([a[:MESSAGE_LIMIT] if type(a) is str else a for a in arguments[:_MOST_ARGUMENTS]]),
        _write_details(encoder, error),
        [[clean(f.path, 200), f.line, clean(f.function, 100), clean(f.source, 200)] for f in frames],
        known.number if known else None,
        number,
        beside,
    ]


def _write_details(encoder: Encoder, error: BaseException) -> list[Node]:
    """The public attributes that have a plain form: `error.status`, `error.line_number`."""
    details = []
    for name, value in list(getattr(error, "__dict__", {}).items())[:_MOST_DETAILS]:
        if type(name) is str and not name.startswith("_") and name != "told":
            try:
                details.append([name[:_LONGEST_NAME], encoder.node(value)])
            except Unsendable:
                continue
    return details


def read_error(decoder: Decoder, parts: list[Node], classes: ErrorClasses) -> BaseException:
    class_, message, arguments, details, frames, origin, number, beside = parts
    if type(message) is not str or len(details) > _MOST_DETAILS:
        malformed("no error")
    if len(frames) > _FRAMES_FIRST + _FRAMES_LAST:
        malformed("too many frames")
    decoder.count(_FRAME_COST * len(frames))
    kind = classes.read(class_)
    error = _make(kind, _plain(decoder.items(arguments)), message[:MESSAGE_LIMIT])
    for key, value in details:
        if type(key) is str and not key.startswith("_") and not hasattr(kind, key):
            setattr(error, key, decoder.node(value))
    shown = tuple(Frame(clean(p, 200), int(at), clean(f, 100), clean(s, 200)) for p, at, f, s in frames)
    if not all(type(each) in (int, type(None)) for each in (origin, number)):
        malformed("no number")
    words = clean(message, MESSAGE_LIMIT)
    said = Told(kind.__name__, words, shown, origin, number, beside is True)
    error.told = said  # type: ignore[attr-defined]  # our own mark
    return error


def _plain(arguments: list[Any]) -> tuple[Any, ...]:
    """What an exception is made with: a few scalars, so that whatever looks at it finds nothing else."""
    if len(arguments) > _MOST_ARGUMENTS or any(type(each) not in _PLAIN for each in arguments):
        malformed("an error made of more than scalars")
    return tuple(each[:MESSAGE_LIMIT] if type(each) is str else each for each in arguments)


class ErrorClasses:
    """The classes raised on this side for those of the other; the same one each time.

    `borrowed` knows the other side's numbers for them, `lent` finds this side's own by number.
    """

    def __init__(self, lent: Callable[[Any], Any]) -> None:
        self.borrowed: dict[type, int] = {}
        self._lent = lent
        self._made: dict[Any, type[BaseException]] = {}

    def write(self, kind: type, depth: int = 8) -> Node:
        """A built-in class's name, a borrowed one's number; else its name, exception bases and library."""
        if BUILTIN.get(kind.__name__) is kind:
            return kind.__name__
        if kind in self.borrowed:
            return self.borrowed[kind]
        bases = [base for base in kind.__bases__ if issubclass(base, BaseException)]
        nodes = [self.write(base, depth - 1) for base in bases[:4]] if depth else ["Exception"]
        module = str(kind.__module__)
        library = module if module.partition(".")[0] in LIBRARIES else None
        return [clean(str(kind.__name__), _LONGEST_NAME), nodes, library]

    def read(self, node: Node, depth: int = 8) -> type[BaseException]:
        """Never a class that would end this process: those come as an `Exception` of the same name."""
        if type(node) is int:
            return _exception(self._lent(node))
        if type(node) is str and node in BUILTIN and node not in _ENDS:
            return BUILTIN[node]
        name, bases, module = (node, ["Exception"], None) if type(node) is str else node
        if type(name) is not str or len(name) > _LONGEST_NAME or not depth:
            malformed("no name of an error class")
        if type(bases) is not list or not 0 < len(bases) <= 4:
            malformed("no bases of an error class")
        parents = tuple(self.read(base, depth - 1) for base in bases)
        if name == "SystemExit":
            parents = (SystemExit, Exception)  # for pytest.raises(SystemExit); pytest survives it
        library = _of_library(module, name)
        key = (name, parents, library)
        if key not in self._made:
            if len(self._made) >= MAX_CLASSES:
                malformed("too many classes of errors")
            self._made[key] = _new_class(name, library or parents, parents, parents[:1])
        return self._made[key]


def _exception(kind: Any) -> type[BaseException]:
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        malformed("no exception was lent by that number")
    return kind


def _of_library(module: Node, name: str) -> tuple[type[BaseException], ...]:
    """The class itself, below which the one to raise here is made; empty where it is not to be had."""
    if type(module) is not str or module.partition(".")[0] not in LIBRARIES:
        return ()
    found = getattr(sys.modules.get(module), name, None)
    return (found,) if isinstance(found, type) and issubclass(found, Exception) else ()


def _new_class(name: str, *choices: tuple[type[BaseException], ...]) -> type[BaseException]:
    """A class of that name below the first of these bases that go together."""
    body = {"__init__": _take_anything, "__str__": _message, "__module__": "solution"}
    for parents in choices:
        try:
            return type(name, parents, body)
        except TypeError:  # final, or of two layouts
            continue
    return type(name, (Exception,), body)


def _take_anything(error: BaseException, *arguments: Any, **details: Any) -> None:
    """Whatever the class it stands for wants to be made with."""
    vars(error).update(details)
    if isinstance(error, SystemExit):
        error.code = arguments[0] if arguments else None


def _message(error: BaseException) -> str:
    known = told(error)
    return known.message if known else ", ".join(map(str, error.args))


def _make(kind: type[BaseException], arguments: tuple[Any, ...], message: str) -> BaseException:
    try:
        return kind(*arguments) if arguments or not message else kind(message)
    except Exception:  # UnicodeDecodeError and others want arguments of their own
        error = kind.__new__(kind)
        error.args = (message,)
        return error
