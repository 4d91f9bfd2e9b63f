"""Ops that write into their first operand. Each is the op of the same name, run by `tensor.write`."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import autograd.tensor as tensors
from autograd import writing
from autograd.function import Array, Function, Shares
from autograd.functions import arithmetic, choice, elementwise
from autograd.functions.common import is_tensor, sum_to, unbroadcast, zeros_like

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Copy(Function):
    """`x.copy_(y)`: the gradient goes to `y`."""

    __slots__ = ()
    op, backward_name = "copy", "CopyBackwards"
    arguments = ("input", "src")
    formula, derivatives = r"\text{src}", {"input": "0", "src": "g"}

    def forward(self, input: Array, src: Array) -> Array:
        self.saved = src.shape
        return np.broadcast_to(src, input.shape).astype(input.dtype)

    def backward(self, gradient: Array) -> Shares:
        return np.zeros_like(gradient), unbroadcast(gradient, self.saved)

    def differentiate(self, gradient: Tensor) -> Any:
        return zeros_like(gradient), sum_to(gradient, self.saved)


class Fill(Function):
    """`x.fill_(number)`."""

    __slots__ = ()
    op, backward_name = "fill", "FillBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{value}", {"input": "0"}

    def forward(self, input: Array, value: Any) -> Array:
        return np.full_like(input, value)

    def backward(self, gradient: Array) -> Array:
        return np.zeros_like(gradient)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return zeros_like(gradient)


class Zero(Fill):
    """`x.zero_()`."""

    __slots__ = ()
    op, backward_name = "zero", "ZeroBackward0"
    formula = "0"

    def forward(self, input: Array) -> Array:  # type: ignore[override]
        return np.zeros_like(input)


def _binary(function: type[Function], input: Tensor, other: Any, **options: Any) -> Tensor:
    if isinstance(other, np.ndarray):
        other = tensors.wrap(other)
    if is_tensor(other):
        return writing.write(input, function, (other,), options)
    of_number, name = arithmetic.WITH_NUMBER[function]
    return writing.write(input, of_number, (), {name: other, **options})


def add_(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input += alpha * other`."""
    return _binary(arithmetic.Add, input, other, **({} if alpha == 1 else {"alpha": alpha}))


def sub_(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input -= alpha * other`."""
    return _binary(arithmetic.Sub, input, other, **({} if alpha == 1 else {"alpha": alpha}))


def mul_(input: Tensor, other: Any) -> Tensor:
    """`input *= other`."""
    return _binary(arithmetic.Mul, input, other)


def div_(input: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """`input /= other`."""
    return _binary(arithmetic.Div, input, other, **({} if rounding_mode is None else {"rounding_mode": rounding_mode}))


def pow_(input: Tensor, exponent: Any) -> Tensor:
    """`input **= exponent`."""
    return _binary(arithmetic.Pow, input, exponent)


def addcmul_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """`input += value * tensor1 * tensor2`."""
    return add_(input, tensor1 * tensor2, alpha=value)


def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """`input += value * tensor1 / tensor2`."""
    return add_(input, tensor1 / tensor2, alpha=value)


def lerp_(input: Tensor, end: Tensor, weight: float) -> Tensor:
    """`input += weight * (end - input)`."""
    return add_(input, end - input, alpha=weight)


def neg_(input: Tensor) -> Tensor:
    """`input = -input`, in place."""
    return writing.write(input, elementwise.Neg, (), {})


def exp_(input: Tensor) -> Tensor:
    """`exp`, in place."""
    return writing.write(input, elementwise.Exp, (), {})


def log_(input: Tensor) -> Tensor:
    """`log`, in place."""
    return writing.write(input, elementwise.Log, (), {})


def sqrt_(input: Tensor) -> Tensor:
    """`sqrt`, in place."""
    return writing.write(input, elementwise.Sqrt, (), {})


def abs_(input: Tensor) -> Tensor:
    """`abs`, in place."""
    return writing.write(input, elementwise.Abs, (), {})


def clamp_(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """`clamp`, in place."""
    return writing.write(input, choice.Clamp, (), {"min": min, "max": max})


def masked_fill_(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`masked_fill`, in place."""
    return writing.write(input, choice.MaskedFill, (mask,), {"value": value.item() if is_tensor(value) else value})


def fill_(input: Tensor, value: Any) -> Tensor:
    """Every element becomes `value`."""
    return writing.write(input, Fill, (), {"value": value.item() if is_tensor(value) else value})


def zero_(input: Tensor) -> Tensor:
    """Every element becomes 0."""
    return writing.write(input, Zero, (), {})


def copy_(input: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Takes the numbers of `src`, which broadcasts and is cast."""
    return writing.write(input, Copy, (src,), {})


def fill_array(input: Tensor, values: Array) -> Tensor:
    """Takes numbers that no op made, as random initialisation does. RuntimeError for a leaf outside `no_grad`."""
    return copy_(input, tensors.wrap(values.reshape(input._array.shape)))
