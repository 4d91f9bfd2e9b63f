"""scatter_reduce and index_reduce: many numbers that land on one place, summed, multiplied, averaged, compared."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd import writing
from autograd.function import Array, apply
from autograd.functions import choice
from autograd.functions.common import wrap_dim
from autograd.functions.derived import Derived
from autograd.functions.gathering import along, check_index, embedded

if TYPE_CHECKING:
    from autograd.tensor import Tensor

_UFUNC = {"sum": np.add, "mean": np.add, "prod": np.multiply, "amax": np.maximum, "amin": np.minimum}


def _start(kind: np.dtype[Any], reduce: str) -> Any:
    """What a place holds before the first number where the input does not count."""
    if reduce in ("sum", "mean"):
        return 0
    if reduce == "prod":
        return 1
    if kind.kind == "f":
        return -np.inf if reduce == "amax" else np.inf
    limits = np.iinfo(kind)
    return limits.min if reduce == "amax" else limits.max


class ScatterReduce(Derived):
    __slots__ = ()
    op, backward_name, saves = "scatter_reduce", "ScatterReduceBackward0", ("input", "index", "src", "output")
    arguments = ("input", "index", "src")
    formula = r"\text{input and src at index along dim, reduced}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \partial\,\text{output} / \partial\,\text{input}",
        "src": r"(g \cdot \partial\,\text{output} / \partial\,\text{src})[\text{index}]",
    }

    def forward(self, input: Array, index: Array, src: Array, dim: int, reduce: str, include_self: bool) -> Array:
        place, part = along(index, dim), src[tuple(slice(n) for n in index.shape)]
        output = input.copy()
        if not include_self:
            output[place] = _start(input.dtype, reduce)
        _UFUNC[reduce].at(output, place, part)
        count = np.full(input.shape, 1 if include_self else 0)
        np.add.at(count, place, 1)
        count = np.maximum(count, 1)
        if reduce == "mean":
            output = output // count if input.dtype.kind in "iu" else (output / count).astype(input.dtype)
        self.saved = output, count, src.shape
        return output

    def differentiate(self, gradient: Tensor) -> Any:
        dim, reduce, include = self.options["dim"], self.options["reduce"], self.options["include_self"]
        x, index, src = self.inputs
        output, count, shape = self.saved
        part = src[tuple(slice(n) for n in index.shape)]
        if reduce in ("sum", "mean"):
            shared = gradient if reduce == "sum" else gradient / tensors.wrap(count.astype(gradient._array.dtype))
            share, other = shared, shared.gather(dim, index)
        elif reduce == "prod":
            share, other = self.products(gradient, x, index, part)
        else:
            result = self.result(output)
            here = (x == result).to(gradient.dtype)
            there = (part == result.gather(dim, index)).to(gradient.dtype)
            # As PyTorch: an input that does not count is still counted among the equals.
            ties = here.scatter_add(dim, index, there)
            spread = gradient / ties.masked_fill(ties == 0, 1.0)
            share, other = spread * here, spread.gather(dim, index) * there
        if not include:
            share = gradient.scatter(dim, index, 0.0) if reduce in ("sum", "mean") else share.scatter(dim, index, 0.0)
            if reduce in ("amax", "amin"):
                untouched = np.ones(x.shape, np.bool_)
                untouched[along(index._array, dim)] = False
                share = choice.where(tensors.wrap(untouched), gradient, share)
        return share, None, embedded(other, shape)

    def products(self, gradient: Tensor, x: Tensor, index: Tensor, part: Tensor) -> tuple[Tensor, Tensor]:
        """Shares of a product, also where factors are 0 (the formula of PyTorch's scatter_reduce_backward)."""
        dim, include = self.options["dim"], self.options["include_self"]
        whole = x.masked_fill(x == 0, 1.0)
        others = scatter_reduce(whole, dim, index, part, "prod", include_self=include)
        share = gradient * others / whole
        zero = part == 0
        number = tensors.wrap(np.zeros(x.shape, gradient._array.dtype))
        number = number.scatter_add(dim, index, zero.to(gradient.dtype)).gather(dim, index)
        single = zero & (number == 1)
        without = scatter_reduce(x, dim, index, part.masked_fill(single, 1.0), "prod", include_self=include)
        product = scatter_reduce(x, dim, index, part, "prod", include_self=include)
        rest = (gradient * product).gather(dim, index) / part.masked_fill(zero, 1.0)
        return share, choice.where(single, (gradient * without).gather(dim, index), rest)


def _reduction(reduce: str) -> str:
    if reduce not in _UFUNC:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    return reduce


def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`src` at `index` along `dim`, reduced with `input` there: "sum", "prod", "mean", "amax" or "amin"."""
    dim = check_index("scatter_reduce", input, dim, index, src)
    return apply(ScatterReduce, input, index, src, dim=dim, reduce=_reduction(reduce), include_self=include_self)


def scatter_reduce_(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`scatter_reduce` in place."""
    dim = check_index("scatter_reduce", input, dim, index, src)
    options = {"dim": dim, "reduce": _reduction(reduce), "include_self": include_self}
    return writing.write(input, ScatterReduce, (index, src), options)


def _whole(index: Tensor, source: Tensor, dim: int) -> Tensor:
    """A vector of places as an index of every element of `source`."""
    shape = [1] * source.ndim
    shape[dim] = index.numel()
    return tensors.wrap(np.broadcast_to(index._array.reshape(shape), source.shape))


def index_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`source` at the slices `index` of `dim`, reduced with `input`: "prod", "mean", "amax" or "amin"."""
    dim = wrap_dim(dim, input.ndim)
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    return scatter_reduce(input, dim, _whole(index, source, dim), source, reduce, include_self=include_self)


def index_reduce_(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`index_reduce` in place."""
    dim = wrap_dim(dim, input.ndim)
    return scatter_reduce_(input, dim, _whole(index, source, dim), source, reduce, include_self=include_self)
