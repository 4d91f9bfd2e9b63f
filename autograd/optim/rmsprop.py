"""RMSprop (Hinton's lecture 6, 2012; centered: Graves, 2013, https://arxiv.org/abs/1308.0850)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.moments import decayed, running_mean, running_square
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class RMSprop(Optimizer):
    """Divides each step by the root of the running mean of squared gradients; `centered`, by their deviation.

    Tieleman and Hinton, *Neural Networks for Machine Learning*, lecture 6.5, 2012; the centered variant: Graves,
    *Generating Sequences With Recurrent Neural Networks*, https://arxiv.org/abs/1308.0850. ValueError for an option out
    of its range.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"v_t = \alpha v_{t-1} + (1 - \alpha) g_t^2",
        r"\bar g_t = \alpha \bar g_{t-1} + (1 - \alpha) g_t",
        r"\tilde v_t = v_t - \bar g_t^2\ \text{if centered, else}\ v_t",
        r"b_t = \mu b_{t-1} + \frac{g_t}{\sqrt{\tilde v_t} + \epsilon}",
        r"\theta_t = \theta_{t-1} - \gamma b_t",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        if not alpha >= 0.0:
            raise ValueError(f"Invalid alpha value: {alpha}")
        defaults = checked(
            lr=lr,
            momentum=momentum,
            alpha=alpha,
            eps=eps,
            centered=centered,
            weight_decay=weight_decay,
            capturable=capturable,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
        )
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        lr, alpha = float(group["lr"]), group["alpha"]
        value, gradient = decayed(value, gradient, group)
        spread = square = running_square(state.get("square_avg"), gradient, alpha)
        state.update(step=state.get("step", 0) + 1, square_avg=square)
        if group["centered"]:
            mean = running_mean(state.get("grad_avg"), gradient, alpha)
            state["grad_avg"] = mean
            spread = square - mean * mean
        scale = np.sqrt(spread) + group["eps"]
        if group["momentum"] > 0:
            held = state["momentum_buffer"] * group["momentum"] if "momentum_buffer" in state else np.zeros_like(value)
            state["momentum_buffer"] = held = held + gradient / scale
            after: Array = value - lr * held
        else:
            after = value - lr * gradient / scale
        return after
