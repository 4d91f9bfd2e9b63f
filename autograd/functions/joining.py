"""Joining, splitting and repeating tensors."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.function import Array, Function, Shares, apply, apply_many
from autograd.functions.common import shape_from, wrap_dim

if TYPE_CHECKING:
    from autograd.tensor import Tensor
from autograd.functions.shape import flatten


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


class Stack(Function):
    __slots__ = ()
    op, backward_name = "stack", "StackBackward0"
    arguments = ("tensors",)
    formula, derivatives = r"[\text{tensors}]", {"tensors": r"g \text{ over its own part}"}

    def forward(self, *arrays: Array, dim: int) -> Array:
        return np.stack(arrays, axis=dim)

    def backward(self, gradient: Array) -> Shares:
        return tuple(np.moveaxis(gradient, self.options["dim"], 0))


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


class RepeatInterleave(Function):
    __slots__ = ()
    op, backward_name = "repeat_interleave", "RepeatInterleaveBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input, each repeated}", {"input": r"\text{sum of } g \text{ over the repeats}"}

    def forward(self, input: Array, repeats: int, dim: int) -> Array:
        return np.repeat(input, repeats, axis=dim)

    def backward(self, gradient: Array) -> Array:
        repeats, dim = self.options["repeats"], self.options["dim"]
        shape = gradient.shape
        folded = gradient.reshape((*shape[:dim], shape[dim] // repeats, repeats, *shape[dim + 1 :]))
        return np.add.reduce(folded, axis=dim + 1)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Joined along an existing dimension. RuntimeError with both shapes where the others differ."""
    # PyTorch skips empty 1-d tensors, so that a loop may start from torch.tensor([]).
    parts = [t for t in tensors if t._array.shape != (0,)] or list(tensors)
    if not parts:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    first = parts[0]._array
    if not first.ndim:
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated")
    dim = wrap_dim(dim, first.ndim)
    for i, t in enumerate(parts):
        other = t._array.shape
        if other[:dim] + other[dim + 1 :] != first.shape[:dim] + first.shape[dim + 1 :]:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected shape {list(first.shape)} but got "
                f"{list(other)} for tensor number {i} in the list."
            )
    return apply(Cat, *parts, dim=dim)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Joined along a new dimension. RuntimeError with both shapes where they differ."""
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = tensors[0]._array
    for i, t in enumerate(tensors):
        if t._array.shape != first.shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first.shape)} at entry 0 and "
                f"{list(t._array.shape)} at entry {i}"
            )
    return apply(Stack, *tensors, dim=wrap_dim(dim, first.ndim + 1))


def split(input: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of a size (the last may be smaller), or of the sizes given."""
    dim = wrap_dim(dim, input.ndim)
    size = input.shape[dim]
    if isinstance(split_size_or_sections, int):
        step = split_size_or_sections
        sizes = [min(step, size - start) for start in range(0, size, step)] or [0]
    else:
        sizes = list(split_size_or_sections)
        if sum(sizes) != size:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension "
                f"{dim}), but got split_sizes={sizes}"
            )
    return apply_many(Split, input, sizes=sizes, dim=dim)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` parts of equal size, the last perhaps smaller."""
    size = input.shape[wrap_dim(dim, input.ndim)]
    return split(input, max(1, -(-size // chunks)), dim)


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


def repeat_interleave(input: Tensor, repeats: int, dim: int | None = None) -> Tensor:
    """Each element repeated; of the flattened tensor without `dim`."""
    if dim is None:
        return apply(RepeatInterleave, flatten(input), repeats=int(repeats), dim=0)
    return apply(RepeatInterleave, input, repeats=int(repeats), dim=wrap_dim(dim, input.ndim))
