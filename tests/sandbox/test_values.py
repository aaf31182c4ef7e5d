"""The codec: plain values cross unchanged, anything else is refused, nothing forged gets through."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import random
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.sandbox.crossing import values, values_numpy, values_pandas, values_standard  # noqa: F401
from grading.sandbox.crossing.values import Decoder, Encoder, Malformed, Unsendable, read


class NoObjects:
    """A peer with whom nothing but plain values can be spoken of."""

    def write_object(self, _encoder: Encoder, value: Any) -> Any:
        raise Unsendable(f"it is a {type(value).__name__}")

    def read_object(self, _decoder: Decoder, tag: str, _parts: list[Any]) -> object:
        raise Malformed(tag)

    def columns(self, *_: Any) -> None:
        return None

    def rows(self, *_: Any) -> list[Any]:
        raise Malformed("rows")


def crossed(value: Any) -> Any:
    encoder = Encoder(NoObjects())
    tree = encoder.tree([encoder.node(value)])
    return read(NoObjects(), tree, [memoryview(buffer) for buffer in encoder.buffers])[0]


def forged(tree: Any, *buffers: bytes) -> Any:
    return read(NoObjects(), msgspec.msgpack.encode([tree]), [memoryview(buffer) for buffer in buffers])


BERLIN = ZoneInfo("Europe/Berlin")
PLAIN = [
    None,
    True,
    0,
    -(2**63),
    2**64 - 1,
    2**64,
    -(10**4299),
    1.5,
    "",
    "größe",
    "lone \ud800 surrogate",
    "long " * 10_000,
    b"",
    b"\0" * 1_000,
    bytearray(b"abc"),
    3 - 4j,
    [],
    [1, [2, [3]]],
    list(range(1_000)),
    ["a"] * 20 + [None, 1, 2.5, True],
    [2**70] * 20,
    ["\ud800"] * 20,
    [b"x"] * 20,
    (),
    (1, (2,)),
    {},
    {"a": [1, 2], 3: {"b": None}, (1, 2): "tuple"},
    {1, "a"},
    frozenset({1, 2}),
    [(n, str(n)) for n in range(50)],
    [{"name": str(n), "value": n / 3, "more": [n]} for n in range(50)],
    [{}] * 10,
    [()] * 10,
    [[]] * 10,
    [{"a": 1}, {"b": 2}] * 10,
    [(1,), (1, 2)] * 10,
    dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
    dt.datetime(2026, 1, 1, 12, 0, 0, 1),  # noqa: DTZ001  # naive on purpose
    dt.datetime.now(dt.UTC),
    dt.date(2026, 2, 28),
    dt.time(23, 59, 59, 999_999, tzinfo=dt.timezone(dt.timedelta(hours=-3), "X")),
    dt.timedelta(days=-1, microseconds=1),
    dt.UTC,
    BERLIN,
    Decimal("1.100"),
    Decimal("NaN"),
    Fraction(1, 3),
    uuid.UUID(int=5),
    Path("a/b"),
    PurePosixPath("/x"),
    PureWindowsPath("C:/x"),
    range(1, 10, 2),
    slice(None, 5),
    ...,
    Counter("abracadabra"),
    OrderedDict([("b", 1), ("a", 2)]),
    defaultdict(list, a=[1]),
    deque([1, 2], 5),
]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: repr(value)[:30])
def test_a_plain_value_crosses_with_its_exact_type(value: Any) -> None:
    arrived = crossed(value)
    assert type(arrived) is type(value)
    assert repr(arrived) == repr(value)


def test_what_equality_does_not_show_crosses_too() -> None:
    assert math.copysign(1, crossed(-0.0)) == -1
    assert math.isnan(crossed(math.nan))
    assert crossed([True, 1, 1.0] * 10) == [True, 1, 1.0] * 10
    assert [type(x) for x in crossed([True, 1, 1.0] * 10)] == [bool, int, float] * 10
    assert crossed(defaultdict(int, a=1))["missing"] == 0
    assert crossed(deque([1], 1)).maxlen == 1
    assert list(crossed(OrderedDict([("b", 1), ("a", 2)]))) == ["b", "a"]
    generator = random.Random(5)
    assert crossed(generator).random() == generator.random()


def test_the_factory_of_a_strangers_defaultdict_stays_behind() -> None:
    assert crossed(defaultdict(lambda: 42, a=1)).default_factory is None


_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
_keys = st.none() | st.integers() | st.text() | st.dates() | st.tuples(st.integers(), st.text())
_trees = st.recursive(
    _scalars | st.datetimes() | st.timedeltas() | st.decimals(allow_nan=False) | st.fractions() | st.uuids(),
    lambda inner: (
        st.lists(inner, max_size=20)
        | st.tuples(inner, inner)
        | st.dictionaries(_keys, inner)
        | st.lists(st.tuples(inner, inner), min_size=8, max_size=12)
        | st.lists(st.fixed_dictionaries({"a": inner, "b": inner}), min_size=8, max_size=12)
    ),
    max_leaves=40,
)


@pytest.mark.slow
@given(_trees)
def test_any_tree_of_plain_values_comes_back_as_it_was(tree: Any) -> None:
    arrived = crossed(tree)
    assert arrived == tree
    assert repr(arrived) == repr(tree)


class Text(str):
    """A subclass is not the thing it derives from."""


class Zone(dt.tzinfo):
    def utcoffset(self, _moment: Any) -> dt.timedelta:
        return dt.timedelta(0)


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Text("x"), "it is a Text"),
        ([Text("x")] * 20, "it is a Text"),
        (object(), "it is a object"),
        (10**5000, "more than 4300 digits"),
        ([10**5000] * 20, "more than 4300 digits"),
        (CYCLE, "nested more than 100 deep"),
        (_nested(101), "nested more than 100 deep"),
        ([0] * 5_000_001, "more than 5,000,000 elements"),
        ([[0] * 1_000_000] * 6, "more than 5,000,000 elements"),
        (range(10**12), "a range of more than"),
        (b"x" * (values.MAX_BYTES + 1), "larger than 64 MB"),
        (["x" * 1_000_000] * 68, "larger than 64 MB"),
        ([{f"{n:0100}": n} for n in range(80_000)], "8 MB of small parts"),
        (dt.datetime(2026, 1, 1, tzinfo=Zone()), "its time zone is a Zone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_cross_is_refused_with_its_reason(value: Any, reason: str) -> None:
    with pytest.raises(Unsendable, match=reason):
        crossed(value)


def test_the_deepest_allowed_value_crosses() -> None:
    assert crossed(_nested(100)) == _nested(100)


@pytest.mark.parametrize(
    "tree",
    [
        [],
        [[]],
        {},
        {"a": 1},
        ["no such tag", 1],
        [5, 1],
        [["list"], 1],
        ["list"],
        ["list", 5],
        ["list", ["*", ["list", ["plain", 0]]]],
        ["list", ["plain", 7]],
        ["list", ["plain", -1]],
        ["list", ["plain", True]],
        ["list", ["plain", "0"]],
        ["list", ["rows", ["tuple"]]],
        ["list", ["rows", ["tuple"], ["*", 1], ["*", 1, 2]]],
        ["list", ["rows", ["dict", ["*", "a"]], ["*", 1], ["*", 1]]],
        ["list", ["rows", ["dict", ["*", ["list", ["*"]]]], ["*", 1]]],
        ["list", ["rows", ["record", 1, "A", ["a"], False], ["*", 1]]],
        ["set", ["*", ["list", ["*"]]]],
        ["dict", ["*", ["list", ["*"]]], ["*", 1]],
        ["dict", ["*", 1, 2], ["*", 1]],
        ["int", "12"],
        ["int", b"\1" * 5_000],
        ["complex", "1", 2.0],
        ["datetime", 2026, 13, 1, 0, 0, 0, 0, 0, None],
        ["datetime", 2026, 1, 1, 0, 0, 0, 0, 0, "UTC"],
        ["zoneinfo", "../../etc/passwd"],
        ["zoneinfo", "Nowhere/Else"],
        ["decimal", "1_0_x"],
        ["fraction", 1, 0],
        ["fraction", 1.5, 2],
        ["uuid", b"short"],
        ["range", 0, 10**18, 1],
        ["deque", "x", ["*", 1]],
        ["random", 5],
        ["str", 0],
        ["array", "<i8", [2], 0, False],
        ["frame"],
        msgspec.Raw(b"\xc7\x04\x2aABCD"),  # an extension type
        msgspec.Raw(b"\xd6\xff\x00\x00\x00\x00"),  # a timestamp
    ],
    ids=lambda tree: "raw bytes" if isinstance(tree, msgspec.Raw) else str(tree),
)
def test_a_forged_tree_is_malformed_and_nothing_worse(tree: Any) -> None:
    with pytest.raises(Malformed):
        forged(tree, b"\xff\xfe\xfd")


def test_nesting_without_end_is_malformed() -> None:
    deep: Any = ["*"]
    for _ in range(150):
        deep = ["*", ["list", deep]]
    for tree in (["list", deep], msgspec.Raw(b"\x91" * 200_000 + b"\x90")):
        with pytest.raises(Malformed):
            forged(tree)


def test_a_bomb_of_small_parts_is_refused_before_it_takes_memory() -> None:
    with pytest.raises(Malformed, match="too large"):
        read(NoObjects(), b"\xdd\x03\x00\x00\x00" + b"\x90" * (values.MAX_TREE + 1), [])
    many = b"\xdd" + (values.MAX_ELEMENTS + 1).to_bytes(4, "big") + b"\xc0" * (values.MAX_ELEMENTS + 1)
    with pytest.raises(Malformed, match="length"):
        forged(["list", ["plain", 0]], many)


@given(st.binary(max_size=200), st.lists(st.binary(max_size=50), max_size=3))
def test_random_bytes_are_a_message_or_malformed(tree: bytes, buffers: list[bytes]) -> None:
    with contextlib.suppress(Malformed):
        read(NoObjects(), tree, [memoryview(buffer) for buffer in buffers])


_TAGS = st.sampled_from([*values._READERS, "*", "plain", "rows", "tuple", "dict", "record"])
_FORGED = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5) | _TAGS,
    lambda inner: (
        st.builds(lambda tag, rest: [tag, *rest], _TAGS, st.lists(inner, max_size=6)) | st.lists(inner)
    ),
    max_leaves=25,
)


@given(_FORGED, st.lists(st.binary(max_size=30), max_size=3))
def test_a_tree_of_known_words_in_any_order_is_a_value_or_malformed(tree: Any, buffers: list[bytes]) -> None:
    with contextlib.suppress(Malformed):
        forged(tree, *buffers)
