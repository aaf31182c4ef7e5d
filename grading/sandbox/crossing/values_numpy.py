"""NumPy's values that cross: arrays and scalars without objects in them, dtypes, random generators.

Importable without NumPy; it is imported when the first array is met.
"""

from __future__ import annotations

import math
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

_KINDS = "biufcmMSU"
_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def library() -> Any:
    """NumPy itself: untyped here, since the supervisor's interpreter does not have it."""
    return import_module("numpy")


def _dtype(text: Node) -> Any:
    if type(text) is not str or len(text) > 40:
        malformed("no dtype")
    dtype = library().dtype(text)
    if dtype.kind not in _KINDS or dtype.fields or dtype.subdtype:
        malformed(f"a dtype that does not cross: {dtype}")
    return dtype


def write_array(encoder: Encoder, value: Any) -> list[Node]:
    if value.dtype.kind not in _KINDS:
        raise Unsendable(f"its dtype is {value.dtype}, and only numbers, texts and times cross")
    if _extent(value.shape) > MAX_BYTES:  # whoever goes along an empty one would go for ever
        raise Unsendable(f"its shape is {value.shape}, which is too large")
    fortran = value.flags.f_contiguous and not value.flags.c_contiguous
    return [
        value.dtype.str,
        list(value.shape),
        encoder.buffer(value.tobytes("F" if fortran else "C")),
        fortran,
    ]


def read_array(decoder: Decoder, parts: list[Node]) -> Any:
    np = library()
    text, shape, number, fortran = parts
    dtype = _dtype(text)
    if type(shape) is not list or len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape):
        malformed("no shape")
    if _extent(shape) > MAX_BYTES:
        malformed("an array that is too large")
    data = decoder.buffer(number)
    if math.prod(shape) * dtype.itemsize != len(data):
        malformed("an array's data is not as long as its shape says")
    if dtype.itemsize == 0:  # texts of no letters, for which NumPy makes room for one
        decoder.count(math.prod(shape))
        return np.zeros(shape, dtype)
    array = np.frombuffer(bytearray(data), dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _extent(shape: Any) -> int:
    """The number of elements, were no dimension empty."""
    return math.prod(max(length, 1) for length in shape)


def _write_scalar(encoder: Encoder, value: Any) -> list[Node]:
    return write_array(encoder, library().asarray(value))


def _read_scalar(decoder: Decoder, parts: list[Node]) -> Any:
    array = read_array(decoder, parts)
    if array.shape != ():
        malformed("a scalar with a shape")
    return array[()]


def _read_text_scalar(decoder: Decoder, parts: list[Node]) -> Any:
    np = library()
    kinds: dict[type, Any] = {str: np.str_, bytes: np.bytes_}
    text = decoder.node(parts[0])
    return kinds[type(text)](text)


def _write_generator(encoder: Encoder, value: Any) -> list[Node]:
    return _write_state(encoder, value.bit_generator.state)


def _write_random_state(encoder: Encoder, value: Any) -> list[Node]:
    return _write_state(encoder, value.get_state(legacy=False))


def _write_state(encoder: Encoder, state: Any) -> list[Node]:
    if state["bit_generator"] not in _BIT_GENERATORS:
        raise Unsendable(f"its bit generator is a {state['bit_generator']}")
    return [encoder.node(state)]


def _read_generator(decoder: Decoder, parts: list[Node]) -> Any:
    bits, state = _read_state(decoder, parts)
    bits.state = state
    return library().random.Generator(bits)


def _read_random_state(decoder: Decoder, parts: list[Node]) -> Any:
    bits, state = _read_state(decoder, parts)
    generator = library().random.RandomState(bits)
    generator.set_state(state)
    return generator


def _read_state(decoder: Decoder, parts: list[Node]) -> tuple[Any, Any]:
    state = decoder.node(parts[0])
    if type(state) is not dict or state.get("bit_generator") not in _BIT_GENERATORS:
        malformed("no state of a generator")
    # Where in its buffer a generator reads next: NumPy takes any number, and reads there.
    inner = state.get("state")
    if type(inner) is not dict:
        malformed("no state of a generator")
    for place, most in ((inner.get("pos", 0), 624), (state.get("buffer_pos", 0), 4)):
        if type(place) is not int or not 0 <= place <= most:
            malformed("a generator that would read beyond its state")
    return getattr(library().random, state["bit_generator"])(0), state


def writers() -> dict[type, tuple[str, Writer]]:
    """The kinds to write, for who has NumPy loaded."""
    np = library()
    table: dict[type, tuple[str, Writer]] = {
        np.ndarray: ("array", write_array),
        np.random.Generator: ("generator", _write_generator),
        np.random.RandomState: ("randomstate", _write_random_state),
    }
    for kind in set(np.sctypeDict.values()):
        if kind not in (np.object_, np.void):
            table[kind] = ("scalar", _write_scalar)
    # NumPy drops the NULs at the end of a text in an array, so single texts cross as texts.
    table[np.str_] = ("textscalar", lambda encoder, value: [encoder.node(str(value))])
    table[np.bytes_] = ("textscalar", lambda encoder, value: [encoder.node(bytes(value))])
    for dtype in {np.dtype(code) for code in "?bhilqBHILQefdgFDGmMSU"}:
        table[type(dtype)] = ("dtype", lambda _encoder, value: [value.str])
    return table


READERS: dict[str, Reader] = {
    "array": read_array,
    "scalar": _read_scalar,
    "textscalar": _read_text_scalar,
    "dtype": lambda _decoder, parts: _dtype(parts[0]),
    "generator": _read_generator,
    "randomstate": _read_random_state,
}

register({}, READERS)
