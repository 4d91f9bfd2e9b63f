"""Ops that write into their first operand. Each is the op of the same name, run by `tensor.write`."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import autograd.tensor as tensors
from autograd import mode, writing
from autograd.function import Array, Function, Shares
from autograd.functions import (
    arithmetic,
    choice,
    comparison,
    cumulative,
    elementwise,
    pairs,
    reduction,
    shape,
    smooth,
    special,
    statistics,
    strides,
)
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
    return writing.write(input, pairs.Addcmul, (tensor1, tensor2), {"value": value})


def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """`input += value * tensor1 / tensor2`."""
    return writing.write(input, pairs.Addcdiv, (tensor1, tensor2), {"value": value})


def lerp_(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """`input += weight * (end - input)`."""
    if is_tensor(weight):
        return writing.write(input, pairs.Lerp, (end, weight), {})
    return writing.write(input, pairs.Lerp, (end,), {"weight": weight})


def clamp_(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """`clamp`, in place."""
    if is_tensor(min) or is_tensor(max):
        return _replaced(choice.clamp)(input, min, max)
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


def _single(function: type[Function], plain: Any) -> Any:
    """An op of one tensor, whose other arguments are its options, in place."""

    def op_(input: Tensor, **options: Any) -> Tensor:
        return writing.write(input, function, (), options)

    return _named(op_, plain)


def _paired(function: type[Function], plain: Any) -> Any:
    """An op of two operands, in place."""

    def op_(input: Tensor, other: Any) -> Tensor:
        return _binary(function, input, other)

    return _named(op_, plain)


def _replaced(plain: Any) -> Any:
    """Any function whose result takes the place of its first argument: several nodes, or none."""

    def op_(input: Tensor, *args: Any, **options: Any) -> Tensor:
        # The function sees the numbers as they were, which backward may need.
        before = tensors.wrap(input._array.copy())
        before._requires_grad, before._edge = input._requires_grad, input._edge
        result = plain(before, *args, **options)
        writing._fits(input, np.broadcast_to(np.empty(1, input._array.dtype), result._array.shape))
        return copy_(input, result)

    return _named(op_, plain)


def _reshaped(plain: Any) -> Any:
    """A view that takes the place of its tensor."""

    def op_(input: Tensor, *args: Any, **options: Any) -> Tensor:
        if mode.grad and input._requires_grad and input._edge is None:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        before = tensors.wrap(input._array)
        before._requires_grad, before._edge, before._memory = input._requires_grad, input._edge, input._memory
        result = plain(before, *args, **options)
        input._array, input._edge, input._requires_grad = result._array, result._edge, result._requires_grad
        tensors.memory_of(input).write()
        return input

    return _named(op_, plain)


def _named(op_: Any, plain: Any) -> Any:
    op_.__name__ = op_.__qualname__ = plain.__name__ + "_"
    op_.__doc__ = f"`{plain.__name__}`, in place."
    return op_


_SINGLE = {
    elementwise: "abs ceil cos exp expm1 floor log log10 log1p log2 neg reciprocal round rsqrt sgn sign sin sqrt tan "
    "trunc",
    special: "erf",
    smooth: "acos acosh asin asinh atan atanh cosh deg2rad erfc erfinv exp2 frac i0 logit rad2deg sinc sinh",
}
_PAIRED = {arithmetic: "remainder", pairs: "atan2 copysign fmod hypot"}
_REPLACED = {
    arithmetic: "floor_divide",
    comparison: "eq ne lt le gt ge bitwise_and bitwise_or bitwise_xor bitwise_not logical_and logical_or logical_xor "
    "logical_not",
    cumulative: "cumprod",
    elementwise: "square",
    pairs: "bitwise_left_shift bitwise_right_shift float_power gcd heaviside lcm ldexp nextafter",
    choice: "clamp_max clamp_min",
    reduction: "cumsum",
    shape: "tril triu",
    smooth: "nan_to_num",
    statistics: "renorm",
}
_RESHAPED = {shape: "squeeze t transpose unsqueeze", strides: "as_strided"}
_SAME = {
    "abs": "absolute", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "div": "divide true_divide", "ge": "greater_equal", "gt": "greater",
    "le": "less_equal", "lt": "less", "mul": "multiply", "ne": "not_equal", "neg": "negative",
    "sub": "subtract", "transpose": "swapaxes swapdims", "trunc": "fix", "clamp": "clip",
}  # fmt: skip


def _table() -> dict[str, Any]:
    """Every op in place that is made from its plain one, by name."""
    found: dict[str, Any] = {"add_": add_, "sub_": sub_, "mul_": mul_, "div_": div_, "clamp_": clamp_}
    for family, make in ((_SINGLE, _single), (_PAIRED, _paired)):
        for module, names in family.items():
            kinds = [v for v in vars(module).values() if isinstance(v, type) and issubclass(v, Function)]
            nodes = {kind.op: kind for kind in reversed(kinds)}  # the first of an op: that of two tensors
            for name in names.split():
                found[name + "_"] = make(nodes[name], getattr(module, name))
    for names_of, wrapped in ((_REPLACED, _replaced), (_RESHAPED, _reshaped)):
        for module, names in names_of.items():
            for name in names.split():
                found[name + "_"] = wrapped(getattr(module, name))
    for name, others in _SAME.items():
        for other in others.split():
            found[other + "_"] = found[name + "_"]
    return found


TABLE: dict[str, Any] = _table()
