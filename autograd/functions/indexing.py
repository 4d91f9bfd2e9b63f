"""Reading and writing by index: `x[...]`, `x[...] = y`, index_put."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd import writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import is_tensor, sum_to, unbroadcast, wrap_dim

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
            raise (TypeError if isinstance(i, str) else IndexError)(
                f"only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
                f"(got {type(i).__name__})"
            )
    return tuple(parts), found


def scatter_add_array(shape: tuple[int, ...], index: Any, gradient: Array) -> Array:
    """`gradient` added at an index into zeros of `shape`."""
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

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(SliceBackward, gradient, shape=self.saved, index=self.options["index"])


class SliceBackward(Function):
    """Zeros with the input at a basic index: what `Slice` does to a gradient."""

    __slots__ = ()
    op, backward_name = "slice_backward", "SliceBackwardBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{0 with input at the index}", {"input": r"g[\text{index}]"}

    def forward(self, input: Array, shape: tuple[int, ...], index: tuple[Any, ...]) -> Array:
        output = np.zeros(shape, input.dtype)
        output[index] = input
        return output

    def backward(self, gradient: Array) -> Array:
        return np.asarray(gradient[self.options["index"]])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Slice, gradient, index=self.options["index"])


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
            share = scatter_add_array(shape, index, gradient)
        return (share, *[None] * count)

    def differentiate(self, gradient: Tensor) -> Any:
        zeros = tensors.wrap(np.zeros(self.saved[0], gradient._array.dtype))
        share = apply(IndexPut, zeros, gradient, *self.inputs[1:], index=self.options["index"], accumulate=True)
        return (share, *[None] * self.saved[2])


class IndexPut(Function):
    """The input with values written, or added, at an index with tensors in it."""

    __slots__ = ()
    op, backward_name = "index_put", "IndexPutBackward0"
    arguments: ClassVar[tuple[str, ...]] = ("input", "values", "indices")
    saves: ClassVar[tuple[str, ...]] = ("indices",)
    formula = r"\text{input with values at index}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \text{, 0 at the index unless added}",
        "values": r"g[\text{index}]",
    }

    def saved_inputs(self) -> tuple[int, ...]:
        return tuple(range(2, len(self.inputs)))

    def forward(
        self, input: Array, values: Array, *indices: Array, index: tuple[Any, ...], accumulate: bool = False
    ) -> Array:
        filled = _fill(index, indices)
        self.saved = filled, values.shape, len(indices)
        output = input.copy()
        if accumulate:
            np.add.at(output, filled, values)
        else:
            output[filled] = values
        return output

    def backward(self, gradient: Array) -> Shares:
        index, shape, count = self.saved
        kept = gradient
        if not self.options.get("accumulate"):
            kept = gradient.copy()
            kept[index] = 0
        return (kept, _part(np.asarray(gradient[index]), shape), *[None] * count)

    def differentiate(self, gradient: Tensor) -> Any:
        _, shape, count = self.saved
        index, places = self.options["index"], self.inputs[2:]
        part = apply(Index, gradient, *places, index=index) if places else apply(Slice, gradient, index=index)
        kept = gradient
        if not self.options.get("accumulate"):
            zero = tensors.wrap(np.zeros((), gradient._array.dtype))
            kept = apply(IndexPut, gradient, zero, *places, index=index)
        return (kept, _part_of(part, shape), *[None] * count)


def _part(part: Array, shape: tuple[int, ...]) -> Array:
    """The share of a value that was broadcast: it may have had more leading dimensions of size 1 than its place."""
    return unbroadcast(part, shape[len(shape) - min(len(shape), part.ndim) :]).reshape(shape)


def _part_of(part: Tensor, shape: tuple[int, ...]) -> Tensor:
    return sum_to(part, shape[len(shape) - min(len(shape), part.ndim) :]).reshape(shape)


class CopySlices(IndexPut):
    """`x[index] = value`, of any index: PyTorch's name for what then has made `x`."""

    __slots__ = ()
    op, backward_name = "setitem", "CopySlices"
    arguments = ("input", "value", "indices")
    formula = r"\text{input with value at index}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except at the index}", "value": r"g[\text{index}]"}


class SliceScatter(IndexPut):
    __slots__ = ()
    op, backward_name = "slice_scatter", "SliceScatterBackward0"
    arguments, saves = ("input", "src"), ()
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except at the index}", "src": r"g[\text{index}]"}

    def name(self) -> str:
        last = self.options["index"][-1]
        return "SliceScatterBackward0" if isinstance(last, slice) else "SelectScatterBackward0"


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
    if not found:
        part, given = np.asarray(input._array[parts]).shape, value._array.shape
        if value._array.size != 1 and not _spreads(given, part):
            raise RuntimeError(f"a value of shape {list(given)} does not fit a place of shape {list(part)}")
    writing.write(
        input, CopySlices, (value, *found), {"index": parts}, place=_fill(parts, tuple(t._array for t in found))
    )


def _spreads(given: tuple[int, ...], part: tuple[int, ...]) -> bool:
    """Whether a value broadcasts into its place, leading dimensions of size 1 aside."""
    extra = max(len(given) - len(part), 0)
    if any(n != 1 for n in given[:extra]):
        return False
    pairs = zip(reversed(given[extra:]), reversed(part), strict=False)
    return all(n in (1, size) for n, size in pairs)


def index_put(input: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with `values` written at `input[indices]`, or added there."""
    parts, found = _parse(_places(indices))
    return apply(IndexPut, input, values, *found, index=parts, accumulate=accumulate)


def index_put_(input: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False) -> Tensor:
    """`index_put` in place."""
    parts, found = _parse(_places(indices))
    return writing.write(input, IndexPut, (values, *found), {"index": parts, "accumulate": accumulate})


def _places(indices: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(slice(None) if i is None else i for i in indices)


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """One slice along `dim`."""
    if not input.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim = wrap_dim(dim, input.ndim)
    if not -input.shape[dim] <= index < input.shape[dim]:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(input.shape)} at dimension {dim}"
        )
    return getitem(input, (slice(None),) * dim + (int(index),))


def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """`length` slices along `dim` from `start`. RuntimeError where there are not so many."""
    if not input.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    dim, start = wrap_dim(dim, input.ndim), int(start)
    size = input._array.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    start += size if start < 0 else 0
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return getitem(input, (slice(None),) * dim + (slice(start, start + length),))


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """`input` with `src` as its slice `index` along `dim`."""
    return _placed(input, src, (slice(None),) * wrap_dim(dim, input.ndim) + (index,))


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """`input` with `src` at `start:end:step` along `dim`."""
    return _placed(input, src, (slice(None),) * wrap_dim(dim, input.ndim) + (slice(start, end, step),))


def _placed(input: Tensor, src: Tensor, index: tuple[Any, ...]) -> Tensor:
    wanted = input._array[index].shape
    if src._array.shape != wanted:
        raise RuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = "
            f"{list(wanted)}"
        )
    return apply(SliceScatter, input, src, index=index)
