"""NumPy's and pandas' values cross unchanged. Run by test_library_values.py where those are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from grading.sandbox.crossing import values_numpy, values_pandas, values_standard  # noqa: F401
from grading.sandbox.crossing.values import Decoder, Encoder, Malformed, Unsendable, read


class NoObjects:
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


def forged(node: Any, *buffers: bytes) -> Any:
    tree = Encoder(NoObjects()).tree([node])
    return read(NoObjects(), tree, [memoryview(buffer) for buffer in buffers])[0]


ARRAYS = [
    np.arange(12.0).reshape(3, 4),
    np.asfortranarray(np.ones((3, 4))),
    np.ones((4, 6))[::2, ::3],
    np.array(5),
    np.zeros((0, 3), "i2"),
    np.array([], "U"),
    np.array(["a", "ürgs", ""]),
    np.array([b"a", b"bc"]),
    np.array([True, False]),
    np.array([1 + 2j], "c8"),
    np.array([np.nan, np.inf, -0.0], "f2"),
    np.array([1, 2], ">i4"),
    np.array(["2026-01-01", "NaT"], "M8[s]"),
    np.array([5, -1], "m8[us]"),
    np.zeros((1,) * 32),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_an_array_crosses_with_its_dtype_shape_and_order(array: Any) -> None:
    arrived = crossed(array)
    assert type(arrived) is np.ndarray
    assert arrived.dtype == array.dtype
    assert arrived.shape == array.shape
    assert arrived.flags.f_contiguous or not array.flags.f_contiguous
    assert arrived.tobytes() == array.tobytes()
    assert arrived.flags.writeable


def test_a_scalar_keeps_its_type() -> None:
    kinds = [
        np.float64,
        np.float32,
        np.int8,
        np.uint64,
        np.bool_,
        np.str_,
        np.bytes_,
        np.longdouble,
        np.complex128,
    ]
    for value in [kind(1) for kind in kinds] + [np.datetime64("2026-01-01"), np.timedelta64(5, "s")]:
        arrived = crossed(value)
        assert type(arrived) is type(value)
        assert arrived == value


def test_random_generators_go_on_where_they_were() -> None:
    for make in (np.random.default_rng, np.random.RandomState):
        sent = make(7)
        sent.normal(size=3)
        assert (crossed(sent).normal(size=5) == sent.normal(size=5)).all()
    legacy = np.random.Generator(np.random.Philox(3))
    assert crossed(legacy).random() == legacy.random()


class Liar(np.ndarray):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.array([object()], object),
        np.array([1, None], object),
        np.zeros(2, [("a", "i4"), ("b", "f8")]),
        np.zeros(3).view(Liar),
        np.ma.masked_array([1, 2], [True, False]),
        np.rec.array([(1, 2)], names="a,b"),
        np.void(b"abc"),
        pd.Series([1, 2], dtype="Sparse[int]"),
        pd.Series([1, 2], dtype="int64[pyarrow]"),
        np.float64,
    ],
    ids=lambda value: f"{type(value).__name__}-{getattr(value, 'dtype', '')}",
)
def test_what_is_more_than_plain_data_does_not_cross(value: Any) -> None:
    with pytest.raises(Unsendable):
        crossed(value)


HOURS = pd.date_range("2026-10-24", periods=5, freq="h")
FRAME = pd.DataFrame(
    {
        "int": range(5),
        "float32": np.linspace(0, 1, 5, dtype="f4"),
        "text": list("abcde"),
        "gaps": ["a", None, "b", "c", "d"],
        "nullable text": pd.array(["a", pd.NA, "b", "c", "d"], dtype="string"),
        "time": HOURS,
        "zoned": HOURS.tz_localize("UTC").tz_convert("Europe/Berlin"),
        "seconds": HOURS.as_unit("s"),
        "span": HOURS - HOURS[0],
        "category": pd.Categorical(list("aabba"), categories=["b", "a", "c"], ordered=True),
        "Int64": pd.array([1, None, 3, 4, 5], dtype="Int64"),
        "Float32": pd.array([1, None, 3, 4, 5], dtype="Float32"),
        "boolean": pd.array([True, None, False, True, True], dtype="boolean"),
        "mixed": [1, "x", None, (1, 2), 2.5],
        "month": pd.period_range("2026-01", periods=5, freq="M"),
        "bin": pd.interval_range(0, 5),
    }
)
FRAMES = [
    FRAME,
    FRAME.set_index("zoned"),
    FRAME.set_index(["text", "category"]),
    FRAME[["int"]].set_axis(HOURS),
    FRAME.iloc[:0],
    FRAME[[]],
    pd.DataFrame(),
    pd.DataFrame(np.arange(6).reshape(2, 3)),
    pd.DataFrame({"a": [1, 2]}, index=pd.Index([3, 1], name="id")).T,
    FRAME.pivot_table(index="text", columns=["category", "int"], values="float32", observed=True),
    pd.DataFrame([[1, 2]], columns=["same", "same"]),
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: f"{frame.shape}-{type(frame.index).__name__}")
def test_a_frame_crosses_with_every_dtype_and_index(frame: Any) -> None:
    arrived = crossed(frame)
    assert type(arrived) is pd.DataFrame
    pd.testing.assert_frame_equal(arrived, frame, check_freq=True)
    if arrived.size:
        arrived.iloc[0, 0] = arrived.iloc[-1, 0]  # it is writable


def test_a_series_and_an_index_cross() -> None:
    for name in FRAME:
        pd.testing.assert_series_equal(crossed(FRAME[name]), FRAME[name])
        pd.testing.assert_index_equal(crossed(pd.Index(FRAME[name])), pd.Index(FRAME[name]))
    pd.testing.assert_index_equal(crossed(pd.RangeIndex(1, 9, 2)), pd.RangeIndex(1, 9, 2))
    pd.testing.assert_index_equal(crossed(HOURS), HOURS)
    assert crossed(HOURS).freq == HOURS.freq


def test_single_moments_cross() -> None:
    moments = [
        pd.Timestamp("2026-10-25 00:30", tz="UTC").tz_convert("Europe/Berlin"),
        pd.Timestamp(1, unit="s"),
        pd.Timedelta("3s"),
        pd.Period("2026-01"),
        pd.Interval(1, 2, closed="left"),
    ]
    for moment in moments:
        arrived = crossed(moment)
        assert type(arrived) is type(moment)
        assert arrived == moment
    assert crossed(pd.NaT) is pd.NaT
    assert crossed(pd.NA) is pd.NA


@pytest.mark.parametrize(
    ("node", "data"),
    [
        (["array", "O", [1], 0, False], b"\0" * 8),
        (["array", "|O", [1], 0, False], b"\0" * 8),
        (["array", "V8", [1], 0, False], b"\0" * 8),
        (["array", "i4,f8", [1], 0, False], b"\0" * 12),
        (["array", "(2,)i4", [1], 0, False], b"\0" * 8),
        (["array", "<i8", [2], 0, False], b"\0" * 8),
        (["array", "<i8", [-1], 0, False], b"\0" * 8),
        (["array", "<i8", [True], 0, False], b"\0" * 8),
        (["array", "U0", [10**12], 0, False], b""),
        (["array", "S0", [10**9] * 3, 0, False], b""),
        (["array", "<i8", [1] * 65, 0, False], b"\0" * 8),
        (["array", "int" * 100, [1], 0, False], b"\0" * 8),
        (["scalar", "<i8", [1], 0, False], b"\0" * 8),
        (["generator", "os.system", 1], b""),
        (["generator", "PCG64", ["dict", ["*", "state"], ["*", 1]]], b""),
        (["index", ["range", 0, 10**15, 1, None]], b""),
        (["index", ["index", ["plain", "<i8", [1], 0, False], None, "h"]], b"\0" * 8),
        (["index", ["multi", [], [], ["*"]]], b""),
        (
            ["frame", ["range", 0, 5, 1, None], ["range", 0, 1, 1, None], [["plain", "<i8", [1], 0, False]]],
            b"\0" * 8,
        ),
        (
            ["frame", ["range", 0, 1, 1, None], ["range", 0, 9, 1, None], [["plain", "<i8", [1], 0, False]]],
            b"\0" * 8,
        ),
        (["series", ["range", 0, 1, 1, None], ["no such column"], None], b""),
        (["series", ["range", 0, 1, 1, None], ["masked", "eval", 0, 0], None], b""),
        (["timestamp", "fortnights", 1, None], b""),
        (["timestamp", "ns", 1, "dateutil//etc/localtime"], b""),
        (["array", "U0", [6_000_000], 0, False], b""),
        (["array", "<i8", [0, 10**12], 0, False], b""),
        (["index", ["range", 0, 10**7, 1, None]], b""),
        (["period", 0, "1" * 20_000], b""),
        # A column without a dimension: pandas' compiled code ended the whole process.
        (["index", ["index", ["period", "D", ["<i8", [], 0, False]], None, None]], b"\0" * 8),
        (["series", ["range", 0, 1, 1, None], ["plain", "<i8", [1, 1], 0, False], None], b"\0" * 8),
        (["frame", ["range", 0, 0, 1, None], ["range", 0, 0, 1, None], [["objects", ["*"]]] * 300_000], b""),
        (
            [
                "generator",
                [
                    "dict",
                    ["*", "bit_generator", "state"],
                    ["*", "MT19937", ["stream", 1]],
                ],
            ],
            b"",
        ),
        (["timestamp", "ns", "1", None], b""),
    ],
    ids=lambda part: str(part)[:60] if isinstance(part, list) else "",
)
def test_a_forged_array_or_frame_is_malformed(node: Any, data: bytes) -> None:
    with pytest.raises(Malformed):
        forged(node, data)
