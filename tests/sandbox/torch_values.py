"""PyTorch's values cross unchanged. Run by test_library_values.py where it is installed."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from grading.sandbox.crossing import values_numpy, values_standard, values_torch  # noqa: F401
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


NUMBERS = torch.arange(12).reshape(3, 4)
TENSORS = [
    *(NUMBERS.to(getattr(torch, name)) for name in values_torch._SIZES),
    torch.tensor(2.5),
    torch.zeros(0),
    torch.zeros(3, 0, 2),
    torch.zeros(2, 0, requires_grad=True),
    torch.tensor([float("nan"), float("inf"), -0.0]),
    torch.randn(4, 3).T,
    torch.randn(5, 6)[::2, 1:4],
    torch.ones(1).expand(7, 3),
    torch.tensor([1 + 2j]).conj(),
    torch.tensor([1 + 2j]).conj().imag,
    torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
]


@pytest.mark.parametrize("tensor", TENSORS, ids=lambda tensor: f"{tensor.dtype}-{tuple(tensor.shape)}")
def test_a_tensor_crosses_with_its_dtype_shape_and_numbers(tensor: Any) -> None:
    arrived = crossed(tensor)
    assert type(arrived) is torch.Tensor
    assert arrived.dtype is tensor.dtype
    assert arrived.shape == tensor.shape
    torch.testing.assert_close(arrived, tensor.resolve_conj().resolve_neg(), rtol=0, atol=0, equal_nan=True)
    arrived.detach().zero_()  # it is the receiver's to change


def test_a_tensor_leaves_its_graph_behind_and_still_wants_gradients() -> None:
    start = torch.ones(3, requires_grad=True)
    arrived = crossed(start * 2)
    assert arrived.requires_grad
    assert arrived.is_leaf
    assert not crossed(start.detach()).requires_grad


def test_tensors_cross_within_other_values() -> None:
    arrived = crossed({"loss": [torch.tensor(0.5), torch.tensor(0.25)], "shape": NUMBERS.shape})
    assert [float(loss) for loss in arrived["loss"]] == [0.5, 0.25]
    assert arrived["shape"] == (3, 4)


def test_a_shape_and_a_dtype_cross() -> None:
    for value in (torch.Size([2, 3]), torch.Size([]), torch.bfloat16, torch.float32):
        arrived = crossed(value)
        assert type(arrived) is type(value)
        assert arrived == value


class Liar(torch.Tensor):
    pass


@pytest.mark.parametrize(
    "value",
    [
        nn.Parameter(torch.ones(2)),
        torch.ones(2).as_subclass(Liar),
        torch.eye(3).to_sparse(),
        torch.empty(3, device="meta"),
        torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        torch.ones(1).expand(1 << 27),
        nn.Linear(2, 2),
        torch.float8_e4m3fn,
        torch.Tensor,
    ],
    ids=lambda value: f"{type(value).__name__}-{getattr(value, 'layout', '')}-{getattr(value, 'dtype', '')}",
)
def test_what_is_more_than_plain_numbers_does_not_cross(value: Any) -> None:
    with pytest.raises(Unsendable):
        crossed(value)


@pytest.mark.parametrize(
    "node",
    [
        ["tensor", "float32", [3], 0, False],
        ["tensor", "float32", [2, -1], 0, False],
        ["tensor", "float32", [1 << 40, 0], 0, False],
        ["tensor", "float32", [1] * 65, 0, False],
        ["tensor", "load", [2], 0, False],
        ["tensor", ["x"], [2], 0, False],
        ["tensor", "float32", 2, 0, False],
        ["tensor", "float32", [True, 2], 0, False],
        ["tensor", "float32", [2], 1, False],
        ["tensor", "float32", [2], -1, False],
        ["tensor", "int64", [1], 0, True],
        ["tensor", "bool", [8], 0, False],
        ["tensor", "float32", [2]],
        ["tensorshape", ["*", 1.5]],
        ["tensorshape", ["*", 1 << 63]],
        ["tensordtype", "hub"],
    ],
    ids=str,
)
def test_a_forged_tensor_is_refused(node: Any) -> None:
    with pytest.raises(Malformed):
        forged(node, b"\x02" * 8)
