"""Adadelta (Zeiler, 2012, https://arxiv.org/abs/1212.5701)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.moments import decayed, running_square
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class Adadelta(Optimizer):
    """Steps in the ratio of the usual size of past steps to the usual size of gradients: no rate to tune.

    Zeiler, *ADADELTA: An Adaptive Learning Rate Method*, https://arxiv.org/abs/1212.5701. ValueError for an option out
    of its range.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"v_t = \rho v_{t-1} + (1 - \rho) g_t^2",
        r"\Delta_t = \frac{\sqrt{u_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\, g_t",
        r"u_t = \rho u_{t-1} + (1 - \rho) \Delta_t^2",
        r"\theta_t = \theta_{t-1} - \gamma \Delta_t",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        defaults = checked(
            lr=lr,
            rho=rho,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
            capturable=capturable,
            foreach=foreach,
            differentiable=differentiable,
        )
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        rho, eps = group["rho"], group["eps"]
        value, gradient = decayed(value, gradient, group)
        past = state["acc_delta"] if state else np.zeros_like(value)
        square = running_square(state.get("square_avg"), gradient, rho)
        delta = np.sqrt(past + eps) / np.sqrt(square + eps) * gradient
        state.update(step=state.get("step", 0) + 1, square_avg=square, acc_delta=running_square(past, delta, rho))
        after: Array = value - float(group["lr"]) * delta
        return after
