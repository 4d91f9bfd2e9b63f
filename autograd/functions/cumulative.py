"""Along one dimension, from its start: cumprod, cummax, cummin, logcumsumexp, differences and the trapezoid rule."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

import autograd.tensor as tensors
from autograd.function import Array, apply, apply_many
from autograd.functions.common import is_tensor, wrap_dim
from autograd.functions.derived import Derived
from autograd.functions.joining import cat

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _from_the_end(t: Tensor, dim: int) -> Tensor:
    """Running sums from the end."""
    return t.flip(dim).cumsum(dim).flip(dim)


class Cumprod(Derived):
    __slots__ = ()
    op, backward_name, saves = "cumprod", "CumprodBackward0", ("input", "output")
    arguments = ("input",)
    formula = r"\prod_{j \le i} \text{input}_j"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\sum_{j \ge i} g_j \cdot \text{output}_j / \text{input}_i"}

    def forward(self, input: Array, dim: int) -> Array:
        if not input.ndim:
            self.saved = input.copy()
        else:
            self.saved = np.cumprod(input, axis=dim, dtype=input.dtype if input.dtype.kind == "f" else np.int64)
        return self.saved

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, dim = self.inputs[0], self.options["dim"]
        if not x.ndim:
            return gradient
        if x._array.all():
            return _from_the_end(gradient * self.result(self.saved), dim) / x
        # Where there are zeros: row j of the square has element j replaced by 1, which needs no division.
        row, n = x.movedim(dim, -1), x.shape[dim]
        square = row.unsqueeze(-2).expand(*row.shape[:-1], n, n)
        products = square.masked_fill(tensors.wrap(np.eye(n, dtype=np.bool_)), 1.0).cumprod(-1).triu()
        return (products * gradient.movedim(dim, -1).unsqueeze(-2)).sum(-1).movedim(-1, dim)


class _Extreme(Derived):
    """The largest (smallest) so far, and the last place where it was."""

    __slots__ = ()
    arguments = ("input",)
    formula = r"\text{extreme}_{j \le i} \text{input}_j"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at indices}"}

    def forward(self, input: Array, dim: int) -> tuple[Array, Array]:
        x = np.atleast_1d(input)
        ufunc, better = (np.maximum, np.greater_equal) if self.op == "cummax" else (np.minimum, np.less_equal)
        values = ufunc.accumulate(x, axis=dim)
        hits = better(x, values) | (np.isnan(x) if x.dtype.kind == "f" else False)
        shape = [1] * x.ndim
        shape[dim] = -1
        places = np.where(hits, np.arange(x.shape[dim]).reshape(shape), 0)
        indices = np.maximum.accumulate(places, axis=dim)
        self.saved = indices
        return values.reshape(input.shape), indices.reshape(input.shape)

    def differentiate(self, gradient: Tensor, *_: Any) -> Tensor:
        if not gradient.ndim:
            return gradient
        zeros = tensors.wrap(np.zeros_like(gradient._array))
        return zeros.scatter_add(self.options["dim"], tensors.wrap(self.saved), gradient)


class Cummax(_Extreme):
    __slots__ = ()
    op, backward_name = "cummax", "CummaxBackward0"


class Cummin(_Extreme):
    __slots__ = ()
    op, backward_name = "cummin", "CumminBackward0"


class LogCumsumExp(Derived):
    __slots__ = ()
    op, backward_name, saves = "logcumsumexp", "LogcumsumexpBackward0", ("input", "output")
    arguments = ("input",)
    formula = r"\ln \sum_{j \le i} e^{\text{input}_j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\sum_{j \ge i} g_j \cdot e^{\text{input}_i - \text{output}_j}"}

    def forward(self, input: Array, dim: int) -> Array:
        self.saved = np.logaddexp.accumulate(input, axis=dim) if input.ndim else input.copy()
        return self.saved

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, dim = self.inputs[0], self.options["dim"]
        if not x.ndim:
            return gradient
        y = self.result(self.saved)
        middle = tensors.wrap(x._array.mean(axis=dim, keepdims=True))
        return (x - middle).exp() * _from_the_end(gradient * (middle - y).exp(), dim)


class Cumulative(NamedTuple):
    """What `cummax` and `cummin` return."""

    values: Any
    indices: Any

    def __repr__(self) -> str:
        return f"torch.return_types.{type(self).__name__}(\nvalues={self.values!r},\nindices={self.indices!r})"


_RETURNS = {name: type(name, (Cumulative,), {"__slots__": ()}) for name in ("cummax", "cummin")}


def cumprod(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Running products along `dim`."""
    return apply(Cumprod, input if dtype is None else input.to(dtype), dim=wrap_dim(dim, input.ndim))


def cummax(input: Tensor, dim: int) -> Any:
    """The largest so far along `dim`: (values, indices)."""
    return _RETURNS["cummax"](*apply_many(Cummax, input, dim=wrap_dim(dim, input.ndim)))


def cummin(input: Tensor, dim: int) -> Any:
    """The smallest so far along `dim`: (values, indices)."""
    return _RETURNS["cummin"](*apply_many(Cummin, input, dim=wrap_dim(dim, input.ndim)))


def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """The logarithm of running sums of exponentials, without overflow."""
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"\"logcumsumexp_out_cpu\" not implemented for '{input.dtype}'")
    return apply(LogCumsumExp, input, dim=wrap_dim(dim, input.ndim))


def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """Differences of neighbours along `dim`, `n` times; of bools, whether they differ."""
    if not input.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    dim = wrap_dim(dim, input.ndim)
    if prepend is not None or append is not None:
        input = cat([t for t in (prepend, input, append) if t is not None], dim)
    for _ in range(n):
        size = max(input.shape[dim] - 1, 0)
        after, before = input.narrow(dim, min(1, input.shape[dim]), size), input.narrow(dim, 0, size)
        input = after.logical_xor(before) if input._array.dtype.kind == "b" else after - before
    return input


def _areas(y: Tensor, x: Any, dx: Any, dim: int) -> Tensor:
    size = y.shape[dim]
    pairs = y.narrow(dim, 0, max(size - 1, 0)) + y.narrow(dim, min(1, size), max(size - 1, 0))
    if x is None:
        return pairs * (dx / 2)
    steps = diff(x, dim=-1 if x.ndim == 1 else dim)
    if x.ndim == 1 and y.ndim > 1:
        steps = steps.reshape(*[-1 if d == dim else 1 for d in range(y.ndim)])
    return pairs * steps / 2


def trapezoid(y: Tensor, x: Any = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The integral of `y` along `dim` by the trapezoid rule, at places `x` or with steps `dx` (1)."""
    x = x if is_tensor(x) else None
    dim = wrap_dim(dim, y.ndim)
    return _areas(y, x, 1.0 if dx is None else dx, dim).sum(dim)


def cumulative_trapezoid(y: Tensor, x: Any = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """`trapezoid`, of every beginning."""
    dim = wrap_dim(dim, y.ndim)
    return _areas(y, x, 1.0 if dx is None else dx, dim).cumsum(dim)
