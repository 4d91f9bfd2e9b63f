"""A weight as a direction and a length (Salimans and Kingma, 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autograd.function import Function, apply

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]


class WeightNorm(Function):
    """`g * v / ‖v‖`, one norm for each place along `dim`."""

    __slots__ = ()
    op = "weight_norm"
    backward_name = "WeightNormInterfaceBackward0"
    arguments = ("v", "g")
    saves = ("v", "g")
    formula = r"w = g \frac{v}{\lVert v \rVert}"
    derivatives: ClassVar[dict[str, str]] = {
        "v": r"\bar{v} = \frac{g}{\lVert v \rVert}\left(\bar{w} - \frac{\bar{w} \cdot v}{\lVert v \rVert^2} v\right)",
        "g": r"\bar{g} = \frac{\bar{w} \cdot v}{\lVert v \rVert}",
    }

    def forward(self, v: Array, g: Array, *, dim: int) -> Array:
        norms = np.sqrt(np.square(v).sum(_others(v.ndim, dim), keepdims=True))
        self.saved = v, g, norms
        result: Array = v * (g / norms)
        return result

    def backward(self, gradient: Array) -> Any:
        v, g, norms = self.saved
        along = (gradient * v).sum(_others(v.ndim, self.options["dim"]), keepdims=True)
        shares = [None, None]
        if self.needs(0):
            shares[0] = g / norms * (gradient - v * (along / np.square(norms)))
        if self.needs(1):
            shares[1] = along / norms
        return tuple(shares)

    def differentiate(self, gradient: Tensor) -> Any:
        v, g = self.inputs
        others = list(_others(v.ndim, self.options["dim"]))
        squares = (v * v).sum(others, keepdim=True)
        norms = squares.sqrt()
        along = (gradient * v).sum(others, keepdim=True)
        return g / norms * (gradient - v * (along / squares)), along / norms


def _others(ndim: int, dim: int) -> tuple[int, ...]:
    return tuple(i for i in range(ndim) if i != dim)


def weight_norm(v: Tensor, g: Tensor, dim: int = 0) -> Tensor:
    """`g * v / ‖v‖` with norms over all dimensions but `dim`, or over all for -1. One node for the first or last."""
    if dim in (0, v.ndim - 1):
        return apply(WeightNorm, v, g, dim=dim)
    return v * (g / norm_except_dim(v, 2, dim))


def norm_except_dim(v: Tensor, pow: float = 2, dim: int = 0) -> Tensor:
    """The norms over all dimensions but `dim`, which are kept with size 1; over all dimensions for -1: one number."""
    if dim == -1:
        return v.norm(pow)
    return v.norm(pow, dim=list(_others(v.ndim, dim)), keepdim=True)
