"""Adam (Kingma and Ba, 2014)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.optim.optimizer import Array, Optimizer, Params, checked


class Adam(Optimizer):
    """Steps by running means of the gradient and of its square."""

    decoupled = False

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(
            params,
            checked(
                lr=lr,
                betas=betas,
                eps=eps,
                weight_decay=weight_decay,
                amsgrad=amsgrad,
                maximize=maximize,
                decoupled_weight_decay=decoupled_weight_decay or self.decoupled,
            ),
        )

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`. The arithmetic and its order are PyTorch's."""
        kind = value.dtype.type
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
        if decay:
            if group["decoupled_weight_decay"]:
                value = value * kind(1 - lr * decay)
            else:
                gradient = gradient + kind(decay) * value
        step = state.get("step", 0) + 1
        mean = state["exp_avg"] if "exp_avg" in state else np.zeros_like(value)
        square = state["exp_avg_sq"] if "exp_avg_sq" in state else np.zeros_like(value)
        mean = mean + kind(1 - beta1) * (gradient - mean)
        square = kind(beta2) * square + kind(1 - beta2) * (gradient * gradient)
        state.update(step=step, exp_avg=mean, exp_avg_sq=square)
        if group["amsgrad"]:
            square = np.maximum(state["max_exp_avg_sq"], square) if "max_exp_avg_sq" in state else square
            state["max_exp_avg_sq"] = square
        size = lr / (1 - beta1**step)
        scale = np.sqrt(square) / kind(math.sqrt(1 - beta2**step)) + kind(group["eps"])
        after: Array = value - kind(size) * (mean / scale)
        return after
