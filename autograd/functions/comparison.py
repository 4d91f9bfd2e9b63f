"""Comparisons and logic: bool results, no gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd.tensor as tensors
from autograd import dtypes
from autograd.functions.common import broadcast_error, need_tensor

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _compare(function: Callable[..., Any], input: Tensor, other: Any) -> Tensor:
    b = other._array if isinstance(other, tensors.Tensor) else other
    a, b = dtypes.promote(input._array, b)
    try:
        return tensors.wrap(function(a, b))
    except ValueError:
        raise broadcast_error(np.asarray(a), np.asarray(b)) from None


def eq(input: Tensor, other: Any) -> Tensor:
    """`input == other`, element by element."""
    return _compare(np.equal, input, other)


def ne(input: Tensor, other: Any) -> Tensor:
    """`input != other`, element by element."""
    return _compare(np.not_equal, input, other)


def lt(input: Tensor, other: Any) -> Tensor:
    """`input < other`."""
    return _compare(np.less, input, other)


def le(input: Tensor, other: Any) -> Tensor:
    """`input <= other`."""
    return _compare(np.less_equal, input, other)


def gt(input: Tensor, other: Any) -> Tensor:
    """`input > other`."""
    return _compare(np.greater, input, other)


def ge(input: Tensor, other: Any) -> Tensor:
    """`input >= other`."""
    return _compare(np.greater_equal, input, other)


def logical_and(input: Tensor, other: Tensor) -> Tensor:
    """Both are non-zero."""
    need_tensor("logical_and", other)
    return _compare(np.logical_and, input, other)


def logical_or(input: Tensor, other: Tensor) -> Tensor:
    """Either is non-zero."""
    need_tensor("logical_or", other)
    return _compare(np.logical_or, input, other)


def logical_xor(input: Tensor, other: Tensor) -> Tensor:
    """Exactly one is non-zero."""
    need_tensor("logical_xor", other)
    return _compare(np.logical_xor, input, other)


def logical_not(input: Tensor) -> Tensor:
    """Is zero."""
    return tensors.wrap(np.logical_not(input._array))


def _bits(function: Callable[..., Any], input: Tensor, other: Any) -> Tensor:
    for value in (input, other):
        if isinstance(value, float) or (isinstance(value, tensors.Tensor) and value._array.dtype.kind == "f"):
            raise NotImplementedError(f"{function.__name__} is for whole numbers and bools, not floating-point ones")
    return _compare(function, input, other)


def bitwise_and(input: Tensor, other: Any) -> Tensor:
    """`input & other`, of integers or bools."""
    return _bits(np.bitwise_and, input, other)


def bitwise_or(input: Tensor, other: Any) -> Tensor:
    """`input | other`, of integers or bools."""
    return _bits(np.bitwise_or, input, other)


def bitwise_xor(input: Tensor, other: Any) -> Tensor:
    """`input ^ other`, of integers or bools."""
    return _bits(np.bitwise_xor, input, other)


def bitwise_not(input: Tensor) -> Tensor:
    """`~input`, of integers or bools."""
    if input._array.dtype.kind == "f":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return tensors.wrap(np.invert(input._array))


def isnan(input: Tensor) -> Tensor:
    """Is not a number."""
    return tensors.wrap(np.isnan(input._array))


def isinf(input: Tensor) -> Tensor:
    """Is infinite."""
    return tensors.wrap(np.isinf(input._array))


def isfinite(input: Tensor) -> Tensor:
    """Is neither infinite nor NaN."""
    return tensors.wrap(np.isfinite(input._array))


def isposinf(input: Tensor) -> Tensor:
    """Is infinite and positive."""
    return tensors.wrap(np.asarray(input._array == np.inf))


def isneginf(input: Tensor) -> Tensor:
    """Is infinite and negative."""
    return tensors.wrap(np.asarray(input._array == -np.inf))


def isreal(input: Tensor) -> Tensor:
    """True everywhere: there are no complex numbers here."""
    return tensors.wrap(np.ones(input._array.shape, np.bool_))


def signbit(input: Tensor) -> Tensor:
    """Is negative, or -0."""
    x = input._array
    return tensors.wrap(np.asarray(np.signbit(x) if x.dtype.kind == "f" else x < 0))


def is_nonzero(input: Tensor) -> bool:
    """Whether the one element is not zero; RuntimeError for more than one."""
    return bool(input)


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape."""
    return input._array.shape == other._array.shape


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """`|input - other| <= atol + rtol * |other|`."""
    return tensors.wrap(np.isclose(input._array, other._array, rtol, atol, equal_nan))


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether all are close."""
    return bool(np.all(np.isclose(input._array, other._array, rtol, atol, equal_nan)))


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether shapes and all elements are the same."""
    return np.array_equal(input._array, other._array)
