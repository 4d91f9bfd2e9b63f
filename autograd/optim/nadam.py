"""NAdam (Dozat, 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.optim.moments import decayed, running_mean, running_square
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class NAdam(Optimizer):
    """Adam that looks ahead as Nesterov's momentum does.

    Dozat, *Incorporating Nesterov Momentum into Adam*, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ.
    ValueError for an option out of its range.
    """

    counters = ("step", "mu_product")
    formula: ClassVar[list[str]] = [
        r"\mu_t = \beta_1 (1 - \tfrac12\, 0.96^{t \psi})",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
        r"\hat m_t = \frac{\mu_{t+1} m_t}{1 - \prod_{i=1}^{t+1} \mu_i}"
        r" + \frac{(1 - \mu_t) g_t}{1 - \prod_{i=1}^{t} \mu_i}",
        r"\theta_t = \theta_{t-1} - \gamma \frac{\hat m_t}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
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
            momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            differentiable=differentiable,
        )
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        lr, (beta1, beta2), decay = float(group["lr"]), group["betas"], group["momentum_decay"]
        step = state.get("step", 0) + 1
        value, gradient = decayed(value, gradient, group)
        now = beta1 * (1.0 - 0.5 * 0.96 ** (step * decay))
        then = beta1 * (1.0 - 0.5 * 0.96 ** ((step + 1) * decay))
        # PyTorch keeps this product as a tensor of the default dtype.
        rounded = dtypes.default_numpy().type
        product = float(rounded(state.get("mu_product", 1.0)) * rounded(now))
        mean = running_mean(state.get("exp_avg"), gradient, beta1)
        square = running_square(state.get("exp_avg_sq"), gradient, beta2)
        state.update(step=step, mu_product=product, exp_avg=mean, exp_avg_sq=square)
        scale = np.sqrt(square / (1 - beta2**step)) + group["eps"]
        value = value + -lr * (1.0 - now) / (1.0 - product) * gradient / scale
        after: Array = value + -lr * then / (1.0 - product * then) * mean / scale
        return after
