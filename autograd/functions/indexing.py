"""Reading and writing by index: `x[...]`, gather, index_select, take, scatter."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd import writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import is_tensor, unbroadcast, wrap_dim

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class _Place:
    """Stands in an index for the n-th index tensor, which is an input of the node."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __str__(self) -> str:
        return f"index {self.number}"


def _fill(index: tuple[Any, ...], arrays: tuple[Array, ...]) -> tuple[Any, ...]:
    return tuple(arrays[i.number] if isinstance(i, _Place) else i for i in index)


def _parse(index: Any) -> tuple[tuple[Any, ...], list[Tensor]]:
    """An index as numpy understands it, its tensors replaced by places, and those tensors."""
    found: list[Tensor] = []
    parts: list[Any] = []
    for i in index if isinstance(index, tuple) else (index,):
        if is_tensor(i):
            if i._array.ndim == 0 and i._array.dtype.kind in "iu":
                parts.append(int(i._array))
                continue
            if i._array.dtype.kind == "f":
                raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
            parts.append(_Place(len(found)))
            found.append(i)
        elif isinstance(i, (list, np.ndarray)):
            parts.append(_Place(len(found)))
            array = np.asarray([v.item() if is_tensor(v) else v for v in i] if isinstance(i, list) else i)
            found.append(tensors.wrap(array.astype(np.int64) if not array.size else array))
        elif isinstance(i, slice):
            bounds = [b.item() if is_tensor(b) else b for b in (i.start, i.stop, i.step)]
            if bounds[2] is not None and bounds[2] <= 0:
                raise ValueError("step must be greater than zero")
            parts.append(slice(*bounds))
        elif i is None or i is Ellipsis or isinstance(i, (int, np.integer, np.bool_)):
            parts.append(i)
        else:
            raise TypeError(f"only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid "
                            f"indices (got {type(i).__name__})")  # fmt: skip
    return tuple(parts), found


def _scatter_add(shape: tuple[int, ...], index: Any, gradient: Array) -> Array:
    share = np.zeros(shape, gradient.dtype)
    np.add.at(share, index, gradient)
    return share


class Slice(Function):
    """Basic indexing: a view. PyTorch names it by the last kind of index."""

    __slots__ = ()
    op, backward_name = "getitem", "SliceBackward0"
    arguments = ("input",)
    view = True
    formula, derivatives = r"\text{input}[\text{index}]", {"input": r"g \text{ at the index, else } 0"}

    def name(self) -> str:
        kinds = [i for i in self.options["index"] if i is not Ellipsis and i != slice(None)]
        if not kinds:
            return "AliasBackward0"
        last = kinds[-1]
        if last is None:
            return "UnsqueezeBackward0"
        return "SliceBackward0" if isinstance(last, slice) else "SelectBackward0"

    def forward(self, input: Array, index: tuple[Any, ...]) -> Array:
        self.saved = input.shape
        return np.asarray(input[index] if Ellipsis in index else input[(*index, Ellipsis)])

    def backward(self, gradient: Array) -> Array:
        share = np.zeros(self.saved, gradient.dtype)
        share[self.options["index"]] = gradient
        return share


class Index(Function):
    """Indexing by tensors of integers or bools: a copy."""

    __slots__ = ()
    op, backward_name = "getitem", "IndexBackward0"
    arguments = ("input", "indices")
    saves = ("indices",)
    formula = r"\text{input}[\text{index}]"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at the index, else } 0"}

    def saved_inputs(self) -> tuple[int, ...]:
        return tuple(range(1, len(self.inputs)))

    def forward(self, input: Array, *indices: Array, index: tuple[Any, ...]) -> Array:
        filled = _fill(index, indices)
        self.saved = input.shape, filled, len(indices)
        return np.asarray(input[filled])

    def backward(self, gradient: Array) -> Shares:
        shape, index, count = self.saved
        if any(isinstance(i, np.ndarray) and i.dtype.kind == "b" for i in index):
            share = np.zeros(shape, gradient.dtype)
            share[index] = gradient
        else:
            share = _scatter_add(shape, index, gradient)
        return (share, *[None] * count)


