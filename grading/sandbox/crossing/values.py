"""The codec: which values cross between the learner's process and the checks, and how they lie on the wire.

How this works: a value becomes a *tree* (MessagePack: None, bool, int, float, str, bytes and lists,
nothing else) and a list of *buffers* (bytes beside the tree: array data, long strings, and long lists
of plain scalars packed in C). A tree's list begins with a tag that says what it is. Types are judged by
`type(x) is …`: a subclass is not the thing it derives from, since it may lie. What has no form here goes
to the `Peer`, which may make it a record, a handle or a callback, or refuse it.

Lists of rows (tuples, dicts with the same keys, records of one class) cross as columns: 300,000 of them
take tenths of a second.

Reading is strict: whatever is wrong with a tree, however it was forged, is a `Malformed`.
No pickle, eval, marshal or YAML anywhere. Depth, elements and bytes are limited: an element stands for up
to 64 bytes of the reader's memory, and what takes more counts as several (`_COSTS`); each buffer is read
once. Both ends count alike, so that an honest value is refused in words where it is written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from operator import itemgetter
from typing import Annotated, Any, NoReturn, Protocol

import msgspec

MAX_DEPTH = 100
MAX_ELEMENTS = 5_000_000
MAX_BYTES = 64 * 1024 * 1024
MAX_TREE = 8 * 1024 * 1024  # a forged tree costs its reader up to 70 times its size
MAX_CLASSES = 5_000  # of one kind that one side makes for the other's, in a run
MAX_FIELDS = 1_000  # of a record
MAX_DIGITS = 4300  # as int() itself limits text
_MAX_BITS = 14_284  # the bits of MAX_DIGITS digits
_SHORT = 8  # lists below this are written in place
_LONG_TEXT = 512  # strings and bytes above this go into a buffer
_MOST_REASON = 300  # characters: an error's text may quote what was sent
_COST = 4  # elements that a value with a tag counts as
_COSTS = {
    **dict.fromkeys(("deque", "error", "frame", "index", "series", "stream"), 20),
    **dict.fromkeys(("generator", "random", "randomstate"), 100),
}
_ROW_COSTS = {"tuple": 2, "dict": 5}  # of each row, beside its fields
_RECORD_COST = 3

Node = Any  # None | bool | int | float | str | bytes | list[Node]; mypy has no use for the recursion
Writer = Callable[["Encoder", Any], list[Node]]
Reader = Callable[["Decoder", list[Node]], object]

_PLAIN = frozenset({type(None), bool, int, float, str})
_PlainList = Annotated[list[bool | int | float | str | None], msgspec.Meta(max_length=MAX_ELEMENTS)]
_pack = msgspec.msgpack.Encoder().encode
_unpack_plain = msgspec.msgpack.Decoder(_PlainList).decode
_unpack_tree = msgspec.msgpack.Decoder().decode


class Unsendable(Exception):
    """A value cannot cross. The text is a clause that says why: "it is nested more than 100 deep"."""


class Malformed(Exception):
    """What arrived is not a value of this codec."""


class Peer(Protocol):
    """What one side does with the values that have no form of their own."""

    def write_object(self, encoder: Encoder, value: Any) -> Node: ...

    def read_object(self, decoder: Decoder, tag: str, parts: list[Node]) -> object: ...

    def columns(self, encoder: Encoder, kind: type, rows: list[Any]) -> tuple[Node, list[list[Any]]] | None:
        """The shape of a record class and the columns of these rows; None where it is no record class."""
        ...

    def rows(self, decoder: Decoder, shape: Node, columns: list[list[Any]]) -> list[Any]: ...


class Encoder:
    """Writes one message. Use a new one for each."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.buffers: list[bytes | memoryview] = []
        self._elements = 0
        self._bytes = 0
        self._depth = 0

    def tree(self, node: Node) -> bytes:
        """The finished tree as bytes."""
        body = _pack(node)
        if len(body) > MAX_TREE:
            raise Unsendable(f"it holds more than {MAX_TREE >> 20} MB of small parts")
        return body

    def node(self, value: Any) -> Node:
        kind = type(value)
        if kind in _PLAIN or kind is bytes:
            node = self._scalar(value, kind)
            if type(node) is list:
                self.count(_COST)
            return node
        if self._depth >= MAX_DEPTH:
            raise Unsendable(f"it is nested more than {MAX_DEPTH} deep")
        self._depth += 1
        writer = _writer(kind)
        node = [writer[0], *writer[1](self, value)] if writer else self.peer.write_object(self, value)
        self._depth -= 1
        self.count(_COSTS.get(node[0], _COST))
        return node

    def items(self, values: list[Any]) -> Node:
        """A run of values, packed as tightly as their types allow."""
        self.count(len(values))
        if len(values) >= _SHORT:
            kinds = set(map(type, values))
            packed = self._packed(values, kinds)
            if packed is not None:
                return packed
        return ["*", *map(self.node, values)]

    def buffer(self, data: bytes | memoryview) -> int:
        """Put bytes beside the tree; returns the number that the tree refers to them by."""
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            raise Unsendable(f"it is larger than {MAX_BYTES >> 20} MB")
        self.buffers.append(data)
        return len(self.buffers) - 1

    def count(self, elements: int) -> None:
        self._elements += elements
        if self._elements > MAX_ELEMENTS:
            raise Unsendable(f"it holds more than {MAX_ELEMENTS:,} elements")

    def _scalar(self, value: Any, kind: type) -> Node:
        if kind is int and not -(1 << 63) <= value < 1 << 64:
            if value.bit_length() > _MAX_BITS:
                raise Unsendable(f"it is an integer of more than {MAX_DIGITS} digits")
            return ["int", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)]
        if kind is bytes and len(value) > _LONG_TEXT:
            return ["bytes", self.buffer(value)]
        if kind is str:
            try:
                data = value.encode()
            except UnicodeEncodeError:
                return ["surrogates", self.buffer(value.encode("utf-8", "surrogatepass"))]
            if len(data) > _LONG_TEXT:
                return ["str", self.buffer(data)]
        return value

    def _packed(self, values: list[Any], kinds: set[type]) -> Node | None:
        if kinds <= _PLAIN:
            try:
                return ["plain", self.buffer(_pack(values))]
            except (OverflowError, UnicodeEncodeError):
                return None  # a huge int or a lone surrogate among them: one by one, then
        if len(kinds) > 1 or self._depth >= MAX_DEPTH:
            return None
        table = self._columns(kinds.pop(), values)
        if table is None:
            return None
        self._depth += 1
        self.count(len(values) * (_ROW_COSTS.get(table[0][0], _RECORD_COST) - 1))
        node = ["rows", table[0], *map(self.items, table[1])]
        self._depth -= 1
        return node

    def _columns(self, kind: type, values: list[Any]) -> tuple[Node, list[list[Any]]] | None:
        if kind is tuple:
            if not values[0] or len(set(map(len, values))) > 1:
                return None
            return ["tuple"], [list(map(itemgetter(at), values)) for at in range(len(values[0]))]
        if kind is dict:
            keys = tuple(values[0])
            if not keys or set(map(type, keys)) != {str} or set(map(tuple, values)) != {keys}:
                return None
            return ["dict", self.items(list(keys))], [list(map(itemgetter(key), values)) for key in keys]
        if _writer(kind):
            return None
        return self.peer.columns(self, kind, values)


