"""Products beyond the matrix product: cross, Kronecker's, inner, over chosen dimensions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd.tensor as tensors
from autograd.functions.common import is_tensor, wrap_dim

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross product of vectors of 3 along `dim` (the first dimension of size 3 without)."""
    if input.ndim != other.ndim:
        raise RuntimeError(
            f"linalg.cross: inputs must have the same number of dimensions: {list(input.shape)}, {list(other.shape)}"
        )
    if dim is None:
        found = [d for d, n in enumerate(input.shape) if n == other.shape[d] == 3]
        if not found:
            raise RuntimeError(f"no dimension of size 3 in input: {list(input.shape)}, {list(other.shape)}")
        dim = found[0]
    dim = wrap_dim(dim, input.ndim)
    if input.shape[dim] != 3 or other.shape[dim] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[dim]} and {other.shape[dim]}"
        )
    next_one, one_before = (tensors.wrap(np.array(order)) for order in ([1, 2, 0], [2, 0, 1]))
    left = input.index_select(dim, next_one) * other.index_select(dim, one_before)
    right = input.index_select(dim, one_before) * other.index_select(dim, next_one)
    return left - right


def kron(input: Tensor, other: Tensor) -> Tensor:
    """Kronecker's product: each element of `input` times all of `other`."""
    n = max(input.ndim, other.ndim)
    a, b = ((1,) * (n - t.ndim) + tuple(t.shape) for t in (input, other))
    left = input.reshape([v for size in a for v in (size, 1)])
    right = other.reshape([v for size in b for v in (1, size)])
    product: Tensor = (left * right).reshape([x * y for x, y in zip(a, b, strict=True)])
    return product


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Summed over the last `dims` dimensions of `a` and the first of `b`, or over two lists of dimensions."""
    if is_tensor(dims):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0 or dims > min(a.ndim, b.ndim):
            raise RuntimeError(f"tensordot expects dims >= 0 and no more than there are, but got dims={dims}")
        first, second = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        first, second = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(first) != len(second):
        raise RuntimeError("both dimension lists should have same length")
    first, second = [wrap_dim(d, a.ndim) for d in first], [wrap_dim(d, b.ndim) for d in second]
    for i, j in zip(first, second, strict=True):
        if a.shape[i] != b.shape[j]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {a.shape[i]} in dim {i} and second has size "
                f"{b.shape[j]} in dim {j}: shapes {list(a.shape)} and {list(b.shape)}"
            )
    rows = [d for d in range(a.ndim) if d not in first]
    columns = [d for d in range(b.ndim) if d not in second]
    size = math.prod(a.shape[d] for d in first)
    left = a.permute(*rows, *first).reshape(-1, size) if size else a.permute(*rows, *first).reshape(0, 0)
    right = b.permute(*second, *columns).reshape(size, -1)
    product: Tensor = (left @ right).reshape([a.shape[d] for d in rows] + [b.shape[d] for d in columns])
    return product


def inner(input: Tensor, other: Tensor) -> Tensor:
    """Summed over the last dimension of both; a number multiplies."""
    if not input.ndim or not other.ndim:
        return input * other
    if input.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            f"inner() the last dimension must match on both input tensors but got shapes {list(input.shape)} and "
            f"{list(other.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def vdot(input: Tensor, other: Tensor) -> Tensor:
    """The dot product of vectors."""
    product: Tensor = input.dot(other)
    return product


def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of matrices, from left to right."""
    given = list(matrices[0]) if len(matrices) == 1 and not is_tensor(matrices[0]) else list(matrices)
    product = given[0]
    for m in given[1:]:
        product = product.mm(m)
    return product
