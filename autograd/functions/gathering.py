"""Numbers picked and placed by tensors of indices along one dimension, or by masks: gather, scatter, take."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd import writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import broadcast_error, is_tensor, sum_to, wrap_dim
from autograd.functions.derived import Derived
from autograd.functions.indexing import SliceBackward, scatter_add_array

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def along(index: Array, dim: int) -> tuple[Array, ...]:
    """The index of numpy that picks `index` along `dim` and every place along the others."""
    grid = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    if index.ndim:
        grid[dim] = index
    return tuple(grid)


def _corner(shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(n) for n in shape)


def _zeros(shape: tuple[int, ...], like: Tensor) -> Tensor:
    return tensors.wrap(np.zeros(shape, like._array.dtype))


def embedded(part: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`part` in the first corner of zeros of `shape`: the rest of a source that was not read."""
    if part._array.shape == shape:
        return part
    return apply(SliceBackward, part, shape=shape, index=_corner(part._array.shape))


class Gather(Function):
    __slots__ = ()
    op, backward_name, saves = "gather", "GatherBackward0", ("index",)
    arguments = ("input", "index")
    formula = r"\text{input}[\text{index}_i] \text{ along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at index, else } 0"}

    def forward(self, input: Array, index: Array, dim: int) -> Array:
        self.saved = input.shape, index
        return np.asarray(input[along(index, dim)] if input.ndim else np.broadcast_to(input, index.shape).copy())

    def backward(self, gradient: Array) -> Shares:
        shape, index = self.saved
        if not shape:
            return np.asarray(gradient.sum()), None
        return scatter_add_array(shape, along(index, self.options["dim"]), gradient), None

    def differentiate(self, gradient: Tensor) -> Any:
        shape = self.saved[0]
        if not shape:
            return gradient.sum(), None
        return scatter_add(_zeros(shape, gradient), self.options["dim"], self.inputs[1], gradient), None


class ScatterAdd(Function):
    __slots__ = ()
    op, backward_name, saves = "scatter_add", "ScatterAddBackward0", ("index",)
    arguments = ("input", "index", "src")
    formula = r"\text{input, plus src at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": "g", "src": r"g[\text{index}] \text{ along dim}"}

    def forward(self, input: Array, index: Array, src: Array, dim: int) -> Array:
        self.saved = index, src.shape
        output = input.copy()
        np.add.at(output, along(index, dim), src[_corner(index.shape)])
        return output

    def backward(self, gradient: Array) -> Shares:
        index, shape = self.saved
        share = np.zeros(shape, gradient.dtype)
        share[_corner(index.shape)] = gradient[along(index, self.options["dim"])]
        return gradient, None, share

    def differentiate(self, gradient: Tensor) -> Any:
        part = gather(gradient, self.options["dim"], self.inputs[1])
        return gradient, None, embedded(part, self.saved[1])


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
        output[along(index, dim)] = src[_corner(index.shape)]
        return output

    def backward(self, gradient: Array) -> Shares:
        index, shape = self.saved
        place = along(index, self.options["dim"])
        kept = gradient.copy()
        kept[place] = 0
        share = np.zeros(shape, gradient.dtype)
        share[_corner(index.shape)] = gradient[place]
        return kept, None, share

    def differentiate(self, gradient: Tensor) -> Any:
        dim, index = self.options["dim"], self.inputs[1]
        return scatter(gradient, dim, index, 0), None, embedded(gather(gradient, dim, index), self.saved[1])


class ScatterValue(Function):
    """`scatter` of a number."""

    __slots__ = ()
    op, backward_name, saves = "scatter", "ScatterBackward1", ("index",)
    arguments = ("input", "index")
    formula = r"\text{input, with value at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except at index}"}

    def forward(self, input: Array, index: Array, dim: int, value: Any) -> Array:
        self.saved = index
        output = input.copy()
        output[along(index, dim)] = value
        return output

    def backward(self, gradient: Array) -> Shares:
        kept = gradient.copy()
        kept[along(self.saved, self.options["dim"])] = 0
        return kept, None

    def differentiate(self, gradient: Tensor) -> Any:
        return scatter(gradient, self.options["dim"], self.inputs[1], 0), None


