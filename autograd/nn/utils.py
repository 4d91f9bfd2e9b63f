"""Gradient clipping, and parameters as one vector."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.functions.joining import cat
from autograd.nn import packing as rnn
from autograd.tensor import Tensor, wrap

__all__ = ["clip_grad_norm_", "clip_grad_value_", "parameters_to_vector", "rnn", "vector_to_parameters"]


def _gradients(parameters: Any) -> list[Tensor]:
    owners = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p._grad for p in owners if p._grad is not None]


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None
) -> Tensor:
    """Scales all gradients so that their common norm is at most `max_norm`; the norm before. Fresh arrays."""
    gradients = _gradients(parameters)
    if not gradients:
        return wrap(np.float32(0))
    kind = gradients[0]._array.dtype.type
    norms = np.array([np.linalg.norm(g._array.ravel(), norm_type) for g in gradients], kind)
    total = kind(np.linalg.norm(norms, norm_type))
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(f"The total norm of order {norm_type} for gradients is non-finite, so it cannot be clipped.")
    factor = min(kind(max_norm) / (total + kind(1e-6)), kind(1.0))
    for g in gradients:
        g._array = np.asarray(g._array * factor)
    return wrap(total)


def clip_grad_value_(parameters: Any, clip_value: float, foreach: Any = None) -> None:
    """Keeps every gradient between -clip_value and clip_value. Fresh arrays."""
    for g in _gradients(parameters):
        g._array = np.clip(g._array, -clip_value, clip_value)


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters one after another."""
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """The opposite of `parameters_to_vector`."""
    start = 0
    for p in parameters:
        p.data = vec[start : start + p.numel()].reshape(p.shape).data
        start += p.numel()
