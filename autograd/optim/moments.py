"""Running means of a gradient and of its square, as the adaptive optimizers keep them, rounded as PyTorch rounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.optim.optimizer import Array


def running_mean(mean: Array | None, gradient: Array, beta: float) -> Array:
    """beta * mean + (1 - beta) * gradient, by PyTorch's `lerp` (which takes the nearer end as its base)."""
    weight = 1 - beta
    if mean is None:
        mean = np.zeros_like(gradient)
    if weight < 0.5:
        after: Array = mean + weight * (gradient - mean)
    else:
        after = gradient - (gradient - mean) * (1 - weight)
    return after


def move_mean(mean: Array, gradient: Array, beta: float, room: Array) -> None:
    """`running_mean`, written into `mean`; `room` is overwritten."""
    weight = 1 - beta
    np.subtract(gradient, mean, out=room)
    if weight < 0.5:
        np.multiply(room, weight, out=room)
        np.add(mean, room, out=mean)
    else:
        np.multiply(room, 1 - weight, out=room)
        np.subtract(gradient, room, out=mean)


def running_square(square: Array | None, gradient: Array, beta: float) -> Array:
    """beta * square + (1 - beta) * gradient²."""
    fresh: Array = (1 - beta) * gradient * gradient
    return fresh if square is None else beta * square + fresh


def decayed(value: Array, gradient: Array, group: dict[str, Any]) -> tuple[Array, Array]:
    """Value and gradient after weight decay: apart from the gradient where it is decoupled, else within it."""
    decay = group["weight_decay"]
    if not decay:
        return value, gradient
    if group.get("decoupled_weight_decay"):
        return value * (1 - float(group["lr"]) * decay), gradient
    return value, gradient + decay * value
