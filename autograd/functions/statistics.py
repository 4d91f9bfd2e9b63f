"""Statistics: sums and means that skip NaN, quantiles, covariance, and pairs of deviation and mean."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd.function import Array, apply
from autograd.functions import reduction
from autograd.functions.common import is_tensor, wrap_dim, wrap_dims
from autograd.functions.derived import Derived
from autograd.functions.pairs import lerp

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Nansum(Derived):
    __slots__ = ()
    op, backward_name, saves = "nansum", "NansumBackward0", ("input",)
    arguments = ("input",)
    formula = r"\sum_i \text{input}_i \text{, NaN as } 0"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{input is a number}]"}

    def forward(self, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
        return np.asarray(np.nansum(input, axis=dim, keepdims=keepdim))

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, dim = self.inputs[0]._array, self.options["dim"]
        kept = np.add.reduce(np.empty(x.shape, np.bool_), axis=dim, keepdims=True).shape
        return gradient.reshape(kept) * tensors.wrap((~np.isnan(x)).astype(gradient._array.dtype))


def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum, with NaN as 0."""
    input = input if dtype is None else input.to(dtype)
    if input._array.dtype.kind != "f":
        return reduction.sum(input, dim, keepdim)
    return apply(Nansum, input, dim=wrap_dims(dim, input.ndim), keepdim=keepdim)


def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of what is not NaN."""
    if input._array.dtype.kind != "f":
        raise RuntimeError(f"nanmean(): expected input to have floating point dtype but got {input.dtype}")
    number = reduction.sum(tensors.wrap(~np.isnan(input._array)), dim, keepdim)
    return nansum(input, dim, keepdim, dtype=dtype) / number


_ROUNDING = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(name: str, input: Tensor, q: Any, dim: Any, keepdim: bool, interpolation: str, skip: bool) -> Tensor:
    if input._array.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype")
    if interpolation not in _ROUNDING:
        raise RuntimeError(f"{name}() interpolation must be one of {', '.join(_ROUNDING)}, but got {interpolation}")
    chances = q._array if is_tensor(q) else np.asarray(q, input._array.dtype)
    if chances.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor")
    if chances.dtype != input._array.dtype:
        raise RuntimeError(f"{name}() q tensor must be same dtype as the input tensor")
    if chances.size and not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError(f"{name}() q values must be in the range [0, 1]")
    if not input.numel():
        raise RuntimeError(f"{name}() input tensor must be non-empty")
    shape = list(input.shape)
    if dim is None:
        rows, kept = input.reshape(1, -1), [1] * input.ndim
        rest: list[int] = []
    else:
        dim = wrap_dim(dim, input.ndim)
        rows = input.movedim(dim, -1) if input.ndim else input.reshape(1)
        kept = [1 if d == dim else n for d, n in enumerate(shape)]
        rest = shape[:dim] + shape[dim + 1 :]
        rows = rows.reshape(-1, rows.shape[-1])
    ordered = rows.sort(-1)[0]
    missing = np.isnan(ordered._array).sum(-1, keepdims=True)
    last = rows.shape[-1] - 1 - (missing if skip else 0 * missing)
    rank = chances.reshape(-1) * np.maximum(last, 0).astype(chances.dtype)
    if not skip:
        # A row with NaN has no quantile: its last element, which is NaN, stands for all.
        rank = np.where(missing > 0, last.astype(rank.dtype), rank)
    if interpolation in ("lower", "higher", "nearest"):
        whole: dict[str, Any] = {"lower": np.floor, "higher": np.ceil, "nearest": np.round}
        rank = whole[interpolation](rank)
    low = np.floor(rank)
    values = ordered.gather(-1, tensors.wrap(low.astype(np.int64)))
    if interpolation in ("linear", "midpoint"):
        weight = np.full_like(rank, 0.5) if interpolation == "midpoint" else rank - low
        weight = np.where(rank == low, 0, weight).astype(rank.dtype)
        above = ordered.gather(-1, tensors.wrap(np.ceil(rank).astype(np.int64)))
        values = lerp(values, above, tensors.wrap(weight))
    number = [chances.size] if chances.ndim else []
    return values.t().reshape(number + (kept if keepdim else rest))


def quantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The `q`-quantiles (a number or vector of numbers in [0, 1]) of all, or along `dim`; several come first."""
    return _quantile("quantile", input, q, dim, keepdim, interpolation, False)


def nanquantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """`quantile` of what is not NaN."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, True)


def var_mean(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> tuple[Tensor, Tensor]:
    """(variance, mean)."""
    where = None if isinstance(dim, bool) else dim
    spread = reduction.var(input, dim, unbiased, keepdim, correction=correction)
    return spread, reduction.mean(input, where, keepdim)


def std_mean(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> tuple[Tensor, Tensor]:
    """(standard deviation, mean)."""
    where = None if isinstance(dim, bool) else dim
    spread = reduction.std(input, dim, unbiased, keepdim, correction=correction)
    return spread, reduction.mean(input, where, keepdim)


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariance of variables (rows) over observations (columns), with counts and weights of those."""
    if input.ndim > 2:
        raise RuntimeError(f"cov(): expected input to have two or fewer dimensions but got {input.ndim}")
    x = input.reshape(1, -1) if input.ndim < 2 else input
    weights: Any = None
    for given, name in ((fweights, "fweights"), (aweights, "aweights")):
        if given is None:
            continue
        if given.ndim > 1 or given.numel() != x.shape[1]:
            raise RuntimeError(f"cov(): expected {name} to be a vector of {x.shape[1]}, but got {list(given.shape)}")
        if name == "fweights" and given._array.dtype.kind == "f":
            raise RuntimeError(
                "cov(): expected fweights to have integral dtype but got fweights with " + str(given.dtype)
            )
        if name == "aweights" and given._array.dtype.kind != "f":
            raise RuntimeError(f"cov(): expected aweights to have floating point dtype but got {given.dtype}")
        weights = given if weights is None else weights * given
    if weights is None:
        total: Any = x.shape[1]
        centred = x - x.mean(1, keepdim=True)
        normal = max(total - correction, 0)
        product = centred.matmul(centred.t())
        return (product / normal if normal else product * float("inf")).squeeze()
    total = weights.sum()
    centred = x - (x * weights).sum(1, keepdim=True) / total
    if aweights is not None and correction:
        normal = total - correction * (weights * aweights).sum() / total
    else:
        normal = total - correction
    return ((centred * weights).matmul(centred.t()) / normal).squeeze()


def corrcoef(input: Tensor) -> Tensor:
    """The correlation coefficients of variables (rows)."""
    if input.ndim > 2:
        raise RuntimeError(f"corrcoef(): expected input to have two or fewer dimensions but got {input.ndim}")
    c = cov(input)
    if not c.ndim:
        return c / c
    deviation = c.diag().sqrt()
    return (c / deviation.unsqueeze(1) / deviation.unsqueeze(0)).clamp(-1, 1)


def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference."""
    return (input - other).norm(p)


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Every slice along `dim` scaled down where its p-norm is above `maxnorm`."""
    dim = wrap_dim(dim, input.ndim)
    others = [d for d in range(input.ndim) if d != dim]
    sizes = input.norm(p, dim=others, keepdim=True)
    factor = (maxnorm / (sizes + 1e-7)).masked_fill(sizes <= maxnorm, 1.0)
    return input * factor
