"""The largest, the smallest, and orders: max, min, argmax, sort, topk, median."""

# numpy's stubs type most results as Any, and know no `keepdims` that is not a literal.
# mypy: disable-error-code="no-any-return, call-overload"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

import autograd.tensor as tensors
from autograd.function import Array, Function, apply, apply_many
from autograd.functions.common import is_tensor, wrap_dim
from autograd.functions.derived import Derived

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Extreme(NamedTuple):
    """What `max(dim=…)` and its kin return."""

    values: Any
    indices: Any

    def __repr__(self) -> str:
        return f"torch.return_types.{type(self).__name__}(\nvalues={self.values!r},\nindices={self.indices!r})"


class MinMax(NamedTuple):
    """What `aminmax` returns."""

    min: Any
    max: Any

    def __repr__(self) -> str:
        return f"torch.return_types.aminmax(\nmin={self.min!r},\nmax={self.max!r})"


# One per op, as PyTorch's, which print the op's name.
_RETURNS = {
    name: type(name, (Extreme,), {"__slots__": ()})
    for name in ("max", "min", "sort", "topk", "median", "nanmedian", "kthvalue", "mode")
}


class _ExtremeOfAll(Function):
    """The largest or smallest of all; ties share the gradient evenly, as in PyTorch."""

    __slots__ = ()
    arguments = ("input",)
    saves = ("input", "output")

    def hits(self) -> Array:
        """Where the value is; a NaN is where any NaN is."""
        x, value = self.saved
        return np.isnan(x) if value != value else x == value

    def backward(self, gradient: Array) -> Array:
        hits = self.hits()
        return (hits * (gradient / hits.sum())).astype(gradient.dtype, copy=False)

    def differentiate(self, gradient: Tensor) -> Tensor:
        hits = self.hits()
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


class MedianOfAll(_ExtremeOfAll):
    __slots__ = ()
    op, backward_name = "median", "MedianBackward0"
    formula = r"\operatorname{median}_i \text{input}_i"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{input}_i = \text{output}]"}

    def name(self) -> str:
        return "NanmedianBackward0" if self.options["ignore"] else "MedianBackward0"

    def forward(self, input: Array, ignore: bool) -> Array:
        flat = input.reshape(-1)
        if not flat.size:
            value = np.asarray(np.nan, input.dtype)
        else:
            value = np.asarray(flat[_middle_index(flat, 0, ignore)[0]])
        self.saved = input, value
        return value


def _middle_index(x: Array, dim: int, ignore: bool) -> Array:
    """Where the lower of the middle ones is, with size 1 along `dim`: the first NaN, unless those are ignored."""
    order = np.argsort(x, axis=dim, kind="stable")
    size = x.shape[dim]
    missing = np.isnan(x).sum(axis=dim, keepdims=True) if x.dtype.kind == "f" else np.zeros(1, np.int64)
    shape = tuple(1 if d == dim else n for d, n in enumerate(x.shape))
    place = np.maximum(size - missing - 1, 0) // 2 if ignore else np.where(missing, size - missing, (size - 1) // 2)
    return np.take_along_axis(order, np.broadcast_to(place, shape), dim)


class MedianAlong(_Selection):
    __slots__ = ()
    op, backward_name = "median", "MedianBackward1"

    def name(self) -> str:
        return "NanmedianBackward1" if self.options["ignore"] else "MedianBackward1"

    def forward(self, input: Array, dim: int, keepdim: bool, ignore: bool) -> tuple[Array, Array]:
        return self.pick(input, _middle_index(np.atleast_1d(input), dim, ignore), dim, keepdim)


class KthValue(_Selection):
    __slots__ = ()
    op, backward_name = "kthvalue", "KthvalueBackward0"

    def forward(self, input: Array, dim: int, keepdim: bool, k: int) -> tuple[Array, Array]:
        order = np.argsort(np.atleast_1d(input), axis=dim, kind="stable")
        return self.pick(input, np.take(order, [k - 1], axis=dim), dim, keepdim)


