"""What the families of ops share: broadcasting back, dimensions, tensors from values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when an op runs

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
Number = int | float | bool

# Which of two factors are kept for backward, by which of them want a gradient: (first wants) + 2 · (second wants).
KEPT: tuple[tuple[int, ...], ...] = ((), (1,), (0,), (0, 1))


def is_tensor(value: object) -> bool:
    """Whether `value` is a Tensor."""
    return isinstance(value, tensors.Tensor)


def need_tensor(name: str, other: object) -> None:
    """TypeError where the second operand is no tensor, of an op that takes no number."""
    if not is_tensor(other):
        raise TypeError(f"{name}(): argument 'other' must be Tensor, not {type(other).__name__}")


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sums `gradient` over the dimensions along which an operand of `shape` was repeated."""
    if gradient.shape == shape:
        return gradient
    extra = gradient.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        i + extra for i, size in enumerate(shape) if size == 1 and gradient.shape[i + extra] != 1
    )
    summed: Array = np.add.reduce(gradient, axis=axes).reshape(shape)
    return summed


def wrap_dim(dim: int, ndim: int) -> int:
    """A dimension counted from the front; IndexError where there is none such. A 0-dim tensor has dimension 0."""
    size = max(ndim, 1)
    if not -size <= dim < size:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-size}, {size - 1}], but got {dim})")
    return dim % size


def wrap_dims(dim: int | Sequence[int] | None, ndim: int) -> tuple[int, ...] | None:
    """Dimensions counted from the front; None stands for all."""
    if dim is None:
        return None
    if isinstance(dim, int):
        return (wrap_dim(dim, ndim),) if ndim else ()
    dims = tuple(wrap_dim(d, ndim) for d in dim)
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"dim {dims} appears multiple times in the list of dims")
    return dims or None


def shape_from(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape in `f(2, 3)` or `f((2, 3))`."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    return tuple(int(s) for s in sizes)


def broadcast_error(a: Array, b: Array) -> RuntimeError:
    """PyTorch's error for shapes that do not broadcast, with both shapes."""
    for i in range(1, min(a.ndim, b.ndim) + 1):
        if a.shape[-i] != b.shape[-i] and 1 not in (a.shape[-i], b.shape[-i]):
            return RuntimeError(
                f"The size of tensor a ({a.shape[-i]}) must match the size of tensor b ({b.shape[-i]}) at "
                f"non-singleton dimension {max(a.ndim, b.ndim) - i} (shapes {list(a.shape)} and {list(b.shape)})"
            )
    return RuntimeError(f"shapes {list(a.shape)} and {list(b.shape)} do not broadcast")


def memory_order(array: Array) -> tuple[int, ...]:
    """The dimensions of `array` from the widest step in memory to the narrowest; as they are where some repeat."""
    if array.flags.c_contiguous or 0 in array.strides:
        return tuple(range(array.ndim))
    return tuple(sorted(range(array.ndim), key=lambda i: -abs(array.strides[i])))


def sum_to(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`unbroadcast`, by recorded ops."""
    old = gradient._array.shape
    if old == shape:
        return gradient
    extra = len(old) - len(shape)
    axes = [i for i in range(len(old)) if i < extra or (shape[i - extra] == 1 and old[i] != 1)]
    return (gradient.sum(axes) if axes else gradient).reshape(shape)


def zeros_like(gradient: Tensor) -> Tensor:
    """Zeros outside the graph: a derivative that is zero everywhere."""
    return tensors.wrap(np.zeros_like(gradient._array))


def constant_array(array: Any) -> Tensor:
    """A Tensor over a mask, or other numbers that are constants of a derivative."""
    return tensors.wrap(array)
