"""Values of the language and its library that cross: containers, numbers, dates, paths."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PosixPath, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

from grading.sandbox.crossing.values import (
    MAX_DIGITS,
    MAX_ELEMENTS,
    Decoder,
    Encoder,
    Node,
    Reader,
    Unsendable,
    Writer,
    malformed,
    register,
)

_FACTORIES: dict[str, type] = {k.__name__: k for k in (int, float, str, list, dict, set, tuple, bool)}


def _parts(decoder: Decoder, parts: list[Node]) -> list[Any]:
    return [decoder.node(part) for part in parts]


def _of_kind(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        malformed(f"a {type(value).__name__} where a {kind.__name__} belongs")
    return value


def _text(decoder: Decoder, part: Node) -> str:
    text: str = _of_kind(decoder.node(part), str)
    if len(text) > MAX_DIGITS + 20:
        malformed("a text that is too long")
    return text


def _write_dict(encoder: Encoder, value: Mapping[Any, Any]) -> list[Node]:
    return [encoder.items(list(value.keys())), encoder.items(list(value.values()))]


def _read_dict(decoder: Decoder, parts: list[Node]) -> dict[Any, Any]:
    return dict(_pairs(decoder, parts))


def _write_clock(value: dt.datetime | dt.time) -> list[Any]:
    return [value.hour, value.minute, value.second, value.microsecond, value.fold]


def _write_zone(encoder: Encoder, zone: dt.tzinfo | None) -> Node:
    if zone is not None and type(zone) not in (dt.timezone, ZoneInfo):
        raise Unsendable(f"its time zone is a {type(zone).__name__}, not a timezone or a ZoneInfo")
    return encoder.node(zone)


def read_zone(decoder: Decoder, part: Node) -> dt.tzinfo | None:
    """A time zone, where there is one."""
    zone = decoder.node(part)
    if zone is not None and type(zone) not in (dt.timezone, ZoneInfo):
        malformed("no time zone")
    return zone  # type: ignore[no-any-return]  # judged by type just above


def _write_datetime(encoder: Encoder, value: dt.datetime) -> list[Node]:
    return [value.year, value.month, value.day, *_write_clock(value), _write_zone(encoder, value.tzinfo)]


def _read_datetime(decoder: Decoder, parts: list[Node]) -> dt.datetime:
    year, month, day, hour, minute, second, micro, fold, zone = parts
    tz = read_zone(decoder, zone)
    return dt.datetime(year, month, day, hour, minute, second, micro, tz, fold=fold)


def _read_time(decoder: Decoder, parts: list[Node]) -> dt.time:
    hour, minute, second, micro, fold, zone = parts
    return dt.time(hour, minute, second, micro, read_zone(decoder, zone), fold=fold)


def _read_timezone(_decoder: Decoder, parts: list[Node]) -> dt.timezone:
    days, seconds, micro, name = parts
    offset = dt.timedelta(days, seconds, micro)
    if name is None:
        return dt.timezone(offset)
    return dt.timezone(offset, _of_kind(name, str))


def _write_timezone(_encoder: Encoder, value: dt.timezone) -> list[Node]:
    offset = value.utcoffset(None)
    named = value.__getinitargs__()[1:]  # type: ignore[attr-defined]  # what pickle asks; typeshed leaves it out
    return [offset.days, offset.seconds, offset.microseconds, named[0] if named else None]


def _write_zoneinfo(_encoder: Encoder, value: ZoneInfo) -> list[Node]:
    if not value.key:
        raise Unsendable("its time zone has no name")
    return [value.key]


def _write_decimal(_encoder: Encoder, value: Decimal) -> list[Node]:
    text = str(value)
    if len(text) > MAX_DIGITS:
        raise Unsendable(f"it is a number of more than {MAX_DIGITS} digits")
    if abs(value.adjusted()) > MAX_DIGITS:  # written out, or as an int, it would have as many digits
        raise Unsendable(f"its exponent is beyond {MAX_DIGITS}")
    return [text]


def _read_decimal(decoder: Decoder, parts: list[Node]) -> Decimal:
    value = Decimal(_text(decoder, parts[0]))
    if abs(value.adjusted()) > MAX_DIGITS:
        malformed("a number with too large an exponent")
    return value


def _write_range(encoder: Encoder, value: range) -> list[Node]:
    if len(value) > MAX_ELEMENTS:
        raise Unsendable(f"it is a range of more than {MAX_ELEMENTS:,} numbers")
    return [encoder.node(value.start), encoder.node(value.stop), encoder.node(value.step)]


def _read_range(decoder: Decoder, parts: list[Node]) -> range:
    value = range(*_parts(decoder, parts))
    if len(value) > MAX_ELEMENTS:
        malformed("a range that is too long")
    return value


def _pairs(decoder: Decoder, parts: list[Node]) -> Any:
    return zip(decoder.items(parts[0]), decoder.items(parts[1]), strict=True)


def _read_counter(decoder: Decoder, parts: list[Node]) -> Counter[Any]:
    counter: Counter[Any] = Counter()
    counter.update(dict(_pairs(decoder, parts)))
    return counter


def _write_defaultdict(encoder: Encoder, value: defaultdict[Any, Any]) -> list[Node]:
    factory = next((name for name, kind in _FACTORIES.items() if value.default_factory is kind), None)
    return [factory, *_write_dict(encoder, value)]


def _read_defaultdict(decoder: Decoder, parts: list[Node]) -> defaultdict[Any, Any]:
    return defaultdict(_FACTORIES.get(parts[0]), _pairs(decoder, parts[1:]))


def _write_random(encoder: Encoder, value: random.Random) -> list[Node]:
    return [encoder.node(value.getstate())]


def _read_random(decoder: Decoder, parts: list[Node]) -> random.Random:
    version, internal, gauss = _of_kind(decoder.node(parts[0]), tuple)
    if type(internal) is not tuple or type(gauss) not in (float, type(None)):
        malformed("no state of a generator")
    generator = random.Random()
    generator.setstate((version, internal, gauss))
    return generator


WRITERS: dict[type, tuple[str, Writer]] = {
    list: ("list", lambda encoder, value: [encoder.items(value)]),
    tuple: ("tuple", lambda encoder, value: [encoder.items(list(value))]),
    set: ("set", lambda encoder, value: [encoder.items(list(value))]),
    frozenset: ("frozenset", lambda encoder, value: [encoder.items(list(value))]),
    dict: ("dict", _write_dict),
    bytearray: ("bytearray", lambda encoder, value: [encoder.buffer(bytes(value))]),
    complex: ("complex", lambda _encoder, value: [value.real, value.imag]),
    dt.datetime: ("datetime", _write_datetime),
    dt.date: ("date", lambda _encoder, value: [value.year, value.month, value.day]),
    dt.time: ("time", lambda encoder, value: [*_write_clock(value), _write_zone(encoder, value.tzinfo)]),
    dt.timedelta: ("timedelta", lambda _encoder, value: [value.days, value.seconds, value.microseconds]),
    dt.timezone: ("timezone", _write_timezone),
    ZoneInfo: ("zoneinfo", _write_zoneinfo),
    Decimal: ("decimal", _write_decimal),
    Fraction: (
        "fraction",
        lambda encoder, value: [encoder.node(value.numerator), encoder.node(value.denominator)],
    ),
    uuid.UUID: ("uuid", lambda _encoder, value: [value.bytes]),
    PosixPath: ("path", lambda encoder, value: [encoder.node(str(value))]),
    PurePosixPath: ("purepath", lambda encoder, value: [encoder.node(str(value))]),
    PureWindowsPath: ("windowspath", lambda encoder, value: [encoder.node(str(value))]),
    range: ("range", _write_range),
    slice: ("slice", lambda encoder, value: [*map(encoder.node, (value.start, value.stop, value.step))]),
    Counter: ("counter", _write_dict),
    OrderedDict: ("ordereddict", _write_dict),
    defaultdict: ("defaultdict", _write_defaultdict),
    deque: ("deque", lambda encoder, value: [value.maxlen, encoder.items(list(value))]),
    random.Random: ("random", _write_random),
    type(Ellipsis): ("ellipsis", lambda _encoder, _value: []),
}

READERS: dict[str, Reader] = {
    "list": lambda decoder, parts: decoder.items(parts[0]),
    "tuple": lambda decoder, parts: tuple(decoder.items(parts[0])),
    "set": lambda decoder, parts: set(decoder.items(parts[0])),
    "frozenset": lambda decoder, parts: frozenset(decoder.items(parts[0])),
    "dict": _read_dict,
    "bytearray": lambda decoder, parts: bytearray(decoder.buffer(parts[0])),
    "complex": lambda _decoder, parts: complex(*[_of_kind(part, float) for part in parts]),
    "datetime": _read_datetime,
    "date": lambda _decoder, parts: dt.date(*parts),
    "time": _read_time,
    "timedelta": lambda _decoder, parts: dt.timedelta(*[_of_kind(part, int) for part in parts]),
    "timezone": _read_timezone,
    "zoneinfo": lambda decoder, parts: ZoneInfo(_text(decoder, parts[0])),
    "decimal": _read_decimal,
    "fraction": lambda decoder, parts: Fraction(*[_of_kind(part, int) for part in _parts(decoder, parts)]),
    "uuid": lambda _decoder, parts: uuid.UUID(bytes=parts[0]),
    "path": lambda decoder, parts: Path(_text(decoder, parts[0])),
    "purepath": lambda decoder, parts: PurePath(_text(decoder, parts[0])),
    "windowspath": lambda decoder, parts: PureWindowsPath(_text(decoder, parts[0])),
    "range": _read_range,
    "slice": lambda decoder, parts: slice(*_parts(decoder, parts)),
    "counter": _read_counter,
    "ordereddict": lambda decoder, parts: OrderedDict(_pairs(decoder, parts)),
    "defaultdict": _read_defaultdict,
    "deque": lambda decoder, parts: deque(decoder.items(parts[1]), parts[0]),
    "random": _read_random,
    "ellipsis": lambda _decoder, _parts: Ellipsis,
}

register(WRITERS, READERS)