class IndexSelect(Function):
    __slots__ = ()
    op, backward_name, saves = "index_select", "IndexSelectBackward0", ("index",)
    arguments = ("input", "index")
    formula = r"\text{input}[\text{index}] \text{ along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at index, else } 0"}

    def forward(self, input: Array, index: Array, dim: int) -> Array:
        self.saved = input.shape, index
        return np.take(input, index, axis=dim) if input.ndim else input.copy()

    def backward(self, gradient: Array) -> Shares:
        shape, index = self.saved
        if not shape:
            return gradient, None
        return scatter_add_array(shape, (slice(None),) * self.options["dim"] + (index,), gradient), None

    def differentiate(self, gradient: Tensor) -> Any:
        shape = self.saved[0]
        if not shape:
            return gradient, None
        return index_add(_zeros(shape, gradient), self.options["dim"], self.inputs[1], gradient), None


class IndexAdd(Function):
    __slots__ = ()
    op, backward_name, saves = "index_add", "IndexAddBackward0", ("index",)
    arguments = ("input", "index", "source")
    formula = r"\text{input, plus } \alpha \cdot \text{source at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": "g", "source": r"\alpha \cdot g[\text{index}] \text{ along dim}"}

    def forward(self, input: Array, index: Array, source: Array, dim: int, alpha: Any = 1) -> Array:
        self.saved = index, source.shape
        output = input.copy()
        place: Any = (slice(None),) * dim + (index,)
        np.add.at(output, place, source if alpha == 1 else source * input.dtype.type(alpha))
        return output

    def backward(self, gradient: Array) -> Shares:
        part = np.take(gradient, self.saved[0], axis=self.options["dim"])
        alpha = self.options.get("alpha", 1)
        return gradient, None, (part if alpha == 1 else part * gradient.dtype.type(alpha)).reshape(self.saved[1])

    def differentiate(self, gradient: Tensor) -> Any:
        part = index_select(gradient, self.options["dim"], self.inputs[1])
        return gradient, None, (part * self.options.get("alpha", 1)).reshape(self.saved[1])


class IndexCopy(Function):
    __slots__ = ()
    op, backward_name, saves = "index_copy", "IndexCopyBackward0", ("index",)
    arguments = ("input", "index", "source")
    formula = r"\text{input, with source at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \text{ except at index}",
        "source": r"g[\text{index}] \text{ along dim}",
    }

    def forward(self, input: Array, index: Array, source: Array, dim: int) -> Array:
        self.saved = index
        output = input.copy()
        output[(slice(None),) * dim + (index,)] = source
        return output

    def backward(self, gradient: Array) -> Shares:
        kept = gradient.copy()
        kept[(slice(None),) * self.options["dim"] + (self.saved,)] = 0
        return kept, None, np.take(gradient, self.saved, axis=self.options["dim"])

    def differentiate(self, gradient: Tensor) -> Any:
        dim, index = self.options["dim"], self.inputs[1]
        return index_fill(gradient, dim, index, 0), None, index_select(gradient, dim, index)


class IndexFill(Function):
    __slots__ = ()
    op, backward_name, saves = "index_fill", "IndexFillBackward0", ("index",)
    arguments = ("input", "index", "value")
    formula = r"\text{input, with value at index along dim}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except at index}", "value": r"\sum g[\text{index}]"}

    def name(self) -> str:
        return "IndexFillBackward1" if len(self.edges) == 3 else "IndexFillBackward0"

    def forward(self, input: Array, index: Array, value: Any, dim: int) -> Array:
        self.saved = index
        output = input.copy()
        output[(slice(None),) * dim + (index,)] = value
        return output

    def backward(self, gradient: Array) -> Shares:
        kept = gradient.copy()
        kept[(slice(None),) * self.options["dim"] + (self.saved,)] = 0
        if len(self.edges) == 2:
            return kept, None
        return kept, None, np.asarray(np.take(gradient, self.saved, axis=self.options["dim"]).sum())

    def differentiate(self, gradient: Tensor) -> Any:
        dim, index = self.options["dim"], self.inputs[1]
        kept = index_fill(gradient, dim, index, 0)
        return (kept, None) if len(self.edges) == 2 else (kept, None, index_select(gradient, dim, index).sum())


