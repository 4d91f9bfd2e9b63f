"""Distances and similarities of vectors."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from autograd import dtypes, mode
from autograd.function import Array, Function, apply
from autograd.functions.common import constant_array, wrap_dim, zeros_like
from autograd.functions.reduction import Norm, norm

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Pdist(Function):
    __slots__ = ()
    op, backward_name = "pdist", "PdistBackward0"
    arguments = ("input",)
    saves = ("input", "output")
    formula = r"\lVert \text{input}_i - \text{input}_j \rVert_p, \quad i < j"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\sum_j g_{ij} \operatorname{sign}(d_{ij}) \frac{|d_{ij}|^{p-1}}{\text{output}_{ij}^{p-1}}, \quad "
        r"d_{ij} = \text{input}_i - \text{input}_j"
    }

    def forward(self, input: Array, p: float) -> Array:
        first, second = np.triu_indices(len(input), 1)
        difference = input[first] - input[second]
        size = np.abs(difference)
        if p == 0:
            value = np.add.reduce(size != 0, axis=1, dtype=input.dtype)
        elif p == 1:
            value = np.add.reduce(size, axis=1)
        elif p == 2:
            value = np.sqrt(np.add.reduce(size * size, axis=1))
        elif p == math.inf:
            value = np.maximum.reduce(size, axis=1, initial=0)
        else:
            value = np.add.reduce(size ** input.dtype.type(p), axis=1) ** input.dtype.type(1 / p)
        self.saved = input, first, second, difference, value
        return value

    def backward(self, gradient: Array) -> Array:
        input, first, second, difference, value = self.saved
        p, g, v = self.options["p"], gradient[:, None], value[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            if p == 0:
                return np.zeros_like(input)
            if p == 1:
                share = g * np.sign(difference)
            elif p == 2:
                share = g * difference / v
            elif p == math.inf:
                share = g * np.sign(difference) * (np.abs(difference) == v)
            else:
                power = input.dtype.type(p - 1)
                share = g * np.sign(difference) * np.abs(difference) ** power / v**power
        share[(value == 0)] = 0
        total = np.zeros_like(input)
        np.add.at(total, first, share)
        np.subtract.at(total, second, share)
        return total

    def differentiate(self, gradient: Tensor) -> Tensor:
        array, first, second, _, value = self.saved
        x, p = self.inputs[0], self.options["p"]
        if p == 0:
            return zeros_like(x)
        difference = x[constant_array(first)] - x[constant_array(second)]
        g, v = gradient.unsqueeze(1), self.result(value).unsqueeze(1)
        if p == 1:
            share = g * difference.sign()
        elif p == 2:
            share = g * difference / v
        elif p == math.inf:
            largest = np.abs(difference._array) == value[:, None]
            share = g * difference.sign() * constant_array(largest.astype(array.dtype))
        else:
            share = g * difference.sign() * difference.abs() ** (p - 1) / v ** (p - 1)
        share = share.masked_fill(constant_array((value == 0)[:, None]), 0)
        # Each pair's share goes to its first row and is taken from its second: a product with a matrix of 1 and -1.
        incidence = np.zeros((len(array), len(first)), array.dtype)
        pairs = np.arange(len(first))
        incidence[first, pairs], incidence[second, pairs] = 1, -1
        return constant_array(incidence) @ share


class DistanceNorm(Norm):
    """The norm inside PyTorch's own kernels, which its graph names so."""

    __slots__ = ()
    backward_name = "NormBackward1"


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The p-norm distances of every pair of rows of a matrix (N, M): N (N - 1) / 2, in the order (0, 1), (0, 2), …"""
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    if input._array.dtype.kind != "f":
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    return apply(Pdist, input, p=float(p))


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of `x1 - x2 + eps` along the last dimension."""
    return apply(DistanceNorm, x1 - x2 + eps, p=float(p), dim=(max(x1.ndim, x2.ndim) - 1,), keepdim=keepdim)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along `dim`, their lengths taken as `eps` at least."""
    kind = np.result_type(x1._array, x2._array)
    if kind.kind != "f":
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {dtypes.of(x1._array)}")
    ndim = max(x1.ndim, x2.ndim)
    dim = wrap_dim(dim, ndim)
    if x1._array.shape != x2._array.shape:
        shape = np.broadcast_shapes(x1._array.shape, x2._array.shape)
        x1, x2 = x1.expand(*shape), x2.expand(*shape)
    lengths = [norm(x, 2.0, dim, True).clone() for x in (x1, x2)]
    with mode.no_grad():
        for length in lengths:
            length.clamp_(min=eps)  # the gradient goes past this, as in PyTorch
    return ((x1 / lengths[0]) * (x2 / lengths[1])).sum(dim)