class Mode(_Selection):
    __slots__ = ()
    op, backward_name = "mode", "ModeBackward0"

    def forward(self, input: Array, dim: int, keepdim: bool) -> tuple[Array, Array]:
        x = np.moveaxis(np.atleast_1d(input), dim, -1)
        ordered = np.sort(x, axis=-1)
        # Runs of equals in order: how far each element is from its run's start; the first longest run wins.
        place = np.broadcast_to(np.arange(x.shape[-1]), x.shape)
        new = np.ones(x.shape, np.bool_)
        new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
        length = place - np.maximum.accumulate(np.where(new, place, 0), axis=-1)
        value = np.take_along_axis(ordered, np.argmax(length, axis=-1)[..., None], -1)
        last = x.shape[-1] - 1 - np.argmax((x == value)[..., ::-1], axis=-1)[..., None]
        return self.pick(input, np.moveaxis(last, -1, dim), dim, keepdim)


class Aminmax(Derived):
    """The smallest and the largest at once; ties share the gradient evenly."""

    __slots__ = ()
    op, backward_name, saves = "aminmax", "AminmaxBackward0", ("input", "output")
    arguments = ("input",)
    formula = r"(\min_i \text{input}_i, \max_i \text{input}_i)"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g_1 \text{ at the smallest} + g_2 \text{ at the largest}"}

    def forward(self, input: Array, dim: Any, keepdim: bool) -> tuple[Array, Array]:
        axis = dim if input.ndim else None
        kept = [np.asarray(f(input, axis=axis, keepdims=True)) for f in (np.min, np.max)]
        self.saved = kept
        if keepdim:
            return kept[0], kept[1]
        least, most = (np.asarray(v.squeeze(axis) if axis is not None else v.reshape(())) for v in kept)
        return least, most

    def differentiate(self, *gradients: Tensor | None) -> Any:
        x = self.inputs[0]
        share = None
        for gradient, value in zip(gradients, self.saved, strict=False):
            if gradient is None:
                continue
            hits = x._array == value
            number = np.add.reduce(hits, axis=self.options["dim"] if x.ndim else None, keepdims=True)
            part = gradient.reshape(value.shape) * tensors.wrap((hits / number).astype(gradient._array.dtype))
            share = part if share is None else share + part
        return share


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
    if not x.size and dim is None:
        raise IndexError(f"{function.__name__}(): Expected reduction dim to be specified for input.numel() == 0.")
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


def _middle(name: str, input: Tensor, dim: int | None, keepdim: bool) -> Any:
    x = input._array
    if dim is None:
        return apply(MedianOfAll, input, ignore=name == "nanmedian")
    found = apply_many(MedianAlong, input, dim=wrap_dim(dim, input.ndim), keepdim=keepdim, ignore=name == "nanmedian")
    if not x.size:
        raise IndexError(f"{name}(): Expected reduction dim {dim} to have non-zero size.")
    return _RETURNS[name](*found)


def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median of all, or (values, indices) along `dim`; the lower of the two middle ones. NaN where there is one."""
    return _middle("median", input, dim, keepdim)


def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """`median` of what is not NaN."""
    return _middle("nanmedian", input, dim, keepdim)


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """The `k`-th smallest (from 1) along `dim`: (values, indices)."""
    dim = wrap_dim(dim, input.ndim)
    size = input._array.shape[dim] if input.ndim else 1
    if not 1 <= k <= size:
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {dim}: k is {k}, size is {size}")
    return _RETURNS["kthvalue"](*apply_many(KthValue, input, dim=dim, keepdim=keepdim, k=k))


def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent value along `dim` (the smallest of those), and the last place where it is."""
    return _RETURNS["mode"](*apply_many(Mode, input, dim=wrap_dim(dim, input.ndim), keepdim=keepdim))


def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """The smallest and the largest, of all or along `dim`."""
    if not input._array.size:
        raise RuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
        )
    axis = None if dim is None else (wrap_dim(dim, input.ndim),)
    return MinMax(*apply_many(Aminmax, input, dim=axis, keepdim=keepdim))


def msort(input: Tensor) -> Tensor:
    """In order along dimension 0."""
    ordered: Tensor = sort(input, 0)[0]
    return ordered
