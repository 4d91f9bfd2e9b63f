"""Choosing numbers element by element: clamp, where, masked_fill."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import dtypes
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import broadcast_error, is_tensor, sum_to, unbroadcast
from autograd.functions.derived import Derived

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Clamp(Function):
    __slots__ = ()
    op, backward_name, saves = "clamp", "ClampBackward1", ("input",)
    arguments = ("input",)
    formula = r"\min(\max(\text{input}, \text{min}), \text{max})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{min} \le \text{input} \le \text{max}]"}

    def forward(self, input: Array, min: Any = None, max: Any = None) -> Array:
        for bound in (min, max):
            if isinstance(bound, float) and input.dtype.kind != "f":
                input = input.astype(dtypes.default_numpy())
        self.saved = input
        return np.clip(input, min, max)

    def inside(self) -> Array:
        """Where the input is within the bounds."""
        x, low, high = self.saved, self.options.get("min"), self.options.get("max")
        inside = np.ones(x.shape, np.bool_)
        if low is not None:
            inside &= x >= low
        if high is not None:
            inside &= x <= high
        return inside

    def backward(self, gradient: Array) -> Array:
        return gradient * self.inside()

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * tensors.wrap(self.inside())


class ClampMin(Clamp):
    __slots__ = ()
    backward_name = "ClampMinBackward0"
    formula = r"\max(\text{input}, \text{min})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{input} \ge \text{min}]"}


class ClampMax(Clamp):
    __slots__ = ()
    backward_name = "ClampMaxBackward0"
    formula = r"\min(\text{input}, \text{max})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{input} \le \text{max}]"}


class ClampBetween(Derived):
    """`clamp` between tensors, either of which may be absent."""

    __slots__ = ()
    op, backward_name, saves = "clamp", "ClampBackward0", ("input", "min", "max")
    arguments = ("input", "min", "max")
    formula = r"\min(\max(\text{input}, \text{min}), \text{max})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{min} \le \text{input} \le \text{max}]",
        "min": r"g \cdot [\text{input} < \text{min} < \text{max}]",
        "max": r"g \cdot [\text{input} > \text{max} \text{ or } \text{max} < \text{min}]",
    }

    def forward(self, input: Array, min: Any, max: Any) -> Array:
        kind = input.dtype
        for bound in (min, max):
            if bound is not None:
                kind = dtypes.result_type(np.broadcast_to(np.empty(1, kind), input.shape), bound)
        try:
            output = input.astype(kind)
            output = output if min is None else np.maximum(output, min.astype(kind))
            return output if max is None else np.minimum(output, max.astype(kind))
        except ValueError:
            raise broadcast_error(input, max if min is None else min) from None

    def differentiate(self, gradient: Tensor) -> Any:
        x, low, high = (None if t is None else t._array for t in self.inputs)
        below = np.zeros_like(x, np.bool_) if low is None else x < low
        above = np.zeros_like(x, np.bool_) if high is None else x > high
        inside = ~(below | above)
        if low is not None and high is not None:
            below, above = below & (low < high), above | (high < low)
        kind = gradient._array.dtype
        return tuple(
            None if t is None else sum_to(gradient * tensors.wrap(hits.astype(kind)), t._array.shape)
            for t, hits in zip(self.inputs, (inside, below, above), strict=True)
        )


class Where(Function):
    __slots__ = ()
    op, backward_name, saves = "where", "WhereBackward0", ("condition",)
    arguments = ("condition", "input", "other")
    formula = r"\text{condition} \mathbin{?} \text{input} : \text{other}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{condition}]",
        "other": r"g \cdot [\neg \text{condition}]",
    }

    def forward(self, condition: Array, input: Array, other: Array) -> Array:
        self.saved = condition, input.shape, other.shape
        a, b = dtypes.promote(input, other)
        try:
            return np.where(condition if condition.dtype.kind == "b" else condition != 0, a, b)
        except ValueError:
            shapes = [list(v.shape) for v in (condition, input, other)]
            raise RuntimeError(f"The sizes of condition, input and other must broadcast, but are {shapes}") from None

    def backward(self, gradient: Array) -> Shares:
        condition, shape, other_shape = self.saved
        zero = gradient.dtype.type(0)
        return (
            None,
            unbroadcast(np.where(condition, gradient, zero), shape) if self.needs(1) else None,
            unbroadcast(np.where(condition, zero, gradient), other_shape) if self.needs(2) else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        condition, shape, other_shape = self.saved
        condition = tensors.wrap(condition)
        return (
            None,
            sum_to(where(condition, gradient, 0.0), shape) if self.needs(1) else None,
            sum_to(where(condition, 0.0, gradient), other_shape) if self.needs(2) else None,
        )


class MaskedFill(Function):
    __slots__ = ()
    op, backward_name, saves = "masked_fill", "MaskedFillBackward0", ("mask",)
    arguments = ("input", "mask")
    formula = r"\text{mask} \mathbin{?} \text{value} : \text{input}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\neg \text{mask}]"}

    def forward(self, input: Array, mask: Array, value: Any) -> Array:
        if mask.dtype.kind != "b":
            raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype}")
        self.saved = mask, input.shape
        return np.where(mask, input.dtype.type(value), input)

    def backward(self, gradient: Array) -> Shares:
        mask, shape = self.saved
        return unbroadcast(np.where(mask, gradient.dtype.type(0), gradient), shape), None

    def differentiate(self, gradient: Tensor) -> Any:
        mask, shape = self.saved
        return sum_to(gradient.masked_fill(tensors.wrap(mask), 0), shape), None


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """`input` kept between `min` and `max`: numbers or tensors, either may be None."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if is_tensor(min) or is_tensor(max):
        low, high = (None if b is None else b if is_tensor(b) else _number(b, input) for b in (min, max))
        return apply(ClampBetween, input, low, high)
    return apply(Clamp, input, min=min, max=max)


def clamp_min(input: Tensor, min: Any) -> Tensor:
    """`input`, at least `min`."""
    return clamp(input, min=min) if is_tensor(min) else apply(ClampMin, input, min=min)


def clamp_max(input: Tensor, max: Any) -> Tensor:
    """`input`, at most `max`."""
    return clamp(input, max=max) if is_tensor(max) else apply(ClampMax, input, max=max)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """`input` where `condition`, else `other`. With `condition` alone, the indices of its non-zero elements."""
    if input is None and other is None:
        from autograd.functions.counting import nonzero

        return nonzero(condition, as_tuple=True)
    if not is_tensor(condition) or condition._array.dtype.kind not in "bu":
        got = condition.dtype if is_tensor(condition) else type(condition).__name__
        raise (RuntimeError if is_tensor(condition) else TypeError)(
            f"where expected condition to be a boolean tensor, but got {got}"
        )
    if not is_tensor(input):
        input = _number(input, other)
    if not is_tensor(other):
        other = _number(other, input)
    return apply(Where, condition, input, other)


def _number(value: Any, like: Any) -> Tensor:
    kind = dtypes.result_type(value, like._array if is_tensor(like) else like)
    return tensors.wrap(np.asarray(value, kind))


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`value` where `mask` (bool, broadcast), else `input`."""
    if is_tensor(value):
        value = value.item()
    return apply(MaskedFill, input, mask, value=value)
