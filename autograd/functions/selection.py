"""The largest, the smallest, and orders: max, min, argmax, sort, topk, median."""

# numpy's stubs type most results as Any, and know no `keepdims` that is not a literal.
# mypy: disable-error-code="no-any-return, call-overload"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

import autograd.tensor as tensors
from autograd.function import Array, Function, apply, apply_many
from autograd.functions.common import is_tensor, wrap_dim

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Extreme(NamedTuple):
    """What `max(dim=…)` and its kin return."""

    values: Any
    indices: Any

    def __repr__(self) -> str:
        return f"torch.return_types.{type(self).__name__}(\nvalues={self.values!r},\nindices={self.indices!r})"


# One per op, as PyTorch's, which print the op's name.
_RETURNS = {name: type(name, (Extreme,), {"__slots__": ()}) for name in ("max", "min", "sort", "topk")}


class _ExtremeOfAll(Function):
    """The largest or smallest of all; ties share the gradient evenly, as in PyTorch."""

    __slots__ = ()
    arguments = ("input",)
    saves = ("input", "output")

    def backward(self, gradient: Array) -> Array:
        x, value = self.saved
        hits = x == value
        return (hits * (gradient / hits.sum())).astype(gradient.dtype, copy=False)

    def differentiate(self, gradient: Tensor) -> Tensor:
        x, value = self.saved
        hits = x == value
        return gradient * tensors.wrap((hits / hits.sum()).astype(gradient._array.dtype))


class MaxOfAll(_ExtremeOfAll):
    __slots__ = ()
    op, backward_name = "max", "MaxBackward1"
    formula, derivatives = r"\max_i \text{input}_i", {"input": r"g \cdot [\text{input}_i = \text{output}]"}

    def forward(self, input: Array) -> Array:
        value = np.asarray(input.max())
        self.saved = input, value
        return value


class MinOfAll(_ExtremeOfAll):
    __slots__ = ()
    op, backward_name = "min", "MinBackward1"
    formula, derivatives = r"\min_i \text{input}_i", {"input": r"g \cdot [\text{input}_i = \text{output}]"}

    def forward(self, input: Array) -> Array:
        value = np.asarray(input.min())
        self.saved = input, value
        return value


class _Selection(Function):
    """Values picked along one dimension, with their indices. The gradient goes where they were."""

    __slots__ = ()
    arguments = ("input",)
    formula = r"\text{input}_{\text{indices}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ at indices, else } 0"}

    def pick(self, input: Array, indices: Array, dim: int, keepdim: bool) -> tuple[Array, Array]:
        """The values at `indices`, which has a size along `dim`."""
        self.saved = input.shape, indices, dim, keepdim
        if not input.ndim:
            return input.copy(), indices.reshape(())
        values = np.take_along_axis(input, indices, dim)
        return (values, indices) if keepdim else (values.squeeze(dim), indices.squeeze(dim))

    def backward(self, gradient: Array, *_: Array | None) -> Array:
        shape, indices, dim, keepdim = self.saved
        share = np.zeros(shape, gradient.dtype)
        if not shape:
            return share + gradient
        np.put_along_axis(share, indices, gradient if keepdim else np.expand_dims(gradient, dim), dim)
        return share

    def differentiate(self, gradient: Tensor, *_: Tensor | None) -> Tensor:
        shape, indices, dim, keepdim = self.saved
        if not shape:
            return gradient
        zeros = tensors.wrap(np.zeros(shape, gradient._array.dtype))
        return zeros.scatter(dim, tensors.wrap(indices), gradient if keepdim else gradient.unsqueeze(dim))


class MaxAlong(_Selection):
    __slots__ = ()
    op, backward_name = "max", "MaxBackward0"

    def forward(self, input: Array, dim: int, keepdim: bool = False) -> tuple[Array, Array]:
        x = input.reshape(1) if not input.ndim else input
        return self.pick(input, np.expand_dims(np.argmax(x, axis=dim), dim), dim, keepdim)


