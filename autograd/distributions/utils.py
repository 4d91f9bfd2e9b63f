"""What the distributions share: parameters in one shape, probabilities and logits, values computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import dtypes, mode, random
from autograd.tensor import Tensor, wrap

Shape = tuple[int, ...]


def is_number(value: Any) -> bool:
    """Whether it is a Python number."""
    return isinstance(value, (int, float))


def broadcast_all(*values: Any) -> tuple[Any, ...]:
    """Numbers and tensors as tensors of one shape; ValueError for anything else. Numbers take the tensors' dtype."""
    if not all(isinstance(v, Tensor) or is_number(v) for v in values):
        raise ValueError("Input arguments must all be instances of Number or torch.Tensor")
    kind = next((v._array.dtype for v in values if isinstance(v, Tensor)), dtypes.default_numpy())
    if kind.kind != "f":
        kind = dtypes.default_numpy()
    given = [v if isinstance(v, Tensor) else wrap(np.asarray(v, kind)) for v in values]
    shape = broadcast_shapes(*[tuple(t.shape) for t in given])
    return tuple(t if tuple(t.shape) == shape else t.expand(shape) for t in given)


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape that all of them broadcast to; RuntimeError with the shapes where there is none."""
    try:
        return tuple(int(n) for n in np.broadcast_shapes(*shapes))
    except ValueError:
        raise RuntimeError(
            "Shape mismatch: objects cannot be broadcast to a single shape: " + ", ".join(str(list(s)) for s in shapes)
        ) from None


def full(like: Any, shape: Any, value: float = 0.0) -> Any:
    """A tensor of one number, in the dtype of `like`."""
    return wrap(np.full(tuple(shape), value, like._array.dtype))


def full_like(like: Any, value: float) -> Any:
    """A tensor of one number, in the shape and dtype of `like`."""
    return full(like, like.shape, value)


def standard_normal(shape: Any, like: Any) -> Any:
    """Normal numbers of mean 0 and deviation 1 in the dtype of `like`."""
    return random.normal(full(like, shape), full(like, shape, 1.0))


def logits_to_probs(logits: Any, is_binary: bool = False) -> Any:
    """Probabilities of log-odds (binary), or of unnormalised log probabilities in the last dimension."""
    return logits.sigmoid() if is_binary else logits.softmax(-1)


def clamp_probs(probs: Any) -> Any:
    """Probabilities at least eps away from 0 and 1."""
    eps = dtypes.finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs: Any, is_binary: bool = False) -> Any:
    """The inverse of `logits_to_probs`, for probabilities that are kept away from 0 and 1."""
    kept = clamp_probs(probs)
    return kept.log() - (-kept).log1p() if is_binary else kept.log()


def sum_rightmost(value: Any, dim: int) -> Any:
    """The sum over the last `dim` dimensions."""
    return value if dim == 0 else value.reshape(*value.shape[: value.ndim - dim], -1).sum(-1)


def xlogy(x: Any, y: Any) -> Any:
    """`x * log(y)`, 0 where x is 0."""
    return x * y.masked_fill((x == 0) & (y <= 0), 1.0).log()


class lazy_property:
    """A property computed with gradients on its first use and kept."""

    def __init__(self, wrapped: Callable[[Any], Any]) -> None:
        self.wrapped = wrapped
        self.__doc__ = wrapped.__doc__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        with mode.enable_grad():
            value = self.wrapped(instance)
        setattr(instance, self.wrapped.__name__, value)
        return value
