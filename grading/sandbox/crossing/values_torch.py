"""PyTorch's values that cross: dense tensors in the processor's memory, shapes and dtypes.

A tensor crosses as its numbers, with whether it wants gradients; the graph that made it stays behind.
Importable without PyTorch; it is imported when the first tensor is met.
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

# name → bytes of a number; PyTorch has more, for which neither it nor NumPy has much arithmetic
_SIZES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip
_MOST_DIMENSIONS = 64  # PyTorch's own limit


def library() -> Any:
    """PyTorch itself: untyped here, since the supervisor's interpreter does not have it."""
    return import_module("torch")


def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _write_tensor(encoder: Encoder, value: Any) -> list[Node]:
    torch = library()
    name = _name(value.dtype)
    if value.layout is not torch.strided or value.device.type != "cpu" or name not in _SIZES:
        raise Unsendable(
            f"it is a tensor of {name}, {value.layout} on {value.device}, and only dense ones cross"
        )
    if _extent(value.shape) > MAX_BYTES:
        raise Unsendable(f"its shape is {tuple(value.shape)}, which is too large")
    if value.numel() * _SIZES[name] > MAX_BYTES:  # an expanded one has less memory than it would be sent with
        raise Unsendable(f"it is larger than {MAX_BYTES >> 20} MB")
    plain = torch.empty(value.numel(), dtype=value.dtype)  # one row, whatever strides the tensor has
    plain.copy_(value.detach().reshape(-1))
    data = plain.view(torch.uint8).numpy().tobytes()
    return [name, list(value.shape), encoder.buffer(data), bool(value.requires_grad)]


def _read_tensor(decoder: Decoder, parts: list[Node]) -> Any:
    torch = library()
    name, shape, number, wants_gradient = parts
    dtype, shape, data = _read_dtype(decoder, [name]), _read_shape(shape), decoder.buffer(number)
    if math.prod(shape) * _SIZES[name] != len(data):
        malformed("a tensor's data is not as long as its shape says")
    if name == "bool" and data and max(data) > 1:
        malformed("a truth value that is neither")
    tensor = torch.frombuffer(bytearray(data), dtype=dtype) if data else torch.empty(0, dtype=dtype)
    tensor = tensor.reshape(shape)
    if wants_gradient is True:  # PyTorch refuses it to what is no fraction
        tensor.requires_grad_()
    return tensor


def _read_shape(shape: Node) -> list[int]:
    if type(shape) is not list or len(shape) > _MOST_DIMENSIONS:
        malformed("no shape")
    if any(type(length) is not int or length < 0 for length in shape) or _extent(shape) > MAX_BYTES:
        malformed("a tensor that is too large, or none")
    return shape


def _extent(shape: Any) -> int:
    """The number of elements, were no dimension empty."""
    return math.prod(max(length, 1) for length in shape)


def _read_size(decoder: Decoder, parts: list[Node]) -> Any:
    lengths = decoder.items(parts[0])
    if any(type(length) is not int or not -(1 << 63) <= length < 1 << 63 for length in lengths):
        malformed("no shape")
    return library().Size(lengths)


def _read_dtype(_decoder: Decoder, parts: list[Node]) -> Any:
    if type(parts[0]) is not str or parts[0] not in _SIZES:
        malformed("a dtype that does not cross")
    return getattr(library(), parts[0])


def _write_dtype(_encoder: Encoder, value: Any) -> list[Node]:
    if _name(value) not in _SIZES:
        raise Unsendable(f"it is the dtype {value}, which does not cross")
    return [_name(value)]


def writers() -> dict[type, tuple[str, Writer]]:
    """The kinds to write, for who has PyTorch loaded."""
    torch = library()
    return {
        torch.Tensor: ("tensor", _write_tensor),
        torch.Size: ("tensorshape", lambda encoder, value: [encoder.items(list(value))]),
        torch.dtype: ("tensordtype", _write_dtype),
    }


READERS: dict[str, Reader] = {
    "tensor": _read_tensor,
    "tensorshape": _read_size,
    "tensordtype": _read_dtype,
}

register({}, READERS)
