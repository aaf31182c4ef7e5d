"""Bytes as choices: from any bytes a message that is nearly right.

Raw bytes seldom get past the first check of a reader. So a fuzzer's bytes are read here as decisions:
which tag, which parts, and now and then a part of a kind that does not belong there. Whatever changes the
bytes a little changes the message a little, which is what lets fuzzers and Hypothesis work on them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")
_MOST_NODES = 400
_DEEPEST = 12


class Choices:
    """Decisions, one after another. When the bytes are used up, every decision is the first choice."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def bytes(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def pick(self, among: Sequence[_T]) -> _T:
        return among[self.byte() % len(among)]

    def rarely(self) -> bool:
        return self.byte() > 248

    def mostly(self, right: Sequence[_T], wrong: Sequence[_T]) -> _T:
        """One of those that belong there; one time in sixteen one of the others."""
        return self.pick(wrong if self.byte() > 239 else right)

    @property
    def left(self) -> bool:
        return self._at < len(self._data)


_INTEGERS = (
    0,
    1,
    2,
    3,
    5,
    7,
    8,
    -1,
    12,
    31,
    59,
    255,
    1000,
    2026,
    1 << 20,
    (1 << 31) - 1,
    1 << 62,
    -(1 << 63),
    (1 << 64) - 1,
)
_FLOATS = (0.0, 1.5, -0.0, float("nan"), float("inf"), -float("inf"), 1e308, 5e-324)
_TEXTS = (
    "",
    "a",
    "x",
    "solution",
    "__class__",
    "_gradient_values",
    "told",
    "args",
    "1e9",
    "-1",
    "<lambda>",
    "é\u202e\0",
    "a" * 300,
    "1" * 5000,
)
_WORDS = ("A", "Point", "x", "y", "as_dict", "count", "class", "é", "a b", "__eq__", "a" * 201)
_ERRORS = (
    "ValueError",
    "KeyError",
    "UnicodeDecodeError",
    "SyntaxError",
    "OSError",
    "SystemExit",
    "KeyboardInterrupt",
    "StopIteration",
    "AssertionError",
    "Nonsense",
)
_MODULES = (None, "json", "json.decoder", "numpy", "pandas.errors", "pytest", "subprocess", "os", "no.such")
_FEATURES = ("call", "length", "item", "contains", "iterate", "enter", "fly")
_DTYPES = (
    "<i8",
    "<f8",
    "|b1",
    "|i1",
    "|u1",
    "<f2",
    "<c16",
    "<M8[ns]",
    "<M8[s]",
    "<m8[us]",
    "<U3",
    "|S2",
    "<U0",
    "|O",
    "|V4",
    "i4,f8",
    "(2,)i4",
    "<i4",
    ">f4",
)
_TENSOR_SIZES = {"float32": 4, "int64": 8, "bool": 1, "uint8": 1, "bfloat16": 2, "float64": 8, "complex64": 8}
_TENSOR_DTYPES = (*_TENSOR_SIZES, "float16", "qint8", "load", "Tensor", "", "__class__")
_ZONES = ("Europe/Berlin", "UTC", "../../etc/passwd", "Nowhere/Land", "", "a" * 200)
_UNITS = ("ns", "s", "ms", "us", "D", "fortnights", "")
_FREQUENCIES = (None, "D", "h", "M", "Y", "B", "nonsense", "1" * 200, "999999999D")
_CLOSED = ("left", "right", "both", "neither", "ajar")
_OPERATIONS = (
    "call",
    "next",
    "get",
    "put",
    "length",
    "item",
    "contains",
    "iterate",
    "enter",
    "exit",
    "find",
    "load",
    "",
)
_BITS = ("PCG64", "MT19937", "Philox", "SFC64", "PCG64DXSM", "os.system")


