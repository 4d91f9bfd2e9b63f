"""Sums, means, extremes, variance, norms and cumulative sums."""

# numpy's stubs type most results as Any, and know no `keepdims` that is not a literal.
# mypy: disable-error-code="no-any-return, call-overload"
from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd import dtypes
from autograd.function import Array, Function, apply
from autograd.functions.common import wrap_dim, wrap_dims

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _spread(gradient: Array, shape: tuple[int, ...], dim: tuple[int, ...] | None, keepdim: bool) -> Array:
    """A reduced gradient with its reduced dimensions back, of size 1."""
    if not shape or keepdim:
        return gradient
    if dim is None:
        return gradient.reshape((1,) * len(shape))
    return np.expand_dims(gradient, dim)


def _filled(shape: tuple[int, ...], values: Array) -> Array:
    """An array of `shape` with `values` broadcast into it."""
    filled = np.empty(shape, values.dtype)
    filled[...] = values
    return filled


def _count(shape: tuple[int, ...], dim: tuple[int, ...] | None) -> int:
    return math.prod(shape) if dim is None else math.prod([shape[d] for d in dim])


class _Reduction(Function):
    __slots__ = ()
    arguments = ("input",)

    def spread(self, array: Array) -> Array:
        """`array` with the reduced dimensions back."""
        return _spread(array, self.saved[0], self.options.get("dim"), self.options.get("keepdim", False))

    def spread_tensor(self, t: Tensor) -> Tensor:
        """`spread`, by a recorded op."""
        shape = self.spread(t._array).shape
        return t if shape == t._array.shape else t.reshape(shape)