class Take(Derived):
    __slots__ = ()
    op, backward_name, saves = "take", "TakeBackward0", ("index",)
    arguments = ("input", "index")
    formula = r"\text{input, flattened}[\text{index}]"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added at index, else } 0"}

    def forward(self, input: Array, index: Array) -> Array:
        self.saved = input.shape
        return input.reshape(-1)[index]

    def differentiate(self, gradient: Tensor) -> Any:
        return put(_zeros(self.saved, gradient), self.inputs[1], gradient, accumulate=True), None


class Put(Derived):
    __slots__ = ()
    op, backward_name, saves = "put", "PutBackward0", ("index",)
    arguments = ("input", "index", "source")
    formula = r"\text{input, with source at index of the flattened}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except at index}", "source": r"g[\text{index}]"}

    def forward(self, input: Array, index: Array, source: Array, accumulate: bool = False) -> Array:
        self.saved = source.shape
        output = input.copy()
        flat = output.reshape(-1)
        values = source.reshape(index.shape)
        if accumulate:
            np.add.at(flat, index, values)
        else:
            flat[index] = values
        return output

    def differentiate(self, gradient: Tensor) -> Any:
        index = self.inputs[1]
        kept = gradient if self.options["accumulate"] else put(gradient, index, _zeros(index.shape, gradient))
        return kept, None, take(gradient, index).reshape(self.saved)


class MaskedSelect(Derived):
    __slots__ = ()
    op, backward_name, saves = "masked_select", "MaskedSelectBackward0", ("mask",)
    arguments = ("input", "mask")
    formula = r"\text{input where mask}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ where mask, else } 0"}

    def forward(self, input: Array, mask: Array) -> Array:
        shape = np.broadcast_shapes(input.shape, mask.shape)
        self.saved = input.shape, shape
        return np.broadcast_to(input, shape)[np.broadcast_to(mask, shape)]

    def differentiate(self, gradient: Tensor) -> Any:
        shape, whole = self.saved
        return sum_to(masked_scatter(_zeros(whole, gradient), self.inputs[1], gradient), shape), None


class MaskedScatter(Derived):
    __slots__ = ()
    op, backward_name, saves = "masked_scatter", "MaskedScatterBackward0", ("mask",)
    arguments = ("input", "mask", "source")
    formula = r"\text{input, where mask the numbers of source in turn}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ except where mask}", "source": r"g \text{ where mask}"}

    def forward(self, input: Array, mask: Array, source: Array) -> Array:
        shape = np.broadcast_shapes(input.shape, mask.shape)
        where = np.broadcast_to(mask, shape)
        self.saved = input.shape, source.shape
        output = np.broadcast_to(input, shape).copy()
        number = int(where.sum())
        if number > source.size:
            raise RuntimeError(f"masked_scatter: expected {number} elements of source, which has {source.size}")
        output[where] = source.reshape(-1)[:number]
        return output

    def differentiate(self, gradient: Tensor) -> Any:
        shape, source = self.saved
        mask = self.inputs[1]
        chosen = masked_select(gradient, mask)
        size = int(np.prod(source))
        part = apply(SliceBackward, chosen, shape=(size,), index=(slice(chosen.numel()),))
        return sum_to(gradient.masked_fill(mask, 0), shape), None, part.reshape(source)