class Forger:
    """Makes one message: `tree` calls give nodes, `buffers` is what they refer to."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self.buffers: list[bytes] = []
        self._nodes = 0
        self._depth = 0
        self.length = choices.pick((2, 1, 3, 0, 9))  # of most runs of values, so that they go together

    def node(self) -> Any:
        self._nodes += 1
        if self._depth >= _DEEPEST or self._nodes > _MOST_NODES or not self._choices.left:
            return self.scalar()
        self._depth += 1
        tag = self._choices.pick(_TAGS)
        if tag in ("array", "scalar"):
            node = [tag, *self.array()]
        elif tag == "tensor":
            node = [tag, *self.tensor()]
        else:
            node = [tag, *(self.part(kind) for kind in _SHAPES[tag])] if tag else self.scalar()
        if tag and self._choices.rarely():
            node = node[: self._choices.byte() % (len(node) + 1)]
        self._depth -= 1
        return node

    def part(self, kind: str) -> Any:
        """A part of the kind that belongs there, or rarely of any other."""
        if self._choices.rarely():
            kind = self._choices.pick(tuple(_PARTS))
        return _PARTS[kind](self, self._choices)

    def scalar(self) -> Any:
        among = (_INTEGERS, _FLOATS, _TEXTS, (None, True, False), (b"", b"\0\1", b"\xff" * 20))
        return self._choices.pick(self._choices.pick(among))

    def items(self) -> Any:
        how = self._choices.byte() % 8
        count = self._choices.mostly((self.length,), (0, 1, 5, 12))
        if how < 4:
            return ["*", *(self.node() for _ in range(count))]
        if how < 7:
            plain = [self._plain() for _ in range(count)]
            return ["plain", self.buffer(msgspec.msgpack.encode(plain))]
        self._depth += 1
        shape = self._choices.pick(
            (["tuple"], ["dict", ["*", "a", "b"]], ["record", 1, "A", ["x", "y"], False])
        )
        wide = self._choices.mostly((2,), (0, 1, 3)) if self._depth < _DEEPEST else 0
        columns = [self.items() for _ in range(wide)]
        self._depth -= 1
        return ["rows", shape, *columns]

    def _plain(self) -> Any:
        scalar = self.scalar()
        return scalar if self._choices.rarely() or not isinstance(scalar, bytes) else None

    def buffer(self, data: bytes | None = None) -> int:
        """The number of a new buffer; rarely of one that is there already, or is not."""
        if self._choices.rarely():
            return self._choices.pick(_INTEGERS)
        if data is None:
            data = self._choices.bytes(self._choices.pick((0, 1, 8, 8, 16, 24, 64)))
            data = data.ljust(self._choices.pick((0, 8, 16)), b"\0")
        self.buffers.append(data)
        return len(self.buffers) - 1

    def array(self, *dtypes: str) -> list[Any]:
        dtype = self._choices.mostly(dtypes or _DTYPES[:12], _DTYPES)
        dimensions = self._choices.mostly((1,), (0, 2, 33))
        shape = [self._choices.mostly((self.length,), (1, 0, 8, 1 << 40)) for _ in range(dimensions)]
        size = {"1": 1, "2": 2, "3": 12, "4": 4, "6": 16}.get(dtype[-1], 8)
        length = size
        for each in shape:
            length *= each
        data = self._choices.bytes(length % 4096).ljust(length % 4096, b"\0")
        return [dtype, shape, self.buffer(data), self._choices.rarely()]

    def tensor(self) -> list[Any]:
        dtype = self._choices.mostly(_TENSOR_DTYPES[:8], _TENSOR_DTYPES)
        dimensions = self._choices.mostly((1,), (0, 2, 65))
        shape = [self._choices.mostly((self.length,), (1, 0, 8, 1 << 40)) for _ in range(dimensions)]
        length = _TENSOR_SIZES.get(dtype, 4)
        for each in shape:
            length *= each
        data = self._choices.bytes(length % 4096).ljust(length % 4096, b"\0")
        return [dtype, shape, self.buffer(data), self._choices.pick((False, True))]

    def column(self) -> list[Any]:
        pick, mostly, array = self._choices.pick, self._choices.mostly, self.array
        self._depth += 1
        kinds: tuple[Callable[[], list[Any]], ...] = (
            lambda: ["plain", *array()],
            lambda: ["objects", self.items()],
            lambda: ["text", mostly(("python", "pyarrow"), ("stone",)), pick((True, False)), self.items()],
            lambda: ["category", array("|i1"), self.index(), pick((True, False))],
            lambda: ["zoned", self.part("unit"), self.part("zone"), array("<i8")],
            lambda: ["period", self.part("frequency"), array("<i8")],
            lambda: ["interval", self.part("closed"), self.column(), self.column()],
            lambda: [
                "masked",
                mostly(("Int64", "boolean", "Float32"), ("eval",)),
                array("<i8"),
                array("|b1"),
            ],
        )
        made = pick(kinds)() if self._depth < _DEEPEST else ["objects", ["*"]]
        self._depth -= 1
        return made

    def index(self) -> list[Any]:
        pick = self._choices.pick
        self._depth += 1
        kinds: tuple[Callable[[], list[Any]], ...] = (
            lambda: [
                "range",
                0,
                self._choices.mostly((self.length,), _INTEGERS),
                pick((1, 1, 1, 2, 0, -1)),
                self.scalar(),
            ],
            lambda: ["index", self.column(), self.node(), self._choices.mostly((None,), _FREQUENCIES)],
            lambda: [
                "multi",
                [self.index(), self.index()],
                [self.array("|i1"), self.array("|i1")],
                ["*", None, "a"],
            ],
        )
        made = pick(kinds)() if self._depth < _DEEPEST else ["range", 0, 1, 1, None]
        self._depth -= 1
        return made

    def error_class(self) -> Any:
        pick = self._choices.pick
        if self._choices.byte() < 160:
            return pick(_ERRORS)
        self._depth += 1
        bases = (
            [self.error_class() for _ in range(self._choices.byte() % 3)] if self._depth < _DEEPEST else []
        )
        self._depth -= 1
        return pick((0, 5, [pick((*_ERRORS, *_WORDS)), bases, pick(_MODULES)]))

    def state(self) -> Any:
        """What a bit generator's state looks like, as a dict that crosses."""
        pick = self._choices.pick
        numbers = (0, 1, 3, 5, 624, 625, -1, 1 << 30, 1.5, None)
        inner = [
            "dict",
            ["*", "state", "inc", "pos", "key", "counter"],
            ["*", pick(_INTEGERS), 1, pick(numbers), ["array", *self.array()], ["array", *self.array()]],
        ]
        keys = [
            "*",
            "bit_generator",
            "state",
            "has_uint32",
            "uinteger",
            "buffer",
            "buffer_pos",
            "has_gauss",
            "gauss",
        ]
        return [
            "dict",
            keys,
            [
                "*",
                pick(_BITS),
                inner,
                pick(numbers),
                pick(numbers),
                ["array", *self.array()],
                pick(numbers),
                0,
                0.0,
            ],
        ]


