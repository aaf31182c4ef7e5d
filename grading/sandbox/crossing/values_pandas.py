"""pandas' values that cross: Series, DataFrame, Index, and single moments.

A column crosses by its dtype: NumPy's as an array, texts as a list, categories as codes, nullable
numbers as data and mask. Importable without pandas; it is imported when the first frame is met.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from grading.sandbox.crossing.values import (
    MAX_BYTES,
    Decoder,
    Encoder,
    Node,
    Reader,
    Unsendable,
    Writer,
    malformed,
    register,
)
from grading.sandbox.crossing.values_numpy import read_array, write_array
from grading.sandbox.crossing.values_standard import read_zone

_COLUMN_COST = 16  # elements that a column counts as, beside what is in it
_MOST_ROWS = MAX_BYTES // 8  # of an index that is only counted: written out it has 8 bytes for each

_MASKED = {
    **{f"Int{bits}": "IntegerArray" for bits in (8, 16, 32, 64)},
    **{f"UInt{bits}": "IntegerArray" for bits in (8, 16, 32, 64)},
    **{f"Float{bits}": "FloatingArray" for bits in (32, 64)},
    "boolean": "BooleanArray",
}


def library() -> Any:
    """pandas itself: untyped here, since the supervisor's interpreter does not have it."""
    return import_module("pandas")


def _numpy() -> Any:
    return import_module("numpy")


def _write_column(encoder: Encoder, array: Any) -> list[Node]:
    """`array` is what `._values` of a Series or an Index gives: no wrapper around NumPy."""
    pd, np = library(), _numpy()
    encoder.count(_COLUMN_COST)
    dtype = array.dtype
    if type(dtype) is pd.StringDtype:
        texts = array.to_numpy(dtype=object, na_value=None).tolist()
        return ["text", dtype.storage, dtype.na_value is pd.NA, encoder.items(texts)]
    if type(dtype) is pd.CategoricalDtype:
        codes = write_array(encoder, np.asarray(array.codes))
        return ["category", codes, _write_index_node(encoder, array.categories), bool(array.ordered)]
    if type(dtype) is pd.DatetimeTZDtype:
        return ["zoned", dtype.unit, encoder.node(dtype.tz), write_array(encoder, np.asarray(array.asi8))]
    if type(dtype) is pd.PeriodDtype:
        return ["period", array.freqstr, write_array(encoder, np.asarray(array.asi8))]
    if type(dtype) is pd.IntervalDtype:
        sides = [_write_column(encoder, side._values) for side in (array.left, array.right)]
        return ["interval", array.closed, *sides]
    if str(dtype) in _MASKED:
        return ["masked", str(dtype), write_array(encoder, array._data), write_array(encoder, array._mask)]
    if not isinstance(dtype, np.dtype):
        raise Unsendable(f"one of its columns has the dtype {dtype}, which has no plain form")
    plain = np.asarray(array)
    if dtype.kind == "O":
        return ["objects", encoder.items(plain.tolist())]
    return ["plain", *write_array(encoder, plain)]


def _read_column(decoder: Decoder, parts: list[Node]) -> Any:
    pd, np = library(), _numpy()
    tag, *rest = parts
    decoder.count(_COLUMN_COST)
    if tag == "plain":
        return _read_row(decoder, rest)
    if tag == "objects":
        items = decoder.items(rest[0])
        column = np.empty(len(items), dtype=object)
        column[:] = items
        return column
    if tag == "text":
        storage, nullable, items = rest
        dtype = pd.StringDtype(storage, na_value=pd.NA if nullable is True else np.nan)
        return pd.array(decoder.items(items), dtype=dtype)
    if tag == "category":
        codes, categories, ordered = rest
        kind = pd.CategoricalDtype(decoder.within(_read_index, categories), ordered=ordered is True)
        return pd.Categorical.from_codes(_read_row(decoder, codes), dtype=kind)
    if tag == "zoned":
        unit, zone, stamps = rest
        utc = pd.DatetimeIndex(_ticks(decoder, stamps, "M8", unit)).tz_localize("UTC")
        return utc.tz_convert(read_zone(decoder, zone)).array
    if tag == "period":
        freq, ordinals = rest
        return pd.PeriodIndex.from_ordinals(_read_row(decoder, ordinals), freq=_frequency(freq)).array
    if tag == "interval":
        closed, left, right = rest
        sides = [decoder.within(_read_column, side) for side in (left, right)]
        return pd.arrays.IntervalArray.from_arrays(*sides, closed=closed)
    if tag == "masked":
        name, data, mask = rest
        make = getattr(pd.arrays, _MASKED[name])
        return make(_read_row(decoder, data), _read_row(decoder, mask))
    return malformed("no column")


def _read_row(decoder: Decoder, parts: list[Node]) -> Any:
    """An array of one dimension: with another, pandas' compiled code ends the whole process."""
    array = read_array(decoder, parts)
    if array.ndim != 1:
        malformed("a column that is no row of values")
    return array


def _frequency(text: Node) -> str:
    if type(text) is not str or len(text) > 100:
        malformed("no frequency")
    return text


def _ticks(decoder: Decoder, stamps: Node, kind: str, unit: Node) -> Any:
    if unit not in ("s", "ms", "us", "ns"):
        malformed("no unit of time")
    return _read_row(decoder, stamps).view(f"{kind}[{unit}]")


