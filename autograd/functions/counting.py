"""Which values there are, how often and where: unique, bincount, histogram, searchsorted, nonzero, isin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import autograd.tensor as tensors
from autograd import dtypes
from autograd.functions.common import is_tensor, wrap_dim

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Histogram(NamedTuple):
    """Counts, and the edges between which they were counted."""

    hist: Any
    bin_edges: Any

    def __repr__(self) -> str:
        return f"torch.return_types.histogram(\nhist={self.hist!r},\nbin_edges={self.bin_edges!r})"


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Where it is not zero: (n, dims) int64, or with `as_tuple` one vector per dimension."""
    found = np.nonzero(input._array if input.ndim else input._array.reshape(1))
    if as_tuple:
        return tuple(tensors.wrap(a) for a in found)
    return tensors.wrap(np.stack(found, 1) if input.ndim else np.zeros((len(found[0]), 0), np.int64))


def argwhere(input: Tensor) -> Tensor:
    """Where it is not zero: (n, dims) int64."""
    found: Tensor = nonzero(input)
    return found


def _answers(values: Any, inverse: Any, counts: Any, return_inverse: bool, return_counts: bool) -> Any:
    found = [tensors.wrap(values)]
    if return_inverse:
        found.append(tensors.wrap(inverse.astype(np.int64)))
    if return_counts:
        found.append(tensors.wrap(counts.astype(np.int64)))
    return found[0] if len(found) == 1 else tuple(found)


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The different values (slices along `dim`) in order, and if asked for the place of each among them, and counts."""
    axis = None if dim is None else wrap_dim(dim, input.ndim)
    values, inverse, counts = np.unique(input._array, return_inverse=True, return_counts=True, axis=axis)
    inverse = inverse.reshape(input.shape if axis is None else -1)
    return _answers(values, inverse, counts, return_inverse, return_counts)


def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Runs of equal values (slices along `dim`), each once."""
    x = input._array.reshape(-1) if dim is None else np.moveaxis(input._array, wrap_dim(dim, input.ndim), 0)
    new = np.ones(len(x), np.bool_)
    if len(x) > 1:
        new[1:] = (x[1:] != x[:-1]).reshape(len(x) - 1, -1).any(1)
    values = x[new] if dim is None else np.ascontiguousarray(np.moveaxis(x[new], 0, wrap_dim(dim, input.ndim)))
    inverse = np.cumsum(new) - 1
    counts = np.bincount(inverse) if len(x) else np.zeros(0, np.int64)
    return _answers(values, inverse.reshape(input.shape if dim is None else -1), counts, return_inverse, return_counts)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each whole number occurs, or the sum of its weights."""
    x = input._array
    if x.ndim != 1 or x.dtype.kind not in "iu" or (x.size and x.min() < 0):
        raise RuntimeError(
            f"bincount only supports 1-d non-negative integral inputs, not shape {list(x.shape)} of {input.dtype}"
        )
    if weights is None:
        return tensors.wrap(np.bincount(x, minlength=minlength).astype(np.int64))
    if weights._array.shape != x.shape:
        raise RuntimeError(f"weights should be 1-d and have the same length as input: {list(weights.shape)}")
    kind = np.float32 if weights._array.dtype == np.float32 else np.float64
    return tensors.wrap(np.bincount(x, weights._array, minlength).astype(kind))


def _bounds(x: Any, low: float, high: float, widen: float) -> tuple[float, float]:
    """The range, of the numbers themselves where none is given, and not empty."""
    if low == high == 0 and x.size:
        low, high = float(x.min()), float(x.max())
    if low == high:
        low, high = low - widen, high + widen
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"range of [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError("max must be larger than min")
    return low, high


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements fall into each of `bins` equal parts of [min, max] (of their own range where both are 0)."""
    if bins <= 0:
        raise RuntimeError("bins must be > 0")
    x = input._array
    if x.dtype.kind != "f":
        raise RuntimeError(f"\"histogram_cpu\" not implemented for '{input.dtype}'")
    low, high = _bounds(x, float(min), float(max), 1.0)
    return tensors.wrap(_counted(x.reshape(-1), bins, low, high, None).astype(x.dtype))


def _counted(x: Any, bins: int, low: float, high: float, weight: Any) -> Any:
    kind = x.dtype.type
    inside = (x >= low) & (x <= high)
    kept = x[inside]
    place = ((kept - kind(low)) / (kind(high) - kind(low)) * kind(bins)).astype(np.int64)
    place = np.minimum(place, bins - 1)
    return np.bincount(place, None if weight is None else weight[inside], bins)


def histogram(
    input: Tensor, bins: Any = 100, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Histogram:
    """(hist, bin_edges): counts, or sums of weights, between edges that are equal parts or given as a tensor."""
    x = input._array.reshape(-1)
    if is_tensor(bins):
        edges = bins._array
    else:
        first, last = range or (0.0, 0.0)
        low, high = _bounds(x, float(first), float(last), 0.5)
        from autograd.creation import linspace

        edges = linspace(low, high, bins + 1, dtype=input.dtype)._array
    weights = None if weight is None else weight._array.reshape(-1)
    place = np.searchsorted(edges, x, side="right") - 1
    place = np.where(x == edges[-1], len(edges) - 2, place)
    inside = (place >= 0) & (place < len(edges) - 1)
    hist = np.bincount(place[inside], None if weights is None else weights[inside], len(edges) - 1).astype(x.dtype)
    if density:
        hist = (hist / hist.sum() / np.diff(edges)).astype(x.dtype)
    return Histogram(tensors.wrap(hist), tensors.wrap(edges))


def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Any:
    """Where each number would be inserted to keep the last dimension in order; `right` puts it after its equals."""
    if side is not None:
        if side not in ("left", "right"):
            raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
        if right and side == "left":
            raise RuntimeError("torch.searchsorted(): side and right can't be set to opposites")
        right = side == "right"
    rows = sorted_sequence._array
    if sorter is not None:
        rows = np.take_along_axis(rows, sorter._array, -1)
    values = input._array if is_tensor(input) else np.asarray(input, rows.dtype)
    if rows.ndim == 1:
        found: Any = np.searchsorted(rows, values, side="right" if right else "left")
    else:
        if values.shape[:-1] != rows.shape[:-1]:
            raise RuntimeError(
                f"torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of "
                f"boundaries tensor and input value tensor must match, but we got boundaries tensor {list(rows.shape)} "
                f"and input value tensor {list(values.shape)}"
            )
        less = np.less_equal if right else np.less
        found = less(rows[..., None, :], values[..., :, None]).sum(-1)
    return tensors.wrap(np.asarray(found, np.int32 if out_int32 else np.int64))


def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Any:
    """The bucket of each number, between ordered boundaries."""
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element is among the test elements."""
    if not is_tensor(elements) and not is_tensor(test_elements):
        raise TypeError("isin(): one of elements and test_elements must be a Tensor")
    a, b = (v._array if is_tensor(v) else np.asarray(v) for v in (elements, test_elements))
    return tensors.wrap(np.asarray(np.isin(a, b, invert=invert)))


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """Places of a flattened tensor as one index per dimension of `shape`."""
    if indices._array.dtype.kind not in "iu":
        raise ValueError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    try:
        found = np.unravel_index(indices._array, sizes)
    except ValueError:
        raise ValueError(f"expected all indices to fit shape {list(sizes)}, not {indices.tolist()}") from None
    return tuple(tensors.wrap(np.asarray(i, dtypes.int64.numpy)) for i in found)