_PARTS: dict[str, Callable[[Forger, Choices], Any]] = {
    "node": lambda forger, _: forger.node(),
    "scalar": lambda forger, _: forger.scalar(),
    "items": lambda forger, _: forger.items(),
    "buffer": lambda forger, _: forger.buffer(),
    "array": lambda forger, _: forger.array(),
    "column": lambda forger, _: forger.column(),
    "columns": lambda forger, choices: [forger.column() for _ in range(choices.byte() % 4)],
    "index": lambda forger, _: forger.index(),
    "class": lambda forger, _: forger.error_class(),
    "state": lambda forger, _: forger.state(),
    "integer": lambda _, choices: choices.pick(_INTEGERS),
    "small": lambda _, choices: choices.byte(),
    "number": lambda _, choices: choices.pick((1, 0, 2, 3, 1 << 40)),
    "maybe": lambda _, choices: choices.pick((None, 1, 0, 2, 999)),
    "day": lambda _, choices: choices.byte() % 29,
    "bool": lambda _, choices: choices.pick((False, True)),
    "float": lambda _, choices: choices.pick(_FLOATS),
    "bytes": lambda _, choices: choices.bytes(choices.pick((1, 16, 0, 8, 60))),
    "text": lambda _, choices: choices.pick(_TEXTS),
    "word": lambda _, choices: choices.mostly(_WORDS[:6], _WORDS[6:]),
    "words": lambda forger, choices: [f"{choices.mostly('xyz', _WORDS)}{at}" for at in range(forger.length)],
    "features": lambda _, choices: [
        choices.mostly(_FEATURES[:6], _FEATURES) for _ in range(choices.byte() % 5)
    ],
    "scalars": lambda forger, choices: ["*", *(forger.scalar() for _ in range(choices.byte() % 3))],
    "dtype": lambda _, choices: choices.mostly(_DTYPES[:12], _DTYPES[12:]),
    "tensordtype": lambda _, choices: choices.pick(_TENSOR_DTYPES),
    "unit": lambda _, choices: choices.mostly(_UNITS[:4], _UNITS[4:]),
    "frequency": lambda _, choices: choices.mostly(_FREQUENCIES[:6], _FREQUENCIES[6:]),
    "closed": lambda _, choices: choices.mostly(_CLOSED[:4], _CLOSED[4:]),
    "zonename": lambda _, choices: choices.mostly(_ZONES[:2], _ZONES[2:]),
    "zone": lambda _, choices: choices.pick(
        (None, ["zoneinfo", choices.mostly(_ZONES[:2], _ZONES[2:])], ["timezone", 0, 3600, 0, None])
    ),
    "details": lambda forger, choices: [
        [choices.pick(_TEXTS), forger.node()] for _ in range(choices.byte() % 3)
    ],
    "frames": lambda _, choices: [
        ["solution.py", choices.pick(_INTEGERS), "f", choices.pick(_TEXTS)] for _ in range(choices.byte() % 4)
    ],
    "typename": lambda _, choices: choices.pick(("int", "list", "object", "NoneType", "eval")),
}
_CLOCK = ["day", "day", "day", "small", "bool"]
_SHAPES: dict[str, list[str]] = {
    **{tag: ["items"] for tag in ("list", "tuple", "set", "frozenset")},
    **{tag: ["items", "items"] for tag in ("dict", "counter", "ordereddict")},
    "defaultdict": ["typename", "items", "items"],
    "deque": ["maybe", "items"],
    **{tag: ["buffer"] for tag in ("bytearray", "bytes", "str", "surrogates")},
    "int": ["bytes"],
    "complex": ["float", "float"],
    "datetime": ["small", "day", "day", *_CLOCK, "zone"],
    "date": ["small", "day", "day"],
    "time": [*_CLOCK, "zone"],
    "timedelta": ["integer", "integer", "integer"],
    "timezone": ["integer", "integer", "integer", "text"],
    "zoneinfo": ["zonename"],
    "decimal": ["text"],
    "fraction": ["node", "node"],
    "uuid": ["bytes"],
    **{tag: ["text"] for tag in ("path", "purepath", "windowspath")},
    **{tag: ["integer", "integer", "integer"] for tag in ("range", "slice")},
    "random": ["node"],
    "ellipsis": [],
    "textscalar": ["node"],
    "tensorshape": ["items"],
    "tensordtype": ["tensordtype"],
    "dtype": ["dtype"],
    **{tag: ["state"] for tag in ("generator", "randomstate")},
    "frame": ["index", "index", "columns"],
    "series": ["index", "column", "node"],
    "index": ["index"],
    "timestamp": ["unit", "integer", "zone"],
    "pandastimedelta": ["unit", "integer"],
    "period": ["integer", "frequency"],
    "interval": ["node", "node", "closed"],
    "nat": [],
    "na": [],
    "error": ["class", "text", "scalars", "details", "frames", "maybe", "maybe", "bool"],
    "errortype": ["class", "number"],
    "type": ["typename"],
    "yours": ["number"],
    "object": ["number", "text", "word", "features"],
    "stream": ["number"],
    "record": ["number", "word", "words", "bool", "maybe", "items"],
    "enum": ["number", "word", "word", "node", "bool"],
    **{tag: ["number", "word", "words", "bool", "bool", "items"] for tag in ("given", "member", "function")},
    "nonsense": ["node"],
}
_TAGS = ("", "", "array", "scalar", *_SHAPES, "tensor")


