"""The bilinear form of two inputs."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.linalg import matmul

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Trilinear(Function):
    """`output_k = input1ᵀ weight_k input2` for rows of inputs, (n, i) and (n, j), by (k, i, j)."""

    __slots__ = ()
    op, backward_name = "bilinear", "TrilinearBackward0"
    arguments = ("input1", "weight", "input2")
    saves = ("input1", "weight", "input2")
    formula = r"\text{input1}^T \cdot \text{weight}_k \cdot \text{input2}"
    derivatives: ClassVar[dict[str, str]] = {
        "input1": r"\sum_k g_k \, \text{weight}_k \cdot \text{input2}",
        "weight": r"g_k \, \text{input1} \cdot \text{input2}^T",
        "input2": r"\sum_k g_k \, \text{weight}_k^T \cdot \text{input1}",
    }

    def forward(self, input1: Array, weight: Array, input2: Array) -> Array:
        self.saved = input1, weight, input2
        count, first, second = weight.shape
        across = np.matmul(input1, weight.transpose(1, 0, 2).reshape(first, count * second))
        return np.matmul(across.reshape(-1, count, second), input2[:, :, None])[:, :, 0]

    def backward(self, gradient: Array) -> Shares:
        x, weight, y = self.saved
        count, first, second = weight.shape
        for_weight = None
        if self.needs(1):
            products = (x[:, :, None] * y[:, None]).reshape(-1, first * second)
            for_weight = np.matmul(gradient.T, products).reshape(weight.shape)
        between = np.matmul(gradient, weight.reshape(count, -1)).reshape(-1, first, second)
        return (
            np.matmul(between, y[:, :, None])[:, :, 0] if self.needs(0) else None,
            for_weight,
            np.matmul(x[:, None], between)[:, 0] if self.needs(2) else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        x, weight, y = self.inputs
        count, first, second = weight.shape
        between = matmul(gradient, weight.reshape(count, first * second)).reshape(-1, first, second)
        products = (x.unsqueeze(2) * y.unsqueeze(1)).reshape(-1, first * second)
        return (
            matmul(between, y.unsqueeze(2)).squeeze(2) if self.needs(0) else None,
            matmul(gradient.t(), products).reshape(weight.shape) if self.needs(1) else None,
            matmul(x.unsqueeze(1), between).squeeze(1) if self.needs(2) else None,
        )


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input1ᵀ weight_k input2 + bias_k`: (…, i) and (…, j) by weight (k, i, j) give (…, k).

    RuntimeError with the sizes where they do not fit.
    """
    a, b, w = input1.shape, input2.shape, weight.shape
    if len(a) != len(b) or tuple(a[:-1]) != tuple(b[:-1]):
        raise RuntimeError(f"bilinear(): input batch dimensions do not match: got {list(a)} and {list(b)}")
    if len(w) != 3 or a[-1] != w[1] or b[-1] != w[2]:
        raise RuntimeError(
            f"bilinear(): input sizes do not match weight size: got {list(a)} and {list(b)} for weight {list(w)}"
        )
    if bias is not None and tuple(bias.shape) != (w[0],):
        raise RuntimeError(f"bilinear(): bias size does not match weight size: got {list(bias.shape)}, not [{w[0]}]")
    if not input1.dtype == input2.dtype == weight.dtype:
        raise RuntimeError(
            f"bilinear(): inputs and weight must have one dtype, but got {input1.dtype}, {input2.dtype} and "
            f"{weight.dtype}"
        )
    output = apply(Trilinear, input1.reshape(-1, a[-1]), weight, input2.reshape(-1, b[-1]))
    output = output.reshape(*a[:-1], w[0])
    return output if bias is None else output + bias
