"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.optimizer import Array, Optimizer, Params, checked
from autograd.tensor import memory_of


class SGD(Optimizer):
    """`value -= lr * gradient`; with momentum a running sum of gradients takes the gradient's place.

    Robbins and Monro, *A Stochastic Approximation Method*, https://doi.org/10.1214/aoms/1177729586; momentum as in
    Sutskever et al., *On the importance of initialization and momentum in deep learning*, 2013. ValueError for an
    option out of its range.
    """

    formula: ClassVar[list[str]] = [
        r"b_t = \mu b_{t-1} + (1 - \tau) g_t,\quad b_1 = g_1",
        r"\tilde g_t = g_t + \mu b_t\ \text{(Nesterov), else}\ b_t",
        r"\theta_t = \theta_{t-1} - \gamma \tilde g_t",
    ]

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
                foreach=foreach,
                differentiable=differentiable,
                fused=fused,
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

    def write(self, group: dict[str, Any]) -> bool:
        """`update` in place, for the options most used."""
        if group["weight_decay"] or group["nesterov"] or group["maximize"]:
            return False
        lr, momentum, rest = float(group["lr"]), group["momentum"], 1 - group["dampening"]
        for p in group["params"]:
            if p._grad is None:
                continue
            value, gradient = p._array, p._grad._array
            room = self.scratch(value)
            if momentum:
                state = self.state[p]
                held = state.get("momentum_buffer")
                if held is None:
                    state["momentum_buffer"] = held = gradient.copy()
                else:
                    np.multiply(held, momentum, out=held)
                    held += gradient if rest == 1 else np.multiply(gradient, rest, out=room)
                gradient = held
            np.multiply(gradient, lr, out=room)
            np.subtract(value, room, out=value)
            memory_of(p).write()
        return True
