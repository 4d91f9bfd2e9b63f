"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from typing import Any

from autograd.optim.optimizer import Array, Optimizer, Params, checked


class SGD(Optimizer):
    """`value -= lr * gradient`; with momentum a running sum of gradients takes the gradient's place."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            checked(
                lr=lr,
                momentum=momentum,
                dampening=dampening,
                weight_decay=weight_decay,
                nesterov=nesterov,
                maximize=maximize,
            ),
        )

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        kind = value.dtype.type
        if group["weight_decay"]:
            gradient = gradient + kind(group["weight_decay"]) * value
        if group["momentum"]:
            held = state.get("momentum_buffer")
            if held is None:
                held = gradient.copy()
            else:
                held = kind(group["momentum"]) * held + kind(1 - group["dampening"]) * gradient
            state["momentum_buffer"] = held
            gradient = gradient + kind(group["momentum"]) * held if group["nesterov"] else held
        after: Array = value - kind(group["lr"]) * gradient
        return after
