"""Grids and combinations of vectors: meshgrid, cartesian_prod, combinations, vander, block_diag."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.functions.common import constant_array
from autograd.functions.joining import cat, stack
from autograd.functions.shape import atleast_2d, expand, view

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _given(tensors: tuple[Any, ...]) -> tuple[Tensor, ...]:
    return tuple(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Coordinates of a grid, of vectors; "xy" exchanges the first two dimensions."""
    vectors = _given(tensors)
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    if any(v.ndim > 1 for v in vectors):
        raise RuntimeError(
            f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {[list(v.shape) for v in vectors]}"
        )
    sizes = [v.numel() for v in vectors]
    grids = [expand(view(v, *[n if j == i else 1 for j, n in enumerate(sizes)]), *sizes) for i, v in enumerate(vectors)]
    if indexing == "xy" and len(grids) > 1:
        grids = list(meshgrid(vectors[1], vectors[0], *vectors[2:]))
        grids[:2] = grids[1], grids[0]
    return tuple(grids)


def cartesian_prod(*tensors: Any) -> Tensor:
    """All pairs (triples, …) of elements of vectors, as rows."""
    vectors = _given(tensors)
    if any(v.ndim != 1 for v in vectors):
        raise RuntimeError("Expect a 1D vector, but got shapes " + str([list(v.shape) for v in vectors]))
    if len(vectors) == 1:
        return vectors[0]
    return stack([g.flatten() for g in meshgrid(*vectors)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, as rows."""
    if input.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(input.shape)}")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    places = list(choose(range(input.numel()), r))
    if not r or not places:
        return constant_array(np.empty((0, r) if r else (0,), input._array.dtype))
    chosen: Tensor = input[constant_array(np.array(places, np.int64))]
    return chosen


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """Powers of a vector's elements, as rows; the highest first unless `increasing`."""
    if x.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    size = x.numel() if N is None else N
    if size < 0:
        raise RuntimeError("N must be non-negative.")
    powers = np.arange(size) if increasing else np.arange(size)[::-1].copy()
    if x._array.dtype.kind != "f":
        return constant_array(x._array[:, None].astype(np.int64) ** powers)
    rows: Tensor = x.unsqueeze(-1) ** constant_array(powers)
    return rows


def block_diag(*tensors: Any) -> Tensor:
    """Matrices along the diagonal of one; vectors are rows."""
    blocks = [atleast_2d(t) for t in tensors]
    if any(b.ndim > 2 for b in blocks):
        raise RuntimeError(
            f"torch.block_diag: Input tensors must have 2 or fewer dimensions: {[list(b.shape) for b in blocks]}"
        )
    width = sum(b.shape[1] for b in blocks)
    rows, before = [], 0
    for b in blocks:
        height, columns = b.shape
        empty = [b.new_zeros((height, before)), b, b.new_zeros((height, width - before - columns))]
        rows.append(cat(empty, 1))
        before += columns
    return cat(rows, 0)
