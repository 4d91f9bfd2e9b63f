"""A batch of products added to a tensor."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import broadcast_error, sum_to, unbroadcast
from autograd.functions.linalg import matmul

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Baddbmm(Function):
    __slots__ = ()
    op, backward_name = "baddbmm", "BaddbmmBackward0"
    arguments = ("input", "batch1", "batch2")
    saves = ("batch1", "batch2")
    formula = r"\beta \cdot \text{input} + \alpha \cdot \text{batch1} \cdot \text{batch2}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\beta \cdot g",
        "batch1": r"\alpha \cdot g \cdot \text{batch2}^T",
        "batch2": r"\alpha \cdot \text{batch1}^T \cdot g",
    }

    def forward(self, input: Array, batch1: Array, batch2: Array, beta: float, alpha: float) -> Array:
        self.saved = batch1, batch2
        output = np.matmul(batch1, batch2)
        if alpha != 1:
            output *= output.dtype.type(alpha)
        if beta != 0:  # else input is not looked at, not even at its nan
            output += input if beta == 1 else input * output.dtype.type(beta)
        return output

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        kind = gradient.dtype.type
        scaled = gradient if self.options["alpha"] == 1 else gradient * kind(self.options["alpha"])
        share = None
        if self.needs(0):
            share = unbroadcast(gradient * kind(self.options["beta"]), self.inputs[0]._array.shape)
        return (
            share,
            np.matmul(scaled, b.swapaxes(-1, -2)) if self.needs(1) else None,
            np.matmul(a.swapaxes(-1, -2), scaled) if self.needs(2) else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        input, a, b = self.inputs
        scaled = gradient * self.options["alpha"]
        return (
            sum_to(gradient * self.options["beta"], input.shape) if self.needs(0) else None,
            matmul(scaled, b.transpose(-1, -2)) if self.needs(1) else None,
            matmul(a.transpose(-1, -2), scaled) if self.needs(2) else None,
        )


def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """`beta * input + alpha * batch1 @ batch2`: (b, n, m) and (b, m, p), and what broadcasts to (b, n, p).

    RuntimeError with the shapes where they do not fit, and for types that differ.
    """
    a, b = batch1._array, batch2._array
    if a.ndim != 3 or b.ndim != 3 or a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"baddbmm expects two batches of matrices that can be multiplied, got {list(a.shape)} and {list(b.shape)}"
        )
    if not input.dtype == batch1.dtype == batch2.dtype:
        raise RuntimeError(
            f"baddbmm expects one dtype, got {input.dtype}, {batch1.dtype} and {batch2.dtype}: use .to(dtype)"
        )
    shape = (a.shape[0], a.shape[1], b.shape[2])
    try:
        np.broadcast_to(input._array, shape)
    except ValueError:
        raise broadcast_error(input._array, np.empty(shape, bool)) from None
    return apply(Baddbmm, input, batch1, batch2, beta=beta, alpha=alpha)