class Decoder:
    """Reads one message that `Encoder` wrote, or that somebody forged. It uses up the buffers."""

    def __init__(self, peer: Peer, buffers: list[memoryview]) -> None:
        self.peer = peer
        self._buffers: list[memoryview | None] = [*buffers]
        self._elements = 0
        self._depth = 0

    def node(self, node: Node) -> Any:
        kind = type(node)
        if kind is not list:
            if kind in _PLAIN or kind is bytes:
                return node
            malformed(f"a {kind.__name__} in the tree")
        tag, *parts = node
        self.count(_COSTS.get(tag, _COST))
        reader = _READERS.get(tag)
        if reader:
            return self.within(reader, parts)
        return self.within(lambda decoder, rest: self.peer.read_object(decoder, tag, rest), parts)

    def within(self, reader: Reader, parts: list[Node]) -> Any:
        """What the reader makes of these parts, one level further in."""
        self._depth += 1
        if self._depth > MAX_DEPTH + 10:
            malformed("too deep")
        value = reader(self, parts)
        self._depth -= 1
        return value

    def items(self, node: Node) -> list[Any]:
        tag, *parts = node
        if tag == "*":
            self.count(len(parts))
            return list(map(self.node, parts))
        if tag == "plain":
            values: list[Any] = _unpack_plain(self.buffer(parts[0]))
            self.count(len(values))
            return values
        if tag != "rows":
            malformed("a run of values is none")
        shape, *columns = parts
        table = self.within(lambda _decoder, rest: [self.items(column) for column in rest], columns)
        if len(set(map(len, table))) != 1:
            malformed("no columns, or such as differ in length")
        self.count(len(table[0]) * _ROW_COSTS.get(shape[0], _RECORD_COST))
        return self._rows(shape, table)

    def buffer(self, number: Node) -> memoryview:
        """The bytes of that number, which can be had once."""
        if type(number) is not int or number < 0:
            malformed("no such buffer")
        data, self._buffers[number] = self._buffers[number], None
        if data is None:
            malformed("one buffer for two values")
        return data

    def count(self, elements: int) -> None:
        self._elements += elements
        if self._elements > MAX_ELEMENTS:
            malformed("too many elements")

    def _rows(self, shape: Node, table: list[list[Any]]) -> list[Any]:
        if shape[0] == "tuple":
            return list(zip(*table, strict=True))
        if shape[0] == "dict":
            keys = self.items(shape[1])
            return [dict(zip(keys, row, strict=True)) for row in zip(*table, strict=True)]
        return self.peer.rows(self, shape, table)


