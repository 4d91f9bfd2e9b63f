"""Gradients kept small: by their common norm, or each by its value. Fresh arrays: a tape may hold the old ones."""

from __future__ import annotations

import math
import types
import warnings
from typing import Any

import numpy as np

from autograd import recording
from autograd.tensor import Tensor, wrap

__all__ = ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


def _listed(tensors: Any) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Any) -> list[Tensor]:
    return [p._grad for p in _listed(parameters) if p._grad is not None]


def get_total_norm(
    tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None
) -> Tensor:
    """The norm of all tensors as if they were one; RuntimeError where it is not finite and `error_if_nonfinite`."""
    arrays = [t._array for t in _listed(tensors)]
    order = float(norm_type)
    if not arrays:
        return wrap(np.zeros((), np.float32))
    kind = np.result_type(*arrays).type
    norms = np.array([np.linalg.norm(a.ravel(), order) for a in arrays], kind)
    total = kind(np.linalg.norm(norms, order))
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {order} for gradients from `parameters` is non-finite, so it cannot be clipped. "
            "To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return wrap(total)


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Tensor, foreach: Any = None) -> None:
    """Scales all gradients by `max_norm / total_norm` where that makes them smaller."""
    total = total_norm._array
    kind = total.dtype.type
    # Not a number stays one: the gradients show that something went wrong.
    factor = np.minimum(kind(float(max_norm)) / (total + kind(1e-6)), kind(1.0))
    details = {"by": "clip_grad_norm_", "norm": float(total), "limit": float(max_norm), "factor": float(factor)}
    for p in _listed(parameters):
        if p._grad is not None:
            _put(p, np.asarray(p._grad._array * p._grad._array.dtype.type(factor)), details)


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None
) -> Tensor:
    """Scales all gradients so that their common norm is at most `max_norm`; the norm before."""
    owners = _listed(parameters)
    if not owners and isinstance(parameters, types.GeneratorType):
        warnings.warn("`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=2)
    total = get_total_norm(_gradients(owners), norm_type, error_if_nonfinite, foreach)
    clip_grads_with_norm_(owners, max_norm, total, foreach)
    return total


def clip_grad_norm(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None
) -> Tensor:
    """`clip_grad_norm_`, which is its name now."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.",
        FutureWarning,
        stacklevel=2,
    )
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


def clip_grad_value_(parameters: Any, clip_value: float, foreach: Any = None) -> None:
    """Keeps every gradient between -clip_value and clip_value."""
    limit = float(clip_value)
    for p in _listed(parameters):
        if p._grad is not None:
            after = np.clip(p._grad._array, -limit, limit)
            changed = np.count_nonzero(after != p._grad._array) if recording.current is not None else 0
            _put(p, after, {"by": "clip_grad_value_", "limit": limit, "changed": changed})


def _put(parameter: Tensor, after: Any, details: dict[str, Any]) -> None:
    """Makes `after` the gradient, and tells the recorder."""
    grad = parameter._grad
    assert grad is not None
    before, grad._array = grad._array, after
    if recording.current is not None:
        recording.current.adjust(parameter, before, after, details)
