"""Joining, splitting and repeating tensors."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd.tensor as tensors
from autograd import dtypes
from autograd.function import Array, Function, Shares, apply, apply_many
from autograd.functions.common import is_tensor, shape_from, wrap_dim
from autograd.functions.shape import atleast_1d, atleast_2d, atleast_3d, flatten, unflatten

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Cat(Function):
    __slots__ = ()
    op, backward_name = "cat", "CatBackward0"
    arguments = ("tensors",)
    formula, derivatives = r"[\text{tensors}]", {"tensors": r"g \text{ over its own part}"}

    def forward(self, *arrays: Array, dim: int) -> Array:
        self.saved = [a.shape[dim] for a in arrays]
        return np.concatenate(arrays, axis=dim)

    def backward(self, gradient: Array) -> Shares:
        return tuple(np.split(gradient, np.cumsum(self.saved)[:-1], axis=self.options["dim"]))

    def differentiate(self, gradient: Tensor) -> Any:
        return split(gradient, self.saved, self.options["dim"])


class Stack(Function):
    __slots__ = ()
    op, backward_name = "stack", "StackBackward0"
    arguments = ("tensors",)
    formula, derivatives = r"[\text{tensors}]", {"tensors": r"g \text{ over its own part}"}

    def forward(self, *arrays: Array, dim: int) -> Array:
        return np.stack(arrays, axis=dim)

    def backward(self, gradient: Array) -> Shares:
        return tuple(np.moveaxis(gradient, self.options["dim"], 0))

    def differentiate(self, gradient: Tensor) -> Any:
        return unbind(gradient, self.options["dim"])


class _Pieces(Function):
    """Several views of parts along one dimension. The gradient is zero where a part got none."""

    __slots__ = ()
    arguments = ("input",)
    view = True
    formula, derivatives = r"\text{parts of input}", {"input": r"[g_1, g_2, \dots]"}


class Split(_Pieces):
    __slots__ = ()
    op, backward_name = "split", "SplitBackward0"

    def forward(self, input: Array, sizes: list[int], dim: int) -> tuple[Array, ...]:
        self.saved = input.shape, input.dtype
        return tuple(np.split(input, np.cumsum(sizes)[:-1], axis=dim))

    def backward(self, *gradients: Array | None) -> Array:
        (shape, kind), sizes, dim = self.saved, self.options["sizes"], self.options["dim"]
        share = np.zeros(shape, kind)
        start = 0
        for size, gradient in zip(sizes, gradients, strict=False):
            if gradient is not None:
                share[(slice(None),) * dim + (slice(start, start + size),)] = gradient
            start += size
        return share

    def differentiate(self, *gradients: Tensor | None) -> Tensor:
        (shape, kind), sizes, dim = self.saved, self.options["sizes"], self.options["dim"]
        parts = [
            _zeros((*shape[:dim], size, *shape[dim + 1 :]), kind) if g is None else g
            for size, g in zip_longest(sizes, gradients)
        ]
        return apply(Cat, *parts, dim=dim)


class Unbind(_Pieces):
    __slots__ = ()
    op, backward_name = "unbind", "UnbindBackward0"

    def forward(self, input: Array, dim: int) -> tuple[Array, ...]:
        self.saved = input.shape, input.dtype
        return tuple([a[...] for a in np.moveaxis(input, dim, 0)])

    def backward(self, *gradients: Array | None) -> Array:
        share = np.zeros(*self.saved)
        parts = np.moveaxis(share, self.options["dim"], 0)
        for i, gradient in enumerate(gradients):
            if gradient is not None:
                parts[i] = gradient
        return share

    def differentiate(self, *gradients: Tensor | None) -> Tensor:
        (shape, kind), dim = self.saved, self.options["dim"]
        rest = (*shape[:dim], *shape[dim + 1 :])
        parts = [g for g, _ in zip_longest(gradients, range(shape[dim]))]
        return stack([_zeros(rest, kind) if g is None else g for g in parts], dim)


class Repeat(Function):
    __slots__ = ()
    op, backward_name = "repeat", "RepeatBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input, tiled}", {"input": r"\text{sum of } g \text{ over the tiles}"}

    def forward(self, input: Array, repeats: tuple[int, ...]) -> Array:
        self.saved = input.shape
        return np.tile(input, repeats)

    def backward(self, gradient: Array) -> Array:
        shape, repeats = self.saved, self.options["repeats"]
        padded = (1,) * (len(repeats) - len(shape)) + shape
        folded = gradient.reshape([n for pair in zip(repeats, padded, strict=True) for n in pair])
        return np.add.reduce(folded, axis=tuple(range(0, 2 * len(repeats), 2))).reshape(shape)

    def differentiate(self, gradient: Tensor) -> Tensor:
        shape, repeats = self.saved, self.options["repeats"]
        if not repeats:
            return gradient
        padded = (1,) * (len(repeats) - len(shape)) + shape
        folded = gradient.reshape([n for pair in zip(repeats, padded, strict=True) for n in pair])
        return folded.sum(tuple(range(0, 2 * len(repeats), 2))).reshape(shape)


class RepeatInterleave(Function):
    __slots__ = ()
    op, backward_name = "repeat_interleave", "RepeatInterleaveBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input, each repeated}", {"input": r"\text{sum of } g \text{ over the repeats}"}

    def forward(self, input: Array, repeats: int, dim: int) -> Array:
        self.saved = input.shape[dim]
        return np.repeat(input, repeats, axis=dim)

    def backward(self, gradient: Array) -> Array:
        repeats, dim = self.options["repeats"], self.options["dim"]
        shape = gradient.shape
        folded = gradient.reshape((*shape[:dim], self.saved, repeats, *shape[dim + 1 :]))
        return np.add.reduce(folded, axis=dim + 1)

    def differentiate(self, gradient: Tensor) -> Tensor:
        repeats, dim = self.options["repeats"], self.options["dim"]
        return unflatten(gradient, dim, (self.saved, repeats)).sum(dim + 1)


def _zeros(shape: tuple[int, ...], kind: Any) -> Tensor:
    return tensors.wrap(np.zeros(shape, kind))


def _all_tensors(given: Any, name: str) -> list[Tensor]:
    if is_tensor(given) or not isinstance(given, (list, tuple)):
        raise TypeError(f"{name}(): argument 'tensors' must be tuple of Tensors, not {type(given).__name__}")
    for i, t in enumerate(given):
        if not is_tensor(t):
            raise TypeError(f"expected Tensor as element {i} in argument 0, but got {type(t).__name__}")
    return list(given)


def _alike(parts: list[Tensor]) -> list[Tensor]:
    """All in their promoted type."""
    if not parts or len({t._array.dtype for t in parts}) == 1:
        return parts
    kind = parts[0]._array.dtype
    for t in parts[1:]:
        kind = dtypes.result_type(np.empty(1, kind), np.empty(1, t._array.dtype))
    return [t.to(dtypes.of(np.empty(0, kind))) for t in parts]


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Joined along an existing dimension. RuntimeError with both shapes where the others differ."""
    given = _alike(_all_tensors(tensors, "cat"))
    # PyTorch skips empty 1-d tensors, so that a loop may start from torch.tensor([]).
    parts = [t for t in given if t._array.shape != (0,)] or given
    if not parts:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    first = parts[0]._array
    if not first.ndim:
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated")
    dim = wrap_dim(dim, first.ndim)
    for i, t in enumerate(parts):
        other = t._array.shape
        if other[:dim] + other[dim + 1 :] != first.shape[:dim] + first.shape[dim + 1 :] or not other:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected shape {list(first.shape)} but got "
                f"{list(other)} for tensor number {i} in the list."
            )
    return apply(Cat, *parts, dim=dim)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Joined along a new dimension. RuntimeError with both shapes where they differ."""
    parts = _all_tensors(tensors, "stack")
    if not parts:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = parts[0]._array
    for i, t in enumerate(parts):
        if t._array.shape != first.shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first.shape)} at entry 0 and "
                f"{list(t._array.shape)} at entry {i}"
            )
    return apply(Stack, *_alike(parts), dim=wrap_dim(dim, first.ndim + 1))


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Side by side: along dimension 1, vectors along 0."""
    parts = atleast_1d(list(tensors))
    return cat(parts, 0 if parts[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """On top of each other; vectors are rows."""
    return cat(atleast_2d(list(tensors)), 0)


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Behind each other: along dimension 2."""
    return cat(atleast_3d(list(tensors)), 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Side by side; vectors are columns."""
    return cat([t if t.ndim > 1 else t.reshape(-1, 1) for t in tensors], 1)


def split(input: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of a size (the last may be smaller), or of the sizes given."""
    if not input.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = wrap_dim(dim, input.ndim)
    size = input._array.shape[dim]
    if isinstance(split_size_or_sections, int):
        step = split_size_or_sections
        if step < 0 or (not step and size):
            raise RuntimeError(f"split expects split_size be non-negative, but got split_size={step}")
        sizes = [min(step, size - start) for start in range(0, size, step or 1)] or [0]
    else:
        sizes = [int(s) for s in split_size_or_sections]
        if sum(sizes) != size or min(sizes, default=0) < 0:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension "
                f"{dim}), but got split_sizes={sizes}"
            )
    return apply_many(Split, input, sizes=sizes, dim=dim)


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of the sizes given."""
    return split(input, list(split_sizes), dim)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` parts of equal size, the last perhaps smaller."""
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    if not input.ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    size = input._array.shape[wrap_dim(dim, input.ndim)]
    return split(input, max(1, -(-size // chunks)), dim)


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """That many parts, the first ones larger by one where needed; or parts that end at the indices given."""
    if not input.ndim:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    dim = wrap_dim(dim, input.ndim)
    size = input._array.shape[dim]
    given = indices_or_sections.tolist() if is_tensor(indices_or_sections) else indices_or_sections
    if isinstance(given, int):
        if given <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        low, more = divmod(size, given)
        bounds = [i * low + min(i, more) for i in range(given + 1)]
    else:
        bounds = [0, *given, size]
    whole = (slice(None),) * dim
    return tuple(input[(*whole, slice(a, b))] for a, b in pairwise(bounds))


def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Parts along dimension 1; of a vector along 0."""
    return _split_evenly("hsplit", input, indices_or_sections, 0 if input.ndim == 1 else 1, 1)


def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Parts along dimension 0, of two dimensions at least."""
    return _split_evenly("vsplit", input, indices_or_sections, 0, 2)


def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Parts along dimension 2, of three dimensions at least."""
    return _split_evenly("dsplit", input, indices_or_sections, 2, 3)


def _split_evenly(name: str, input: Tensor, given: Any, dim: int, least: int) -> tuple[Tensor, ...]:
    if input.ndim < least:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with {input.ndim} "
            f"dimensions!"
        )
    if isinstance(given, int) and (given <= 0 or input.shape[dim] % given):
        raise RuntimeError(
            f"torch.{name} attempted to split along dimension {dim}, but the size of the dimension {input.shape[dim]} "
            f"is not divisible by the split_size {given}!"
        )
    return tensor_split(input, given, dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """All slices along `dim`."""
    return apply_many(Unbind, input, dim=wrap_dim(dim, input.ndim))


def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """Tiled; at least one number per dimension."""
    times = shape_from(repeats)
    if len(times) < input.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    return apply(Repeat, input, repeats=times)


def tile(input: Tensor, *dims: Any) -> Tensor:
    """Tiled; missing numbers are 1."""
    times = shape_from(dims)
    return apply(Repeat, input, repeats=(1,) * (input.ndim - len(times)) + times)


def repeat_interleave(input: Tensor, repeats: Any, dim: int | None = None, *, output_size: int | None = None) -> Tensor:
    """Each element repeated `repeats` times, or as often as a vector says; of the flattened tensor without `dim`."""
    if dim is None:
        input, dim = flatten(input), 0
    dim = wrap_dim(dim, input.ndim)
    if not is_tensor(repeats):
        return apply(RepeatInterleave, input, repeats=int(repeats), dim=dim)
    times = repeats._array
    if times.dtype.kind != "i" or times.ndim > 1:
        raise RuntimeError("repeats has to be a 0-dim or 1-dim tensor of int or long")
    if times.size == 1:
        return apply(RepeatInterleave, input, repeats=int(times.reshape(())), dim=dim)
    if len(times) != input.shape[dim]:
        raise RuntimeError(
            f"repeats must have the same size as input along dim, but got repeats.size(0) = {len(times)} and "
            f"input.size({dim}) = {input.shape[dim]}"
        )
    return input.index_select(dim, tensors.wrap(np.repeat(np.arange(len(times)), times)))