class Sum(_Reduction):
    __slots__ = ()
    op, backward_name = "sum", "SumBackward0"
    formula, derivatives = r"\sum_i \text{input}_i", {"input": r"g"}

    def forward(self, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
        self.saved = (input.shape,)
        if input.dtype.kind in "bui":
            return np.add.reduce(input, axis=dim, keepdims=keepdim, dtype=np.int64)
        return np.add.reduce(input, axis=dim, keepdims=keepdim)

    def backward(self, gradient: Array) -> Array:
        return _filled(self.saved[0], self.spread(gradient))

    def differentiate(self, gradient: Tensor) -> Tensor:
        return self.spread_tensor(gradient).expand(self.saved[0])


class SumOverDims(Sum):
    """PyTorch's name for a sum over chosen dimensions."""

    __slots__ = ()
    backward_name = "SumBackward1"


class Mean(_Reduction):
    __slots__ = ()
    op, backward_name = "mean", "MeanBackward0"
    formula, derivatives = r"\tfrac{1}{n} \sum_i \text{input}_i", {"input": r"\frac{g}{n}"}

    def forward(self, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
        if input.dtype.kind != "f":
            raise RuntimeError(
                "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
                f"Got: {dtypes.of(input).name}"
            )
        self.saved = (input.shape,)
        total = np.add.reduce(input, axis=dim, keepdims=keepdim)
        count = input.dtype.type(_count(input.shape, dim))
        if count:
            return total / count
        with np.errstate(invalid="ignore"):
            return total / count

    def backward(self, gradient: Array) -> Array:
        shape = self.saved[0]
        share = self.spread(gradient) / gradient.dtype.type(_count(shape, self.options.get("dim")))
        return _filled(shape, share)

    def differentiate(self, gradient: Tensor) -> Tensor:
        shape = self.saved[0]
        return (self.spread_tensor(gradient) / _count(shape, self.options.get("dim"))).expand(shape)


class MeanOverDims(Mean):
    """PyTorch's name for a mean over chosen dimensions."""

    __slots__ = ()
    backward_name = "MeanBackward1"


class Prod(_Reduction):
    __slots__ = ()
    op, backward_name, saves = "prod", "ProdBackward0", ("input",)
    formula = r"\prod_i \text{input}_i"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \prod_{j \ne i} \text{input}_j"}

    def name(self) -> str:
        return "ProdBackward0" if "dim" not in self.options else "ProdBackward1"

    def forward(self, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
        self.saved = input.shape, input
        if input.dtype.kind in "bui":
            return np.multiply.reduce(input, axis=dim, keepdims=keepdim, dtype=np.int64)
        return np.multiply.reduce(input, axis=dim, keepdims=keepdim)

    def backward(self, gradient: Array) -> Array:
        shape, x = self.saved
        dim = self.options.get("dim")
        flat = x.reshape(1, -1) if dim is None else np.moveaxis(x, dim[0], -1)
        # The product of all others, without dividing (an element may be 0): products before times products after.
        before, after = np.ones_like(flat), np.ones_like(flat)
        before[..., 1:] = np.cumprod(flat[..., :-1], axis=-1)
        after[..., :-1] = np.cumprod(flat[..., :0:-1], axis=-1)[..., ::-1]
        others = before * after
        others = others.reshape(shape) if dim is None else np.moveaxis(others, -1, dim[0])
        return self.spread(gradient) * others

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, dim = self.inputs[0], self.options.get("dim")
        flat = x.reshape(1, -1) if dim is None else x.movedim(dim[0], -1)
        # Of all others: each row of the square with its own element replaced by 1, so that zeros need no care.
        n = flat.shape[-1]
        square = flat.unsqueeze(-2).expand(*flat.shape[:-1], n, n)
        others = square.masked_fill(tensors.wrap(np.eye(n, dtype=np.bool_)), 1.0).prod(-1)
        others = others.reshape(x.shape) if dim is None else others.movedim(-1, dim[0])
        return self.spread_tensor(gradient) * others


class Var(_Reduction):
    __slots__ = ()
    op, backward_name = "var", "VarBackward0"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    formula = r"\frac{1}{n - \text{correction}} \sum_i (\text{input}_i - \mu)^2"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \frac{2 (\text{input} - \mu)}{n - \text{correction}}"}

    def forward(self, input: Array, correction: float = 1, dim: Any = None, keepdim: bool = False) -> Array:
        centred = input - np.mean(input, axis=dim, keepdims=True)
        free = builtins.max(_count(input.shape, dim) - correction, 0)
        self.saved = input.shape, centred, free
        with np.errstate(invalid="ignore", divide="ignore"):
            total = np.add.reduce(centred * centred, axis=dim, keepdims=keepdim)
            return total / input.dtype.type(free)

    def backward(self, gradient: Array) -> Array:
        _, centred, free = self.saved
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.spread(gradient) * (gradient.dtype.type(2) / gradient.dtype.type(free)) * centred

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, free = self.inputs[0], self.saved[2]
        centred = x - x.mean(self.options.get("dim"), keepdim=True)
        return self.spread_tensor(gradient) * (2 / free if free else math.inf) * centred


class Std(Var):
    __slots__ = ()
    op, backward_name, saves = "std", "StdBackward0", ("input", "output")
    formula = r"\sqrt{\tfrac{1}{n - \text{correction}} \sum_i (\text{input}_i - \mu)^2}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \frac{\text{input} - \mu}{(n - \text{correction}) \cdot \text{output}}"
    }

    def forward(self, input: Array, correction: float = 1, dim: Any = None, keepdim: bool = False) -> Array:
        root = np.asarray(np.sqrt(super().forward(input, correction, dim, keepdim)))
        self.saved = (*self.saved, root)
        return root

    def backward(self, gradient: Array) -> Array:
        _, centred, free, root = self.saved
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(root == 0, gradient.dtype.type(0), gradient / (root * gradient.dtype.type(free)))
        return self.spread(slope) * centred

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, free, root = self.inputs[0], self.saved[2], self.result(self.saved[3])
        centred = x - x.mean(self.options.get("dim"), keepdim=True)
        slope = (gradient / (root * free)).masked_fill(root == 0, 0)
        return self.spread_tensor(slope) * centred


class _ExtremeOverDims(_Reduction):
    """amax and amin: ties share the gradient evenly."""

    __slots__ = ()
    saves = ("input", "output")

    def backward(self, gradient: Array) -> Array:
        _, x, value = self.saved
        hits = x == self.spread(value)
        number = np.add.reduce(hits, axis=self.options.get("dim"), keepdims=True)
        return (hits * (self.spread(gradient) / number)).astype(gradient.dtype, copy=False)

    def differentiate(self, gradient: Tensor) -> Tensor:
        _, x, value = self.saved
        hits = x == self.spread(value)
        part = hits / np.add.reduce(hits, axis=self.options.get("dim"), keepdims=True)
        return self.spread_tensor(gradient) * tensors.wrap(part.astype(gradient._array.dtype))


class Amax(_ExtremeOverDims):
    __slots__ = ()
    op, backward_name = "amax", "AmaxBackward0"
    formula, derivatives = r"\max_i \text{input}_i", {"input": r"g \cdot [\text{input}_i = \text{output}]"}

    def forward(self, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
        value = np.asarray(np.max(input, axis=dim, keepdims=keepdim))
        self.saved = input.shape, input, value
        return value


class Amin(_ExtremeOverDims):
    __slots__ = ()
    op, backward_name = "amin", "AminBackward0"
    formula, derivatives = r"\min_i \text{input}_i", {"input": r"g \cdot [\text{input}_i = \text{output}]"}

    def forward(self, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
        value = np.asarray(np.min(input, axis=dim, keepdims=keepdim))
        self.saved = input.shape, input, value
        return value


class Cumsum(Function):
    __slots__ = ()
    op, backward_name = "cumsum", "CumsumBackward0"
    arguments = ("input",)
    formula, derivatives = r"\sum_{j \le i} \text{input}_j", {"input": r"\sum_{j \ge i} g_j"}

    def forward(self, input: Array, dim: int) -> Array:
        if not input.ndim:
            return input.copy()
        return np.cumsum(input, axis=dim, dtype=input.dtype if input.dtype.kind == "f" else np.int64)

    def backward(self, gradient: Array) -> Array:
        if not gradient.ndim:
            return gradient
        dim = self.options["dim"]
        return np.flip(np.cumsum(np.flip(gradient, dim), axis=dim), dim)

    def differentiate(self, gradient: Tensor) -> Tensor:
        dim = self.options["dim"]
        return gradient.flip(dim).cumsum(dim).flip(dim) if gradient.ndim else gradient


class LogSumExp(_Reduction):
    __slots__ = ()
    op, backward_name, saves = "logsumexp", "LogsumexpBackward0", ("input", "output")
    formula = r"\ln \sum_i e^{\text{input}_i}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot e^{\text{input} - \text{output}}"}

    def forward(self, input: Array, dim: Any, keepdim: bool = False) -> Array:
        top = np.max(input, axis=dim, keepdims=True)
        top = np.where(np.isfinite(top), top, 0).astype(input.dtype, copy=False)
        with np.errstate(divide="ignore"):
            value = np.log(np.add.reduce(np.exp(input - top), axis=dim, keepdims=True)) + top
        self.saved = input.shape, input, value
        return value if keepdim else value.squeeze(dim)

    def backward(self, gradient: Array) -> Array:
        _, x, value = self.saved
        return self.spread(gradient) * np.exp(x - value)

    def differentiate(self, gradient: Tensor) -> Tensor:
        value = self.saved[2]
        kept = self.options.get("keepdim", False)
        value = self.result(value if kept else value.squeeze(self.options["dim"]))
        return self.spread_tensor(gradient) * (self.inputs[0] - self.spread_tensor(value)).exp()


class Norm(_Reduction):
    __slots__ = ()
    op, backward_name, saves = "norm", "LinalgVectorNormBackward0", ("input", "output")
    formula = r"\left(\sum_i |\text{input}_i|^p\right)^{1/p}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \text{input} \cdot |\text{input}|^{p-2} / \text{output}^{p-1}"
    }

    def forward(self, input: Array, p: float = 2.0, dim: Any = None, keepdim: bool = False) -> Array:
        size = np.abs(input)
        if p == 2:
            value = np.sqrt(np.add.reduce(input * input, axis=dim, keepdims=keepdim))
        elif p == 1:
            value = np.add.reduce(size, axis=dim, keepdims=keepdim)
        elif p == math.inf:
            value = np.max(size, axis=dim, keepdims=keepdim)
        else:
            value = np.add.reduce(size ** input.dtype.type(p), axis=dim, keepdims=keepdim) ** input.dtype.type(1 / p)
        self.saved = input.shape, input, np.asarray(value)
        return self.saved[2]

    def backward(self, gradient: Array) -> Array:
        _, x, value = self.saved
        value, g, p = self.spread(value), self.spread(gradient), self.options["p"]
        with np.errstate(divide="ignore", invalid="ignore"):
            if p == 1:
                return g * np.sign(x)
            if p == 2:
                return np.where(value == 0, x.dtype.type(0), x * (g / value))
            if p == math.inf:
                hits = np.abs(x) == value
                number = np.add.reduce(hits, axis=self.options.get("dim"), keepdims=True)
                return (hits * np.sign(x) * (g / number)).astype(g.dtype, copy=False)
            slope = np.sign(x) * np.abs(x) ** x.dtype.type(p - 1) / value ** x.dtype.type(p - 1)
            return np.where(value == 0, x.dtype.type(0), g * slope)

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, p = self.inputs[0], self.options["p"]
        g, value = self.spread_tensor(gradient), self.spread_tensor(self.result(self.saved[2]))
        if p == 1:
            return g * x.sign()
        if p == 2:
            return x * (g / value).masked_fill(value == 0, 0)
        if p == math.inf:
            hits = np.abs(x._array) == value._array
            part = hits * np.sign(x._array) / np.add.reduce(hits, axis=self.options.get("dim"), keepdims=True)
            return g * tensors.wrap(part.astype(g._array.dtype))
        slope = x.sign() * x.abs() ** (p - 1) / value ** (p - 1)
        return g * slope.masked_fill(value == 0, 0)


def _reduce(whole: type[Function], part: type[Function], input: Tensor, dim: Any, keepdim: bool, **more: Any) -> Tensor:
    if dim is None and not keepdim:
        return apply(whole, input, **more)
    return apply(part, input, dim=wrap_dims(dim, input.ndim), keepdim=keepdim, **more)


def sum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of all elements, or along `dim`. Integers and bools give int64."""
    return _reduce(Sum, SumOverDims, input if dtype is None else input.to(dtype), dim, keepdim)


def mean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of all elements, or along `dim`. Floating input only (RuntimeError)."""
    return _reduce(Mean, MeanOverDims, input if dtype is None else input.to(dtype), dim, keepdim)


def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The product of all elements, or along `dim`."""
    return _reduce(Prod, Prod, input if dtype is None else input.to(dtype), dim, keepdim)


def _correction(dim: Any, unbiased: bool | None, correction: float | None) -> tuple[Any, float]:
    # var(unbiased) and var(dim, unbiased): a bool in the place of dim is `unbiased`.
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = 1 if unbiased else 0
    return dim, 1 if correction is None else correction


def var(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> Tensor:
    """The variance, with n - 1 in the denominator unless `unbiased=False` or `correction=0`."""
    if input._array.dtype.kind != "f":
        raise RuntimeError("std and var only support floating point and complex dtypes")
    dim, correction = _correction(dim, unbiased, correction)
    return _reduce(Var, Var, input, dim, keepdim, correction=correction)


def std(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> Tensor:
    """The standard deviation, as `var`."""
    if input._array.dtype.kind != "f":
        raise RuntimeError("std and var only support floating point and complex dtypes")
    dim, correction = _correction(dim, unbiased, correction)
    return _reduce(Std, Std, input, dim, keepdim, correction=correction)


def _not_empty(name: str, input: Tensor, dim: Any) -> None:
    dims = range(input.ndim) if dim is None else wrap_dims(dim, input.ndim) or ()
    if 0 in [input._array.shape[d] for d in dims]:
        raise (RuntimeError if dim is None else IndexError)(
            f"{name}(): Expected reduction dim to have non-zero size, but the shape is {list(input.shape)}"
        )


def amax(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest along `dim` (one or several)."""
    _not_empty("amax", input, dim)
    return apply(Amax, input, dim=wrap_dims(dim, input.ndim), keepdim=keepdim)


def amin(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest along `dim` (one or several)."""
    _not_empty("amin", input, dim)
    return apply(Amin, input, dim=wrap_dims(dim, input.ndim), keepdim=keepdim)


def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Running sums along `dim`."""
    return apply(Cumsum, input if dtype is None else input.to(dtype), dim=wrap_dim(dim, input.ndim))


def logsumexp(input: Tensor, dim: int | Sequence[int], keepdim: bool = False) -> Tensor:
    """`log(sum(exp(input)))` along `dim`, without overflow."""
    return apply(LogSumExp, input, dim=wrap_dims(dim, input.ndim), keepdim=keepdim)


def norm(input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False) -> Tensor:
    """The p-norm of all elements, or along `dim`; `p` is "fro" (2), a number or inf."""
    order = 2.0 if p in ("fro", None) else float(p)
    if dim is None and not keepdim:
        return apply(Norm, input, p=order)
    return apply(Norm, input, p=order, dim=wrap_dims(dim, input.ndim), keepdim=keepdim)


def all(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Whether all are non-zero."""
    axis = None if dim is None else wrap_dim(dim, input.ndim)
    return tensors.wrap(np.asarray(np.all(input._array, axis=axis, keepdims=keepdim)))


def any(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Whether any is non-zero."""
    axis = None if dim is None else wrap_dim(dim, input.ndim)
    return tensors.wrap(np.asarray(np.any(input._array, axis=axis, keepdims=keepdim)))


def count_nonzero(input: Tensor, dim: int | None = None) -> Tensor:
    """How many are non-zero. int64."""
    return tensors.wrap(np.asarray(np.count_nonzero(input._array, axis=dim), np.int64))