def value(choices: Choices) -> tuple[Any, list[bytes]]:
    """The node of one value, and its buffers."""
    forger = Forger(choices)
    return forger.node(), forger.buffers


def message(choices: Choices) -> bytes:
    """One message of the conversation, as it lies on the line."""
    forger = Forger(choices)
    kind = choices.pick("==?!#")
    if kind == "?":
        released = ["list", ["*", *(choices.pick(_INTEGERS) for _ in range(choices.byte() % 3))]]
        nodes = [
            "?",
            released,
            choices.pick(_OPERATIONS),
            *(forger.node() for _ in range(choices.byte() % 4)),
        ]
    elif kind == "!":
        nodes = ["!", ["error", *(forger.part(part) for part in _SHAPES["error"])]]
    else:
        nodes = [kind, forger.node()]
    return framed(msgspec.msgpack.encode(nodes), forger.buffers)


def framed(body: bytes, buffers: Sequence[bytes]) -> bytes:
    """A tree and its buffers as `Channel` sends them."""
    lengths = struct.pack(f">{len(buffers)}I", *map(len, buffers))
    rest = lengths + body + b"".join(buffers)
    return struct.pack(">II", len(rest), len(buffers)) + rest


def damaged(choices: Choices, data: bytes) -> bytes:
    """The same bytes; rarely cut, doubled, or with one of them changed."""
    if not choices.rarely():
        return data
    at = (choices.byte() << 8 | choices.byte()) % (len(data) + 1)
    return choices.pick((data[:at], data + data[at:], data[:at] + choices.bytes(1) + data[at + 1 :]))
