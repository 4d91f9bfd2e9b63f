"""Dropout: elements or whole channels set to zero, or to what keeps mean and deviation, at random.

The masks are PyTorch's bit for bit on machines where it does not draw them with Intel's MKL (autograd/random.py).
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from autograd import random, writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import memory_order
from autograd.tensor import wrap

if TYPE_CHECKING:
    from autograd.tensor import Tensor

# -λα of SELU: what a dropped element becomes. G. Klambauer et al., "Self-Normalizing Neural Networks" (2017).
_SATURATED = 1.7580993408473766


class Dropout(Function):
    """Each element kept with probability 1 - p and scaled by 1 / (1 - p). `mask` holds the factors."""

    __slots__ = ()
    op, backward_name = "dropout", "MulBackward0"
    arguments = ("input", "mask")
    saves = ("mask",)
    formula = r"\text{input} \cdot \text{mask}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{mask}"}

    def forward(self, input: Array, mask: Array, p: float) -> Array:
        self.saved = mask
        return input * mask

    def backward(self, gradient: Array) -> Shares:
        return gradient * self.saved, None

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return gradient * wrap(self.saved), None


def _dropped(input: Tensor, shape: tuple[int, ...], p: float, inplace: bool) -> Tensor:
    """`input` times a mask of `shape`, which broadcasts."""
    kind = input._array.dtype.type
    if p == 1:
        factors = np.zeros(shape, kind)
    else:
        # PyTorch draws in the order of memory: a transposed input takes the numbers as its base would.
        order = memory_order(input._array) if shape == input._array.shape else tuple(range(len(shape)))
        drawn = random.default_generator.chances(tuple([shape[i] for i in order]), 1 - p)
        factors = drawn.transpose(np.argsort(order)).astype(kind) / kind(1 - p)
    return _masked(input, factors, p, inplace)


def _masked(input: Tensor, factors: Array, p: float, inplace: bool) -> Tensor:
    return (
        writing.write(input, Dropout, (wrap(factors),), {"p": p})
        if inplace
        else apply(Dropout, input, wrap(factors), p=p)
    )


def _saturated(input: Tensor, shape: tuple[int, ...], p: float, inplace: bool) -> Tensor:
    """Elements set to -λα at random, then scaled and shifted so that mean and deviation stay."""
    kind = input._array.dtype.type
    if p == 1:
        return _masked(input, np.zeros((), kind), p, inplace)
    scale = 1 / math.sqrt((_SATURATED**2 * p + 1) * (1 - p))
    kept = random.default_generator.chances(shape, 1 - p).astype(kind)
    shift = wrap((kept - kind(1)) * kind(_SATURATED * scale) + kind(_SATURATED * scale * p))
    scaled = _masked(input, kept * kind(scale), p, inplace)
    return scaled.add_(shift) if inplace else scaled + shift


def _idle(input: Tensor, p: float, training: bool) -> bool:
    """Whether `input` passes as it is; ValueError for a `p` that is none, RuntimeError for a type that has no 1 / 2."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or not p or not input._array.size:
        return True
    if input._array.dtype.kind != "f":
        raise RuntimeError(f"result type Float can't be cast to the desired output type {input.dtype}: use .float()")
    return False


def _channels(input: Tensor) -> tuple[int, ...]:
    shape = input._array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Feature dropout requires at least 2 dimensions in the input, but got {list(shape)}")
    return shape[:2] + (1,) * (len(shape) - 2)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training each element is 0 with probability `p`, else divided by 1 - p; otherwise `input` itself."""
    return input if _idle(input, p, training) else _dropped(input, input._array.shape, p, inplace)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Dropout that keeps mean 0 and deviation 1: in training elements saturate as SELU does."""
    return input if _idle(input, p, training) else _saturated(input, input._array.shape, p, inplace)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """As `alpha_dropout`, for whole channels (the first two dimensions) at once."""
    return input if _idle(input, p, training) else _saturated(input, _channels(input), p, inplace)


def _of_channels(input: Tensor, p: float, training: bool, inplace: bool, single: bool) -> Tensor:
    if _idle(input, p, training):
        return input
    if not single:
        return _dropped(input, _channels(input), p, inplace)
    shape = input._array.shape
    if inplace:
        return _dropped(input, (shape[0],) + (1,) * (len(shape) - 1), p, True)
    one = input.unsqueeze(0)
    return _dropped(one, _channels(one), p, False).squeeze(0)


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout`, for whole channels of (N, C, L) or (C, L) at once; RuntimeError for other shapes."""
    if input.ndim not in (2, 3):
        raise RuntimeError(f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input")
    return _of_channels(input, p, training, inplace, input.ndim == 2)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout`, for whole channels of (N, C, H, W) at once. Warns about other shapes, as PyTorch does."""
    if input.ndim not in (3, 4):
        warnings.warn(
            f"dropout2d: Received a {input.ndim}-D input to dropout2d, which is deprecated; use dropout instead",
            stacklevel=2,
        )
    if input.ndim == 3:
        warnings.warn(
            "dropout2d: Received a 3D input to dropout2d: it is read as (N, C, L), and whole channels are dropped; "
            "use dropout1d to say so",
            stacklevel=2,
        )
    return _of_channels(input, p, training, inplace, False)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout`, for whole channels of (N, C, D, H, W) or (C, D, H, W) at once. Warns about other shapes."""
    if input.ndim not in (4, 5):
        warnings.warn(
            f"dropout3d: Received a {input.ndim}-D input to dropout3d, which is deprecated; use dropout instead",
            stacklevel=2,
        )
    return _of_channels(input, p, training, inplace, input.ndim != 5)
