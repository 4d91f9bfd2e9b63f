"""Sliding blocks of an image as columns (`unfold`), and columns added back to an image (`fold`)."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, apply
from autograd.functions.correlation import Geometry, Sizes, framed, places, scatter, windows

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Unfold(Function):
    """im2col: an image (N, C, H, W) to its blocks (N, C * KH * KW, number of blocks)."""

    __slots__ = ()
    op, backward_name = "unfold", "Im2ColBackward0"
    arguments = ("input",)
    formula = r"\text{input}_{c,\, y s + i,\, x s + j} \text{ at } (c, i, j),\, (y, x)"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\sum_{i,j} g_{(c, i, j),\, ((y - i) / s,\, (x - j) / s)}"}

    def forward(self, input: Array, kernel: Sizes, geometry: Geometry) -> Array:
        self.saved = input.shape[-2:]
        return blocks(input, kernel, geometry)

    def backward(self, gradient: Array) -> Array:
        return joined(gradient, self.saved, **self.options)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Fold, gradient, size=self.saved, **self.options)


class Fold(Function):
    """col2im: blocks (N, C * KH * KW, number of blocks) added up to an image (N, C, *size)."""

    __slots__ = ()
    op, backward_name = "fold", "Col2ImBackward0"
    arguments = ("input",)
    formula = r"\sum_{i,j} \text{input}_{(c, i, j),\, ((y - i) / s,\, (x - j) / s)}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g_{c,\, y s + i,\, x s + j} \text{ at } (c, i, j),\, (y, x)"}

    def forward(self, input: Array, size: Sizes, kernel: Sizes, geometry: Geometry) -> Array:
        return joined(input, size, kernel, geometry)

    def backward(self, gradient: Array) -> Array:
        return blocks(gradient, self.options["kernel"], self.options["geometry"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Unfold, gradient, kernel=self.options["kernel"], geometry=self.options["geometry"])


def blocks(x: Array, kernel: Sizes, geometry: Geometry) -> Array:
    """Every block of x (N, C, H, W) as a column: (N, C * KH * KW, number of blocks); one sample too."""
    if x.ndim == 3:
        return blocks(x[None], kernel, geometry)[0]
    count = places(x.shape[2:], kernel, geometry)
    view = windows(framed(x, geometry.padding), kernel, count, geometry.stride, geometry.dilation)
    return view.reshape(len(x), x.shape[1] * prod(kernel), prod(count))


def joined(columns: Array, size: Sizes, kernel: Sizes, geometry: Geometry) -> Array:
    """The opposite: an image of `size` to which every block is added."""
    if columns.ndim == 2:
        return joined(columns[None], size, kernel, geometry)[0]
    n, rows, _ = columns.shape
    count = places(size, kernel, geometry)
    spread = columns.reshape(n, rows // prod(kernel), *kernel, 1, *count)
    return np.ascontiguousarray(scatter(spread, kernel, count, size, geometry)[:, :, 0])


def _two(value: Any) -> Sizes:
    if isinstance(value, (tuple, list)):
        return (int(value[0]), int(value[-1]))
    return (int(value), int(value))


def _geometry(kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> tuple[Sizes, Geometry]:
    kernel, geometry = _two(kernel_size), Geometry(_two(stride), _two(padding), _two(dilation), 1)
    named = (("kernel size", kernel), ("stride", geometry.stride), ("dilation", geometry.dilation))
    for name, values in named:
        if min(values) < 1:
            raise RuntimeError(f"{name} should be greater than zero, but got {values}")
    if min(geometry.padding) < 0:
        raise RuntimeError(f"padding should be non-negative, but got {geometry.padding}")
    return kernel, geometry


def unfold(input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """Every block of an image as a column: (N, C, H, W) or (C, H, W) to (N, C * KH * KW, number of blocks).

    RuntimeError for another number of dimensions and for a kernel larger than the padded image.
    """
    kernel, geometry = _geometry(kernel_size, dilation, padding, stride)
    if input.ndim not in (3, 4):
        raise RuntimeError(
            f"Expected 3D (unbatched) or 4D (batched) input to unfold, but got input of size: {list(input.shape)}"
        )
    count = places(input.shape[-2:], kernel, geometry)
    if min(count) < 1:
        raise RuntimeError(
            f"Given input with spatial size {tuple(input.shape[-2:])}, kernel_size={kernel}, "
            f"dilation={geometry.dilation}, padding={geometry.padding}, calculated shape of the array of sliding "
            f"blocks as {count}, but its components must be at least one"
        )
    return apply(Unfold, input, kernel=kernel, geometry=geometry)


def fold(
    input: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Blocks added up to an image: (N, C * KH * KW, number of blocks), or one sample, to (N, C, *output_size).

    RuntimeError where the columns are not whole blocks, or not as many as an image of that size has.
    """
    kernel, geometry = _geometry(kernel_size, dilation, padding, stride)
    size = _two(output_size)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2D (unbatched) or 3D (batched) input to fold, but got input of size: {list(input.shape)}"
        )
    rows, columns = input.shape[-2:]
    if rows % prod(kernel):
        raise RuntimeError(
            f"Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input of "
            f"shape {list(input.shape)} and kernel_size={kernel}"
        )
    count = places(size, kernel, geometry)
    if min(count) < 1 or prod(count) != columns:
        raise RuntimeError(
            f"Given output_size={size}, kernel_size={kernel}, dilation={geometry.dilation}, "
            f"padding={geometry.padding}, stride={geometry.stride}, expected input of shape {list(input.shape)} to "
            f"have {count[0]} * {count[1]} sliding blocks, but got {columns}"
        )
    return apply(Fold, input, size=size, kernel=kernel, geometry=geometry)