class CopySlices(Function):
    """`x[index] = value`: the old numbers, except at the index."""

    __slots__ = ()
    op, backward_name = "setitem", "CopySlices"
    arguments = ("input", "value", "indices")
    formula = r"\text{input with value at index}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except at the index}", "value": r"g[\text{index}]"}

    def forward(self, input: Array, value: Array, *indices: Array, index: tuple[Any, ...]) -> Array:
        filled = _fill(index, indices)
        self.saved = filled, value.shape, len(indices)
        output = input.copy()
        output[filled] = value
        return output

    def backward(self, gradient: Array) -> Shares:
        index, shape, count = self.saved
        kept = gradient.copy()
        kept[index] = 0
        part = np.asarray(gradient[index])
        # A value with more leading dimensions of size 1 than its place is allowed.
        return (
            kept,
            unbroadcast(part, shape[len(shape) - min(len(shape), part.ndim) :]).reshape(shape),
            *[None] * count,
        )


class Gather(Function):
    __slots__ = ()
    op, backward_name, saves = "gather", "GatherBackward0", ("index",)
    arguments = ("input", "index")
    formula = r"\text{input}[\text{index}_i] \text{ along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at index, else } 0"}

    def forward(self, input: Array, index: Array, dim: int) -> Array:
        self.saved = input.shape, index
        return np.asarray(input[_along(index, dim)])

    def backward(self, gradient: Array) -> Shares:
        shape, index = self.saved
        return _scatter_add(shape, _along(index, self.options["dim"]), gradient), None


class ScatterAdd(Function):
    __slots__ = ()
    op, backward_name, saves = "scatter_add", "ScatterAddBackward0", ("index",)
    arguments = ("input", "index", "src")
    formula = r"\text{input, plus src at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": "g", "src": r"g[\text{index}] \text{ along dim}"}

    def forward(self, input: Array, index: Array, src: Array, dim: int) -> Array:
        self.saved = index, src.shape
        output = input.copy()
        np.add.at(output, _along(index, dim), src[tuple(slice(n) for n in index.shape)])
        return output

    def backward(self, gradient: Array) -> Shares:
        index, shape = self.saved
        share = np.zeros(shape, gradient.dtype)
        share[tuple(slice(n) for n in index.shape)] = gradient[_along(index, self.options["dim"])]
        return gradient, None, share


class Scatter(Function):
    __slots__ = ()
    op, backward_name, saves = "scatter", "ScatterBackward0", ("index",)
    arguments = ("input", "index", "src")
    formula = r"\text{input, with src at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \text{ except at index}",
        "src": r"g[\text{index}] \text{ along dim}",
    }

    def forward(self, input: Array, index: Array, src: Array, dim: int) -> Array:
        self.saved = index, src.shape
        output = input.copy()
        output[_along(index, dim)] = src if not src.ndim else src[tuple(slice(n) for n in index.shape)]
        return output

    def backward(self, gradient: Array) -> Shares:
        index, shape = self.saved
        place = _along(index, self.options["dim"])
        kept = gradient.copy()
        kept[place] = 0
        share = np.zeros(shape, gradient.dtype)
        if shape:
            share[tuple(slice(n) for n in index.shape)] = gradient[place]
        else:
            share += gradient[place].sum()
        return kept, None, share


class IndexSelect(Function):
    __slots__ = ()
    op, backward_name, saves = "index_select", "IndexSelectBackward0", ("index",)
    arguments = ("input", "index")
    formula = r"\text{input}[\text{index}] \text{ along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at index, else } 0"}

    def forward(self, input: Array, index: Array, dim: int) -> Array:
        self.saved = input.shape, index
        return np.take(input, index, axis=dim)

    def backward(self, gradient: Array) -> Shares:
        shape, index = self.saved
        return _scatter_add(shape, (slice(None),) * self.options["dim"] + (index,), gradient), None


def _along(index: Array, dim: int) -> tuple[Array, ...]:
    """The index of numpy that picks `index` along `dim` and every place along the others."""
    grid = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    if index.ndim:
        grid[dim] = index
    return tuple(grid)


