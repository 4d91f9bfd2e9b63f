"""Distances between all pairs of rows."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import constant_array, sum_to, unbroadcast

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Cdist(Function):
    """p-norms of the differences of rows, (…, n, d) and (…, m, d) give (…, n, m). At a distance of 0 the slope is 0."""

    __slots__ = ()
    op, backward_name = "cdist", "CdistBackward0"
    arguments = ("x1", "x2")
    saves = ("x1", "x2", "output")
    formula = r"\left( \sum_k |\text{x1}_{ik} - \text{x2}_{jk}|^p \right)^{1/p}"
    derivatives: ClassVar[dict[str, str]] = {
        "x1": r"\sum_j g_{ij} \, \operatorname{sign}(\delta) \left( |\delta| / \text{output}_{ij} \right)^{p-1},"
        r" \quad \delta = \text{x1}_i - \text{x2}_j",
        "x2": r"-\sum_i g_{ij} \, \operatorname{sign}(\delta) \left( |\delta| / \text{output}_{ij} \right)^{p-1}",
    }

    def forward(self, x1: Array, x2: Array, p: float, by_product: bool) -> Array:
        kind = x1.dtype.type
        if by_product:
            # |a|² + |b|² - 2ab: as PyTorch does for many rows, and as inexact for near ones.
            squares = [np.einsum("...ij,...ij->...i", x, x) for x in (x1, x2)]
            output = np.matmul(x1, x2.swapaxes(-1, -2))
            output *= kind(-2)
            output += squares[0][..., :, None]
            output += squares[1][..., None, :]
            np.maximum(output, 0, out=output)
            np.sqrt(output, out=output)
        else:
            apart = np.abs(_apart(x1, x2))
            if p == 0:
                output = np.count_nonzero(apart, axis=-1).astype(kind)
            elif p == 1:
                output = apart.sum(-1)
            elif p == 2:
                output = np.sqrt(np.einsum("...k,...k->...", apart, apart))
            elif math.isinf(p):
                output = apart.max(-1, initial=0)
            else:
                output = (apart ** kind(p)).sum(-1) ** kind(1 / p)
        self.saved = x1, x2, output
        return output

    def backward(self, gradient: Array) -> Shares:
        x1, x2, output = self.saved
        if self.options["p"] == 2:
            # g / distance · (a - b), summed over b or a: two products.
            slope = np.divide(gradient, output, out=np.zeros_like(output), where=output != 0)
            first = x1 * slope.sum(-1)[..., None] - np.matmul(slope, x2)
            second = x2 * slope.sum(-2)[..., None] - np.matmul(slope.swapaxes(-1, -2), x1)
        else:
            share = self._slopes(_apart(x1, x2), output) * gradient[..., None]
            first, second = share.sum(-2), -share.sum(-3)
        return unbroadcast(first, x1.shape), unbroadcast(second, x2.shape)

    def _slopes(self, apart: Array, output: Array) -> Array:
        """The derivatives of the distances by the differences, for p other than 2."""
        p, kind = self.options["p"], output.dtype.type
        sign = np.sign(apart)
        if p == 0:
            return np.zeros_like(apart)
        if p == 1:
            return sign
        size = np.abs(apart)
        if math.isinf(p):
            return sign * (size == output[..., None])
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = sign * (size / output[..., None]) ** kind(p - 1)
        slopes[np.broadcast_to(output[..., None] == 0, slopes.shape) | (size == 0)] = 0
        return slopes

    def differentiate(self, gradient: Tensor) -> Any:
        x1, x2 = self.inputs
        p, output = self.options["p"], self.saved[2]
        apart = x1.unsqueeze(-2) - x2.unsqueeze(-3)
        if p in (0, 1) or math.isinf(p):
            share = gradient.unsqueeze(-1) * constant_array(self._slopes(apart._array, output))
        else:
            # Zeros are set to one and their slopes to zero, so that no derivative divides by them.
            near = output == 0
            distance = (self.result(output) + constant_array(near.astype(output.dtype))).unsqueeze(-1)
            if p == 2:
                slopes = apart / distance
            else:
                none = constant_array((apart._array == 0).astype(output.dtype))
                sign = constant_array(np.sign(apart._array))
                slopes = sign * ((apart.abs() + none) / distance) ** (p - 1)
            share = gradient.unsqueeze(-1) * slopes * constant_array((~near).astype(output.dtype)[..., None])
        first, second = share.sum(-2), -share.sum(-3)
        return sum_to(first, x1.shape), sum_to(second, x2.shape)


def _apart(x1: Array, x2: Array) -> Array:
    return x1[..., :, None, :] - x2[..., None, :, :]


MODES = {
    "use_mm_for_euclid_dist_if_necessary": None,
    "use_mm_for_euclid_dist": True,
    "donot_use_mm_for_euclid_dist": False,
}


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = "use_mm_for_euclid_dist_if_necessary") -> Tensor:
    """The p-norm distances between rows: (…, n, d) and (…, m, d) give (…, n, m); `p` from 0 to inf.

    Euclidean distances of more than 25 rows are computed by a product of matrices, unless `compute_mode` says
    otherwise. RuntimeError for shapes, types or a `p` that do not fit; ValueError for another mode.
    """
    if compute_mode not in MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    a, b = x1._array, x2._array
    for name, x in (("X1", a), ("X2", b)):
        if x.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {x.ndim}D")
        if x.dtype.kind != "f":
            raise RuntimeError(f"cdist only supports floating-point dtypes, {name} got: {x.dtype}")
    if a.shape[-1] != b.shape[-1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {a.shape[-1]} X2: {b.shape[-1]}")
    if p < 0:
        raise RuntimeError(f"cdist only supports non-negative p values, got {p}")
    if a.dtype != b.dtype:
        raise RuntimeError(f"cdist expects one dtype, but got {x1.dtype} and {x2.dtype}")
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise RuntimeError(f"cdist: the batches of {list(a.shape)} and {list(b.shape)} do not broadcast") from None
    product = MODES[compute_mode]
    if product is None:
        product = a.shape[-2] > 25 or b.shape[-2] > 25
    return apply(Cdist, x1, x2, p=float(p), by_product=p == 2 and product)