def malformed(reason: str) -> NoReturn:
    raise Malformed(reason)


def read(peer: Peer, tree: bytes | memoryview, buffers: list[memoryview]) -> Any:
    """The message that `tree` and `buffers` hold: a list of values.

    Raises Malformed, or MemoryError where this process has too little for it, and nothing else.
    """
    try:
        if len(tree) > MAX_TREE:
            malformed("the tree is too large")
        nodes = _unpack_tree(tree)
        if type(nodes) is not list:
            malformed("no list of values")
        decoder = Decoder(peer, buffers)
        return [decoder.node(node) for node in nodes]
    except (Malformed, MemoryError):
        raise
    except Exception as error:  # whatever a forged message can make go wrong is the message's fault
        raise Malformed(f"{type(error).__name__}: {error}"[:_MOST_REASON]) from error


def _read_int(_decoder: Decoder, parts: list[Node]) -> int:
    if type(parts[0]) is not bytes or len(parts[0]) > _MAX_BITS // 8 + 2:
        malformed("an int that is too long")
    number = int.from_bytes(parts[0], "little", signed=True)
    if number.bit_length() > _MAX_BITS:
        malformed("an int of too many digits")
    return number


# type → (tag, writer); NumPy's, pandas' and PyTorch's join when a first value of theirs is met.
_WRITERS: dict[type, tuple[str, Writer]] = {}
_READERS: dict[str, Reader] = {
    "bytes": lambda decoder, parts: bytes(decoder.buffer(parts[0])),
    "str": lambda decoder, parts: str(decoder.buffer(parts[0]), "utf-8"),
    "surrogates": lambda decoder, parts: str(decoder.buffer(parts[0]), "utf-8", "surrogatepass"),
    "int": _read_int,
}
_LATE = {name: f"grading.sandbox.crossing.values_{name}" for name in ("numpy", "pandas", "torch")}


def register(writers: dict[type, tuple[str, Writer]], readers: dict[str, Reader]) -> None:
    """Add kinds of values: called by the `values_…` modules when they are imported."""
    _WRITERS.update(writers)
    _READERS.update(readers)


def writers_of(library: str) -> None:
    """Add the writers of an imported library's kinds."""
    module = _LATE.pop(library, None)
    if module is not None:
        _WRITERS.update(import_module(module).writers())


def _writer(kind: type) -> tuple[str, Writer] | None:
    found = _WRITERS.get(kind)
    if found is None and _LATE:
        library = str(kind.__module__).partition(".")[0]
        if library in _LATE and library in sys.modules:
            writers_of(library)
            return _WRITERS.get(kind)
    return found