def _write_index_node(encoder: Encoder, index: Any) -> list[Node]:
    """An index inside another value: with the tag that `_read_index` looks for."""
    pd, np = library(), _numpy()
    encoder.count(_COLUMN_COST)
    if type(index) is pd.RangeIndex:
        if len(index) > _MOST_ROWS:
            raise Unsendable(f"its index has more than {_MOST_ROWS:,} rows")
        return ["range", index.start, index.stop, index.step, encoder.node(index.name)]
    if type(index) is pd.MultiIndex:
        levels = [_write_index_node(encoder, level) for level in index.levels]
        codes = [write_array(encoder, np.asarray(code)) for code in index.codes]
        return ["multi", levels, codes, encoder.items(list(index.names))]
    if type(index) not in _indexes(pd):
        raise Unsendable(f"its index is a {type(index).__name__}, which has no plain form")
    freq = getattr(index, "freqstr", None) if type(index) in (pd.DatetimeIndex, pd.TimedeltaIndex) else None
    return ["index", _write_column(encoder, index._values), encoder.node(index.name), freq]


def _read_index(decoder: Decoder, parts: list[Node]) -> Any:
    pd = library()
    tag, *rest = parts
    decoder.count(_COLUMN_COST)
    if tag == "range":
        start, stop, step, name = rest
        if len(range(start, stop, step)) > _MOST_ROWS:
            malformed("an index that is too long")
        return pd.RangeIndex(start, stop, step, name=decoder.node(name))
    if tag == "multi":
        levels, codes, names = rest
        return pd.MultiIndex(
            levels=[decoder.within(_read_index, level) for level in levels],
            codes=[_read_row(decoder, code) for code in codes],
            names=decoder.items(names),
        )
    if tag != "index":
        malformed("no index")
    column, name, freq = rest
    index = pd.Index(_read_column(decoder, column), name=decoder.node(name), copy=False)
    if freq is not None:
        if type(index) not in (pd.DatetimeIndex, pd.TimedeltaIndex):
            malformed("a frequency without times")
        index.freq = _frequency(freq)
    return index


def _indexes(pd: Any) -> tuple[type, ...]:
    of_times = (pd.DatetimeIndex, pd.TimedeltaIndex, pd.PeriodIndex)
    return (pd.Index, *of_times, pd.CategoricalIndex, pd.IntervalIndex, pd.RangeIndex, pd.MultiIndex)


def _write_series(encoder: Encoder, value: Any) -> list[Node]:
    index = _write_index_node(encoder, value.index)
    return [index, _write_column(encoder, value._values), encoder.node(value.name)]


def _read_series(decoder: Decoder, parts: list[Node]) -> Any:
    index, column, name = parts
    array, rows = _read_column(decoder, column), _read_index(decoder, index)
    if len(array) != len(rows):
        malformed("data and index differ in length")
    return library().Series(array, index=rows, name=decoder.node(name), copy=False)


def _write_frame(encoder: Encoder, value: Any) -> list[Node]:
    columns = [_write_column(encoder, column._values) for _, column in value.items()]
    return [_write_index_node(encoder, value.index), _write_index_node(encoder, value.columns), columns]


def _read_frame(decoder: Decoder, parts: list[Node]) -> Any:
    index, names, columns = parts
    arrays = dict(enumerate(_read_column(decoder, column) for column in columns))
    rows = _read_index(decoder, index)
    if any(len(array) != len(rows) for array in arrays.values()):
        malformed("columns and index differ in length")
    frame = library().DataFrame(arrays, index=rows, copy=False)
    frame.columns = _read_index(decoder, names)
    return frame


def _write_timestamp(encoder: Encoder, value: Any) -> list[Node]:
    return [value.unit, int(value._value), encoder.node(value.tz)]


def _read_timestamp(decoder: Decoder, parts: list[Node]) -> Any:
    unit, ticks, zone = parts
    if unit not in ("s", "ms", "us", "ns") or type(ticks) is not int:
        malformed("no timestamp")
    stamp = library().Timestamp(_numpy().datetime64(ticks, unit))
    tz = read_zone(decoder, zone)
    return stamp if tz is None else stamp.tz_localize("UTC").tz_convert(tz)


def _read_timedelta(_decoder: Decoder, parts: list[Node]) -> Any:
    unit, ticks = parts
    if unit not in ("s", "ms", "us", "ns") or type(ticks) is not int:
        malformed("no timedelta")
    return library().Timedelta(_numpy().timedelta64(ticks, unit))


def _read_interval(decoder: Decoder, parts: list[Node]) -> Any:
    left, right, closed = parts
    return library().Interval(decoder.node(left), decoder.node(right), closed=closed)


def writers() -> dict[type, tuple[str, Writer]]:
    """The kinds to write, for who has pandas loaded."""
    pd = library()
    return {
        pd.DataFrame: ("frame", _write_frame),
        pd.Series: ("series", _write_series),
        **dict.fromkeys(_indexes(pd), ("index", lambda encoder, value: [_write_index_node(encoder, value)])),
        pd.Timestamp: ("timestamp", _write_timestamp),
        pd.Timedelta: ("pandastimedelta", lambda _encoder, value: [value.unit, int(value._value)]),
        pd.Period: ("period", lambda _encoder, value: [value.ordinal, value.freqstr]),
        pd.Interval: (
            "interval",
            lambda encoder, value: [encoder.node(value.left), encoder.node(value.right), value.closed],
        ),
        type(pd.NaT): ("nat", lambda _encoder, _value: []),
        type(pd.NA): ("na", lambda _encoder, _value: []),
    }


READERS: dict[str, Reader] = {
    "frame": _read_frame,
    "series": _read_series,
    "index": lambda decoder, parts: _read_index(decoder, parts[0]),
    "timestamp": _read_timestamp,
    "pandastimedelta": _read_timedelta,
    "period": lambda _decoder, parts: library().Period(ordinal=parts[0], freq=_frequency(parts[1])),
    "interval": _read_interval,
    "nat": lambda _decoder, _parts: library().NaT,
    "na": lambda _decoder, _parts: library().NA,
}

register({}, READERS)
