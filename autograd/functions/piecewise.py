"""Activations made of straight lines: hard and shrinking ones, and thresholds."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from autograd.function import Array, Function, apply
from autograd.functions.activation import floating, run_or_write
from autograd.functions.common import constant_array

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class _Piecewise(Function):
    """A subclass's forward keeps the slope of each element; it is a constant of the second derivative."""

    __slots__ = ()
    arguments = saves = ("input",)

    def backward(self, gradient: Array) -> Array:
        return gradient * self.saved

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * constant_array(self.saved)


class Hardtanh(_Piecewise):
    __slots__ = ()
    op, backward_name = "hardtanh", "HardtanhBackward0"
    formula = r"\min(\max(\text{input}, \text{min\_val}), \text{max\_val})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{min\_val} < \text{input} < \text{max\_val}]"}

    def forward(self, input: Array, min_val: float, max_val: float) -> Array:
        self.saved = ~((input <= min_val) | (input >= max_val))
        return np.clip(input, input.dtype.type(min_val), input.dtype.type(max_val))


class Hardsigmoid(_Piecewise):
    __slots__ = ()
    op, backward_name = "hardsigmoid", "HardsigmoidBackward0"
    formula = r"\min(\max(\text{input} + 3, 0), 6) / 6"
    derivatives: ClassVar[dict[str, str]] = {"input": r"-3 < \text{input} < 3 \mathbin{?} g / 6 : 0"}

    def forward(self, input: Array) -> Array:
        # PyTorch's kernel holds a sixth in single precision for every type.
        self.saved = ((input > -3) & (input < 3)) * input.dtype.type(np.float32(1 / 6))
        return np.clip(input + 3, 0, 6) / 6


class Hardswish(Function):
    __slots__ = ()
    op, backward_name = "hardswish", "HardswishBackward0"
    arguments = saves = ("input",)
    formula = r"\text{input} \cdot \min(\max(\text{input} + 3, 0), 6) / 6"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} \le -3 \mathbin{?} 0 : \text{input} < 3 \mathbin{?} g (\text{input} / 3 + 1/2) : g"
    }

    def forward(self, input: Array) -> Array:
        self.saved = input
        return input * np.clip(input + 3, 0, 6) / 6

    def backward(self, gradient: Array) -> Array:
        x = self.saved
        return np.where(
            x <= -3, gradient.dtype.type(0), np.where(x < 3, gradient * (x / 3 + x.dtype.type(0.5)), gradient)
        )

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.saved
        inside = constant_array(((x > -3) & (x < 3)).astype(x.dtype))
        beyond = constant_array((~(x < 3)).astype(x.dtype))
        return gradient * ((self.inputs[0] / 3 + 0.5) * inside + beyond)


class Hardshrink(_Piecewise):
    __slots__ = ()
    op, backward_name = "hardshrink", "HardshrinkBackward0"
    formula = r"|\text{input}| > \lambda \mathbin{?} \text{input} : 0"
    derivatives: ClassVar[dict[str, str]] = {"input": r"|\text{input}| > \lambda \mathbin{?} g : 0"}

    def forward(self, input: Array, lambd: float) -> Array:
        self.saved = ~(np.abs(input) <= input.dtype.type(lambd))
        return np.where(self.saved, input, input.dtype.type(0))


class Softshrink(_Piecewise):
    __slots__ = ()
    op, backward_name = "softshrink", "SoftshrinkBackward0"
    formula = r"|\text{input}| > \lambda \mathbin{?} \text{input} - \lambda \operatorname{sign}(\text{input}) : 0"
    derivatives: ClassVar[dict[str, str]] = {"input": r"|\text{input}| > \lambda \mathbin{?} g : 0"}

    def forward(self, input: Array, lambd: float) -> Array:
        limit = input.dtype.type(lambd)
        self.saved = ~(np.abs(input) <= limit)
        return np.where(self.saved, input - np.copysign(limit, input), input * input.dtype.type(0))


class Threshold(_Piecewise):
    __slots__ = ()
    op, backward_name = "threshold", "ThresholdBackward0"
    formula = r"\text{input} > \text{threshold} \mathbin{?} \text{input} : \text{value}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\text{input} > \text{threshold} \mathbin{?} g : 0"}

    def forward(self, input: Array, threshold: float, value: float) -> Array:
        self.saved = ~(input <= threshold)
        return np.where(self.saved, input, input.dtype.type(value))


class ThresholdInPlace(Threshold):
    __slots__ = ()
    backward_name = "ThresholdBackward1"


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Clamped to `min_val` … `max_val`; ValueError where the first is above the second."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return run_or_write(Hardtanh, input, inplace, min_val=min_val, max_val=max_val)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh`, in place."""
    return hardtanh(input, min_val, max_val, True)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """The positive part, at most 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A straight-line sigmoid: `relu6(input + 3) / 6` (Howard et al., 2019)."""
    return run_or_write(Hardsigmoid, floating(input, "hardsigmoid_cpu"), inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * relu6(input + 3) / 6` (Howard et al., 2019)."""
    return run_or_write(Hardswish, floating(input, "hardswish_cpu"), inplace)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """0 between `-lambd` and `lambd`."""
    return apply(Hardshrink, floating(input, "hardshrink_cpu"), lambd=lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Drawn towards 0 by `lambd`, which is not negative (RuntimeError)."""
    if lambd < 0:
        raise RuntimeError(f"lambda must be greater or equal to 0, but found to be {lambd}.")
    return apply(Softshrink, floating(input, "softshrink_cpu"), lambd=lambd)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """`input` above `threshold`, else `value`."""
    return run_or_write(Threshold, input, inplace, written=ThresholdInPlace, threshold=threshold, value=value)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """`threshold`, in place."""
    return run_or_write(Threshold, input, True, written=ThresholdInPlace, threshold=threshold, value=value)
