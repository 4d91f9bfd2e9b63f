"""Views by strides: sliding windows, and any step through the memory."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided as strided
from numpy.lib.stride_tricks import sliding_window_view

import autograd.tensor as tensors
from autograd.function import Array, Function, apply
from autograd.functions.common import wrap_dim
from autograd.functions.derived import Derived

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Unfold(Function):
    """Windows along one dimension, in a new last dimension."""

    __slots__ = ()
    op, backward_name = "unfold", "UnfoldBackward0"
    arguments = ("input",)
    view = True
    formula, derivatives = r"\text{windows of input}", {"input": r"\text{sum of } g \text{ over the windows}"}

    def forward(self, input: Array, dim: int, size: int, step: int) -> Array:
        self.saved = input.shape
        if not input.ndim:
            return input.reshape(1)[:size]
        windows = sliding_window_view(input, size, dim, writeable=input.flags.writeable)
        return windows[(slice(None),) * dim + (slice(None, None, step),)]

    def backward(self, gradient: Array) -> Array:
        return _folded(gradient, self.saved, self.options["dim"], self.options["size"], self.options["step"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(UnfoldBackward, gradient, shape=self.saved, **self.options)


class UnfoldBackward(Function):
    """Windows added up: what `unfold` does to a gradient."""

    __slots__ = ()
    op, backward_name = "unfold_backward", "UnfoldBackwardBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{sum of the windows of input}", {"input": r"\text{windows of } g"}

    def forward(self, input: Array, shape: tuple[int, ...], dim: int, size: int, step: int) -> Array:
        return _folded(input, shape, dim, size, step)

    def backward(self, gradient: Array) -> Array:
        return unfold_array(gradient, self.options["dim"], self.options["size"], self.options["step"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return unfold(gradient, self.options["dim"], self.options["size"], self.options["step"])


def unfold_array(x: Array, dim: int, size: int, step: int) -> Array:
    """Windows of `size` every `step` along `dim`."""
    if not x.ndim:
        return x.reshape(1)[:size]
    return sliding_window_view(x, size, dim)[(slice(None),) * dim + (slice(None, None, step),)]


def _folded(windows: Array, shape: tuple[int, ...], dim: int, size: int, step: int) -> Array:
    share = np.zeros(shape, windows.dtype)
    if not shape:
        return share + windows.sum()
    number = windows.shape[dim]
    for i in range(size):
        share[(slice(None),) * dim + (slice(i, i + step * (number - 1) + 1, step),)] += windows[..., i]
    return share


class AsStrided(Derived):
    """The memory read with other sizes and steps; elements may be read more than once."""

    __slots__ = ()
    op, backward_name = "as_strided", "AsStridedBackward0"
    arguments = ("input",)
    view = True
    formula = r"\text{memory of input, by strides}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added where it was read}"}

    def forward(self, input: Array, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Array:
        self.saved = input.shape
        return strided_array(input.reshape(-1), size, stride, offset)

    def differentiate(self, gradient: Tensor) -> Tensor:
        shape = self.saved
        places = np.arange(int(np.prod(shape)))
        places = strided_array(places, self.options["size"], self.options["stride"], self.options["offset"])
        zeros = tensors.wrap(np.zeros(shape, gradient._array.dtype))
        return zeros.put(tensors.wrap(np.ascontiguousarray(places)), gradient, accumulate=True)


def strided_array(flat: Array, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Array:
    """A view of a flat array by sizes and steps, counted in elements."""
    steps = tuple(s * flat.itemsize for s in stride)
    return strided(flat[offset:], size, steps, writeable=flat.flags.writeable)


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All windows of `size`, every `step`, along a dimension; they lie in a new last dimension."""
    dim = wrap_dim(dimension, input.ndim)
    length = input._array.shape[dim] if input.ndim else 1
    if size < 0 or size > length:
        raise RuntimeError(f"maximum size for tensor at dimension {dim} is {length} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return apply(Unfold, input, dim=dim, size=size, step=step)


def as_strided(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """The memory of a contiguous tensor with other sizes and steps (in elements). RuntimeError beyond its end."""
    if not input._array.flags.c_contiguous:
        raise NotImplementedError("as_strided needs a contiguous tensor here: call .contiguous() first")
    offset, sizes, steps = storage_offset or 0, tuple(size), tuple(stride)
    if len(sizes) != len(steps):
        raise RuntimeError(f"mismatch in length of strides and shape: {list(sizes)} and {list(steps)}")
    last = offset + sum((n - 1) * s for n, s in zip(sizes, steps, strict=True)) + 1
    if 0 not in sizes and last > input.numel():
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {offset} require {last} elements, "
            f"which is out of bounds for {input.numel()}"
        )
    return apply(AsStrided, input, size=sizes, stride=steps, offset=offset)