class MinAlong(_Selection):
    __slots__ = ()
    op, backward_name = "min", "MinBackward0"

    def forward(self, input: Array, dim: int, keepdim: bool = False) -> tuple[Array, Array]:
        x = input.reshape(1) if not input.ndim else input
        return self.pick(input, np.expand_dims(np.argmin(x, axis=dim), dim), dim, keepdim)


def _order(input: Array, dim: int, descending: bool) -> Array:
    if not descending:
        return np.argsort(input, axis=dim, kind="stable")
    # Stable and descending: sort the mirror image and mirror the answer.
    n = input.shape[dim]
    return n - 1 - np.flip(np.argsort(np.flip(input, dim), axis=dim, kind="stable"), dim)


class Sort(_Selection):
    __slots__ = ()
    op, backward_name = "sort", "SortBackward0"

    def forward(self, input: Array, dim: int, descending: bool = False) -> tuple[Array, Array]:
        x = input.reshape(1) if not input.ndim else input
        return self.pick(input, _order(x, dim, descending), dim, True)


class TopK(_Selection):
    __slots__ = ()
    op, backward_name = "topk", "TopkBackward0"

    def forward(self, input: Array, k: int, dim: int, largest: bool = True) -> tuple[Array, Array]:
        x = input.reshape(1) if not input.ndim else input
        if k > x.shape[dim]:
            raise RuntimeError(f"selected index k out of range: k is {k}, dimension {dim} has size {x.shape[dim]}")
        return self.pick(input, np.take(_order(x, dim, largest), np.arange(k), axis=dim), dim, True)


def _extreme(whole: type[Function], along: type[Function], pair: Any, input: Tensor, dim: Any, keepdim: bool) -> Any:
    if is_tensor(dim):
        return pair(input, dim)
    if not input.numel():
        raise RuntimeError(f"{whole.op}(): Expected reduction dim to be specified for input.numel() == 0.")
    if dim is None:
        return apply(whole, input)
    return _RETURNS[along.op](*apply_many(along, input, dim=wrap_dim(dim, input.ndim), keepdim=keepdim))


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; with `dim`, (values, indices); with a tensor for `dim`, the larger of each pair."""
    from autograd.functions.arithmetic import maximum

    return _extreme(MaxOfAll, MaxAlong, maximum, input, dim, keepdim)


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim`, (values, indices); with a tensor for `dim`, the smaller of each pair."""
    from autograd.functions.arithmetic import minimum

    return _extreme(MinOfAll, MinAlong, minimum, input, dim, keepdim)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest is: an index of the flattened tensor, or along `dim`. int64."""
    return _argument(np.argmax, input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest is: an index of the flattened tensor, or along `dim`. int64."""
    return _argument(np.argmin, input, dim, keepdim)


def _argument(function: Any, input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    x = input._array
    if not x.ndim:
        return tensors.wrap(np.asarray(0))
    found = function(x, axis=None if dim is None else wrap_dim(dim, x.ndim), keepdims=keepdim)
    return tensors.wrap(np.asarray(found, np.int64))


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """(values, indices) along `dim`, in order. Always stable here."""
    return _RETURNS["sort"](*apply_many(Sort, input, dim=wrap_dim(dim, input.ndim), descending=descending))


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that sort along `dim`."""
    return tensors.wrap(_order(input._array, wrap_dim(dim, input.ndim), descending))


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The `k` largest (smallest) along `dim`: (values, indices)."""
    return _RETURNS["topk"](*apply_many(TopK, input, k=k, dim=wrap_dim(dim, input.ndim), largest=largest))


def median(input: Tensor) -> Tensor:
    """The median of all elements; the lower of the two middle ones."""
    flat = input.flatten()
    return flat[int(np.argsort(flat._array, kind="stable")[(flat.numel() - 1) // 2])]