def getitem(input: Tensor, index: Any) -> Tensor:
    """`input[index]`: a view for ints, slices, None and `...`; a copy where a tensor or list is in it."""
    parts, found = _parse(index)
    try:
        if found:
            return apply(Index, input, *found, index=parts)
        return apply(Slice, input, index=parts)
    except IndexError as error:
        if not input.ndim and not found:
            raise IndexError(
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
                "convert a 0-dim tensor to a number"
            ) from None
        raise IndexError(f"{error} (the tensor has shape {list(input.shape)})") from None


def setitem(input: Tensor, index: Any, value: Any) -> None:
    """`input[index] = value`, in place."""
    parts, found = _parse(index)
    if not is_tensor(value):
        value = tensors.wrap(np.asarray(value).astype(input._array.dtype))
    writing.write(
        input, CopySlices, (value, *found), {"index": parts}, place=_fill(parts, tuple(t._array for t in found))
    )


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """`out[i][j] = input[index[i][j]][j]` for dim 0, and so on. index: int64, of as many dimensions as input."""
    if index.ndim != input.ndim and index.ndim and input.ndim:
        raise RuntimeError(
            f"Index tensor must have the same number of dimensions as input tensor: {list(index.shape)} and "
            f"{list(input.shape)}"
        )
    return apply(Gather, input, index, dim=wrap_dim(dim, input.ndim))


def scatter(input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None) -> Tensor:
    """`input` with `src` (tensor or number) written at `index` along `dim`."""
    source = value if src is None else src
    if not is_tensor(source):
        source = tensors.wrap(np.asarray(source, input._array.dtype))
    return apply(Scatter, input, index, source, dim=wrap_dim(dim, input.ndim))


def scatter_(input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None) -> Tensor:
    """`scatter` in place."""
    source = value if src is None else src
    if not is_tensor(source):
        source = tensors.wrap(np.asarray(source, input._array.dtype))
    return writing.write(input, Scatter, (index, source), {"dim": wrap_dim(dim, input.ndim)})


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`input` with `src` added at `index` along `dim`."""
    return apply(ScatterAdd, input, index, src, dim=wrap_dim(dim, input.ndim))


def scatter_add_(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`scatter_add` in place."""
    return writing.write(input, ScatterAdd, (index, src), {"dim": wrap_dim(dim, input.ndim)})


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Slices of `dim` chosen by a vector of integers."""
    return apply(IndexSelect, input, index, dim=wrap_dim(dim, input.ndim))


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """One slice along `dim`."""
    return getitem(input, (slice(None),) * wrap_dim(dim, input.ndim) + (index,))


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`length` slices along `dim` from `start`."""
    return getitem(input, (slice(None),) * wrap_dim(dim, input.ndim) + (slice(start, start + length),))


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where `mask`, as a vector."""
    return getitem(input.expand(np.broadcast_shapes(input.shape, mask.shape)), mask)


def take(input: Tensor, index: Tensor) -> Tensor:
    """Elements of the flattened tensor."""
    return getitem(input.reshape(-1), index)


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Where it is not zero: (n, dims) int64, or with `as_tuple` one vector per dimension."""
    found = np.nonzero(input._array if input.ndim else input._array.reshape(1))
    if as_tuple:
        return tuple(tensors.wrap(a) for a in found)
    return tensors.wrap(np.stack(found, 1) if input.ndim else np.zeros((len(found[0]), 0), np.int64))


def unique(input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False) -> Any:
    """The different values in order, and if asked for the place of each element among them, and their counts."""
    values, inverse, counts = np.unique(input._array, return_inverse=True, return_counts=True)
    found = [tensors.wrap(values)]
    if return_inverse:
        found.append(tensors.wrap(inverse.reshape(input.shape)))
    if return_counts:
        found.append(tensors.wrap(counts))
    return found[0] if len(found) == 1 else tuple(found)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each integer occurs."""
    return tensors.wrap(np.bincount(input._array, None if weights is None else weights._array, minlength))
