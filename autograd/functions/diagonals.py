"""Diagonals: read as views, written into, and matrices made of them."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import is_tensor, wrap_dim

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _writable(array: Array, offset: int, dim1: int, dim2: int) -> Array:
    """The diagonal of an array, as a view that may be written."""
    part = np.diagonal(array, offset, dim1, dim2)
    part.flags.writeable = True
    return part


class Diagonal(Function):
    __slots__ = ()
    op, backward_name = "diagonal", "DiagonalBackward0"
    arguments = ("input",)
    view = True
    formula, derivatives = r"\text{input}_{ii}", {"input": r"g \text{ on the diagonal}"}

    def forward(self, input: Array, offset: int, dim1: int, dim2: int) -> Array:
        self.saved = input.shape
        return _writable(input, offset, dim1, dim2) if input.flags.writeable else np.diagonal(input, offset, dim1, dim2)

    def backward(self, gradient: Array) -> Array:
        share = np.zeros(self.saved, gradient.dtype)
        _writable(share, **self.options)[...] = gradient
        return share

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(DiagonalBackward, gradient, shape=self.saved, **self.options)


class DiagonalBackward(Function):
    """Zeros with the input on a diagonal: what `diagonal` does to a gradient."""

    __slots__ = ()
    op, backward_name = "diagonal_backward", "DiagonalBackwardBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{0 with input on the diagonal}", {"input": r"g_{ii}"}

    def forward(self, input: Array, shape: tuple[int, ...], offset: int, dim1: int, dim2: int) -> Array:
        output = np.zeros(shape, input.dtype)
        _writable(output, offset, dim1, dim2)[...] = input
        return output

    def place(self) -> tuple[int, int, int]:
        """Offset and the two dimensions."""
        return self.options["offset"], self.options["dim1"], self.options["dim2"]

    def backward(self, gradient: Array) -> Array:
        return np.diagonal(gradient, *self.place()).copy()

    def differentiate(self, gradient: Tensor) -> Tensor:
        return diagonal(gradient, *self.place())


class DiagonalScatter(Function):
    """The input with other numbers on a diagonal."""

    __slots__ = ()
    op, backward_name = "diagonal_scatter", "DiagonalScatterBackward0"
    arguments = ("input", "src")
    formula = r"\text{input with src on the diagonal}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ off the diagonal}", "src": r"g_{ii}"}

    def forward(self, input: Array, src: Array, offset: int, dim1: int, dim2: int) -> Array:
        output = input.copy()
        _writable(output, offset, dim1, dim2)[...] = src
        return output

    def backward(self, gradient: Array) -> Shares:
        kept = gradient.copy()
        _writable(kept, **self.options)[...] = 0
        place = self.options["offset"], self.options["dim1"], self.options["dim2"]
        return kept, np.diagonal(gradient, *place).copy()

    def differentiate(self, gradient: Tensor) -> Any:
        part = diagonal(gradient, **self.options)
        zeros = tensors.wrap(np.zeros(part.shape, gradient._array.dtype))
        return diagonal_scatter(gradient, zeros, **self.options), part


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of two dimensions, as the last dimension of a view."""
    first, second = wrap_dim(dim1, input.ndim), wrap_dim(dim2, input.ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return apply(Diagonal, input, offset=offset, dim1=first, dim2=second)


def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """`input` with `src` on its diagonal. RuntimeError with both shapes where they differ."""
    first, second = wrap_dim(dim1, input.ndim), wrap_dim(dim2, input.ndim)
    wanted = np.diagonal(input._array, offset, first, second).shape
    if src._array.shape != wanted:
        raise RuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = "
            f"{list(wanted)}"
        )
    return apply(DiagonalScatter, input, src, offset=offset, dim1=first, dim2=second)


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices with the last dimension on their diagonals, in dimensions `dim1` and `dim2`."""
    ndim = input.ndim + 1
    first, second = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    size = input.shape[-1] + abs(offset)
    shape = list(input.shape[:-1])
    for place in sorted((first, second)):
        shape.insert(place, size)
    zeros = tensors.wrap(np.zeros(shape, input._array.dtype))
    return diagonal_scatter(zeros, input, offset, first, second)


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """The diagonal of a matrix, or a matrix with a vector on its diagonal."""
    if input.ndim not in (1, 2):
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    if input.ndim == 2:
        return _diagonal(input, diagonal).clone()
    return diag_embed(input, diagonal)


_diagonal = diagonal  # `diag` has an argument of that name


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """A matrix with all elements of `input` on its diagonal."""
    return diag_embed(input.reshape(-1), offset)


def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix."""
    if input.ndim != 2:
        raise RuntimeError("trace: expected a matrix")
    return diagonal(input).sum()


def fill_diagonal_(input: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Writes a number onto the main diagonal; `wrap` goes on below a tall matrix's end."""
    if input.ndim < 2:
        raise RuntimeError("dimensions must larger than 1")
    if input.ndim > 2 and len(set(input.shape)) > 1:
        raise RuntimeError(f"all dimensions of input must be of equal length, not {list(input.shape)}")
    mask = np.zeros(input.shape, np.bool_)
    np.fill_diagonal(mask, True, wrap=wrap)
    value = fill_value.item() if is_tensor(fill_value) else fill_value
    return input.masked_fill_(tensors.wrap(mask), value)


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Rows and columns of the lower triangle, (2, n), int64."""
    return _triangle(np.tril_indices(row, offset, col), dtype)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Rows and columns of the upper triangle, (2, n), int64."""
    return _triangle(np.triu_indices(row, offset, col), dtype)


def _triangle(found: Any, dtype: Any) -> Tensor:
    return tensors.wrap(np.stack(found).astype(np.int64 if dtype is None else dtype.numpy))
