"""RAdam (Liu et al., 2019, https://arxiv.org/abs/1908.03265)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.moments import decayed, running_mean, running_square
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class RAdam(Optimizer):
    """Adam that adapts only once its estimate of the variance can be trusted; before, steps by the mean alone.

    Liu et al., *On the Variance of the Adaptive Learning Rate and Beyond*, https://arxiv.org/abs/1908.03265. ValueError
    for an option out of its range.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
        r"\rho_\infty = 2 / (1 - \beta_2) - 1,\quad \rho_t = \rho_\infty - 2 t \beta_2^t / (1 - \beta_2^t)",
        r"r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}}",
        r"\theta_t = \theta_{t-1} - \gamma \frac{m_t}{1 - \beta_1^t} \cdot"
        r" \begin{cases} r_t \frac{\sqrt{1 - \beta_2^t}}{\sqrt{v_t} + \epsilon} & \rho_t > 5 \\"
        r" 1 & \text{else} \end{cases}",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = checked(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            decoupled_weight_decay=decoupled_weight_decay,
            differentiable=differentiable,
        )
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        beta1, beta2 = group["betas"]
        step = state.get("step", 0) + 1
        value, gradient = decayed(value, gradient, group)
        mean = running_mean(state.get("exp_avg"), gradient, beta1)
        square = running_square(state.get("exp_avg_sq"), gradient, beta2)
        state.update(step=step, exp_avg=mean, exp_avg_sq=square)
        correction = 1 - beta2**step
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * step * beta2**step / correction
        change = mean / (1 - beta1**step) * float(group["lr"])
        if length > 5.0:
            trust = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
            change = change * (correction**0.5 / (np.sqrt(square) + group["eps"])) * trust
        after: Array = value - change
        return after