def check_index(name: str, input: Tensor, dim: int, index: Tensor, src: Any = None) -> int:
    """`dim` from the front; RuntimeError for an index that does not fit."""
    if not is_tensor(index):
        raise TypeError(f"{name}(): argument 'index' must be Tensor, not {type(index).__name__}")
    dim = wrap_dim(dim, input.ndim)
    x, i = input._array, index._array
    if i.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}(): Expected dtype int64 for index, not {index.dtype}")
    if max(i.ndim, 1) != max(x.ndim, 1):
        raise RuntimeError(
            f"Index tensor must have the same number of dimensions as input tensor: {list(i.shape)} and {list(x.shape)}"
        )
    if x.ndim and i.size:
        for d, n in enumerate(i.shape):
            if (d != dim and n > x.shape[d]) or (src is not None and n > src._array.shape[d]):
                raise RuntimeError(
                    f"Size does not match at dimension {d} expected index {list(i.shape)} to be no larger than "
                    f"{'self' if src is None else 'self and src'} {list(x.shape)} apart from dimension {dim}"
                )
        if i.min() < 0 or i.max() >= x.shape[dim]:
            bad = i[(i < 0) | (i >= x.shape[dim])][0]
            raise RuntimeError(f"index {bad} is out of bounds for dimension {dim} with size {x.shape[dim]}")
    return dim


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """`out[i][j] = input[index[i][j]][j]` for dim 0, and so on. index: int64, of as many dimensions as input."""
    return apply(Gather, input, index, dim=check_index("gather", input, dim, index))


def _scattered(run: Any, input: Tensor, dim: int, index: Tensor, src: Any, value: Any, reduce: str | None) -> Tensor:
    source = value if src is None else src
    if reduce is not None:
        if reduce not in ("add", "multiply"):
            raise RuntimeError("reduce argument must be either add or multiply.")
        if not is_tensor(source):
            source = tensors.wrap(np.full(index.shape, source, input._array.dtype))
        from autograd.functions.scattering import ScatterReduce

        kind = "sum" if reduce == "add" else "prod"
        dim = check_index("scatter", input, dim, index, source)
        return run(ScatterReduce, input, index, source, dim=dim, reduce=kind, include_self=True)
    if is_tensor(source):
        dim = check_index("scatter", input, dim, index, source)
        if source._array.dtype != input._array.dtype:
            raise RuntimeError(
                f"scatter(): Expected self.dtype to be equal to src.dtype, not {input.dtype} and {source.dtype}"
            )
        return run(Scatter, input, index, source, dim=dim)
    return run(ScatterValue, input, index, dim=check_index("scatter", input, dim, index), value=source)


def _in_place(function: type[Function], input: Tensor, *others: Tensor, **options: Any) -> Tensor:
    return writing.write(input, function, others, options)


