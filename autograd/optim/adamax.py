"""Adamax (Kingma and Ba, 2014, https://arxiv.org/abs/1412.6980, section 7.1)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.moments import decayed, running_mean
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class Adamax(Optimizer):
    """Adam with the largest recent gradient in place of the root of the mean square.

    Kingma and Ba, *Adam: A Method for Stochastic Optimization*, section 7.1, https://arxiv.org/abs/1412.6980.
    ValueError for an option out of its range.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"u_t = \max(\beta_2 u_{t-1},\ |g_t| + \epsilon)",
        r"\theta_t = \theta_{t-1} - \frac{\gamma}{1 - \beta_1^t} \frac{m_t}{u_t}",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        defaults = checked(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            capturable=capturable,
        )
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        beta1, beta2 = group["betas"]
        value, gradient = decayed(value, gradient, group)
        step = state.get("step", 0) + 1
        mean = running_mean(state.get("exp_avg"), gradient, beta1)
        size = np.abs(gradient) + group["eps"]
        if "exp_inf" in state:
            size = np.maximum(state["exp_inf"] * beta2, size)
        state.update(step=step, exp_avg=mean, exp_inf=size)
        after: Array = value - float(group["lr"]) / (1 - beta1**step) * mean / size
        return after