def scatter(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`input` with `src` (tensor or number) written at `index` along `dim`; `reduce` is "add" or "multiply"."""
    return _scattered(apply, input, dim, index, src, value, reduce)


def scatter_(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`scatter` in place."""
    return _scattered(_in_place, input, dim, index, src, value, reduce)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`input` with `src` added at `index` along `dim`."""
    return apply(ScatterAdd, input, index, src, dim=check_index("scatter_add", input, dim, index, src))


def scatter_add_(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`scatter_add` in place."""
    return writing.write(input, ScatterAdd, (index, src), {"dim": check_index("scatter_add", input, dim, index, src)})


def _vector(name: str, input: Tensor, dim: int, index: Tensor, source: Tensor | None = None) -> int:
    """`dim` from the front, for an index that is a vector of places along it."""
    dim = wrap_dim(dim, input.ndim)
    i, size = index._array, input._array.shape[dim] if input.ndim else 1
    if i.ndim > 1:
        raise IndexError(f"{name}(): Index is supposed to be a vector, but got shape {list(i.shape)}")
    if i.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index but got: {index.dtype}")
    if source is not None:
        if source._array.dtype != input._array.dtype:
            raise RuntimeError(f"{name}(): self ({input.dtype}) and source ({source.dtype}) must have the same dtype")
        wanted = (*input.shape[:dim], i.size, *input.shape[dim + 1 :]) if input.ndim else input._array.shape
        if source.ndim and tuple(source.shape) != wanted:
            kind = IndexError if name == "index_copy" and source.ndim == input.ndim else RuntimeError
            raise kind(
                f"{name}(): source of shape {list(source.shape)} does not fit {i.size} indices along dimension {dim} "
                f"of {list(input.shape)}"
            )
    if i.size and (i.min() < (-size if name == "index_fill" else 0) or i.max() >= size):
        kind = RuntimeError if name == "index_reduce" else IndexError
        raise kind(f"index out of range in self: {i.tolist()} along dimension {dim} of size {size}")
    return dim


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Slices of `dim` chosen by a vector of integers."""
    return apply(IndexSelect, input, index, dim=_vector("index_select", input, dim, index))


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """`input` with `alpha * source` added at the slices `index` of `dim`."""
    return apply(IndexAdd, input, index, source, dim=_vector("index_add", input, dim, index, source), alpha=alpha)


def index_add_(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """`index_add` in place."""
    dim = _vector("index_add", input, dim, index, source)
    return _in_place(IndexAdd, input, index, source, dim=dim, alpha=alpha)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """`input` with `source` as the slices `index` of `dim`."""
    return apply(IndexCopy, input, index, source, dim=_vector("index_copy", input, dim, index, source))


def index_copy_(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """`index_copy` in place."""
    return _in_place(IndexCopy, input, index, source, dim=_vector("index_copy", input, dim, index, source))


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """`input` with `value` (a number or 0-dim tensor) in the slices `index` of `dim`."""
    return _filled(apply, input, dim, index, value)


def index_fill_(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """`index_fill` in place."""
    return _filled(_in_place, input, dim, index, value)


def _filled(run: Any, input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    dim = _vector("index_fill", input, dim, index)
    if not is_tensor(value):
        return run(IndexFill, input, index, value=value, dim=dim)
    if value.ndim:
        raise RuntimeError(f"index_fill_ only supports a 0-dimensional value tensor, but got shape {list(value.shape)}")
    return run(IndexFill, input, index, value, dim=dim)


def _flat(name: str, input: Tensor, index: Tensor) -> None:
    i, size = index._array, input._array.size
    if i.dtype != np.int64:
        raise RuntimeError(f"{name}(): Expected a long tensor for index, but got {index.dtype}")
    if i.size and (i.min() < -size or i.max() >= size):
        raise IndexError(f"out of range: tried to access index {int(i.max())} on a tensor of {size} elements.")


def take(input: Tensor, index: Tensor) -> Tensor:
    """Elements of the flattened tensor."""
    _flat("take", input, index)
    return apply(Take, input, index)


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with `source` written at places of the flattened tensor, or added there."""
    _putting(input, index, source)
    return apply(Put, input, index, source, accumulate=accumulate)


def put_(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`put` in place."""
    _putting(input, index, source)
    return _in_place(Put, input, index, source, accumulate=accumulate)


def _putting(input: Tensor, index: Tensor, source: Tensor) -> None:
    _flat("put", input, index)
    if index.numel() != source.numel():
        raise IndexError(
            f"put_(): Expected source and index to have the same number of elements, but got {source.numel()} and "
            f"{index.numel()}"
        )


def _masked(name: str, mask: Tensor) -> None:
    if mask._array.dtype.kind != "b":
        raise RuntimeError(f"{name}: expected BoolTensor for mask, got {mask.dtype}")


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where `mask`, as a vector."""
    _masked("masked_select", mask)
    try:
        np.broadcast_shapes(input._array.shape, mask._array.shape)
    except ValueError:
        raise broadcast_error(input._array, mask._array) from None
    return apply(MaskedSelect, input, mask)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """`input` with the numbers of `source`, in turn, where `mask`."""
    _masked("masked_scatter", mask)
    return apply(MaskedScatter, input, mask, source)


def masked_scatter_(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """`masked_scatter` in place."""
    _masked("masked_scatter", mask)
    return _in_place(MaskedScatter, input, mask, source)


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """`gather` whose other dimensions broadcast; of the flattened tensor without `dim`."""
    if dim is None:
        return gather(input.reshape(-1), 0, indices.reshape(-1))
    if input.ndim != indices.ndim:
        raise RuntimeError(
            f"torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    dim = wrap_dim(dim, input.ndim)
    rest = np.broadcast_shapes(*[tuple(1 if d == dim else n for d, n in enumerate(t.shape)) for t in (input, indices)])
    sizes = [tuple(t.shape[d] if d == dim else n for d, n in enumerate(rest)) for t in (input, indices)]
    return gather(input.expand(sizes[0]), dim, indices.expand(sizes[1]))
