"""Adam (Kingma and Ba, 2014)."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from autograd.optim.moments import move_mean, running_mean
from autograd.optim.optimizer import Array, Optimizer, Params, checked
from autograd.tensor import Tensor, memory_of


class Adam(Optimizer):
    """Steps by running means of the gradient and of its square.

    Kingma and Ba, *Adam: A Method for Stochastic Optimization*, https://arxiv.org/abs/1412.6980; `amsgrad`: Reddi, Kale
    and Kumar, https://openreview.net/forum?id=ryQu7f-RZ. ValueError for an option out of its range.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
        r"\theta_t = \theta_{t-1} - \frac{\gamma}{1 - \beta_1^t} \frac{m_t}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}",
    ]

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
        if not all(isinstance(beta, float) for beta in betas) and not all(isinstance(beta, Tensor) for beta in betas):
            raise ValueError("betas must be either both floats or both Tensors")
        betas = (float(betas[0]), float(betas[1]))
        super().__init__(
            params,
            checked(
                lr=lr,
                betas=betas,
                eps=eps,
                weight_decay=weight_decay,
                amsgrad=amsgrad,
                maximize=maximize,
                foreach=foreach,
                capturable=capturable,
                differentiable=differentiable,
                fused=fused,
                decoupled_weight_decay=decoupled_weight_decay,
            ),
        )

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`. The arithmetic and its order are PyTorch's."""
        kind = value.dtype.type
        lr, (beta1, beta2), decay = float(group["lr"]), group["betas"], group["weight_decay"]
        if decay:
            if group["decoupled_weight_decay"]:
                value = value * kind(1 - lr * decay)
            else:
                gradient = gradient + kind(decay) * value
        step = state.get("step", 0) + 1
        mean = state.get("exp_avg")
        square = state["exp_avg_sq"] if "exp_avg_sq" in state else np.zeros_like(value)
        mean = running_mean(mean, gradient, beta1)
        square = kind(beta2) * square + kind(1 - beta2) * (gradient * gradient)
        state.update(step=step, exp_avg=mean, exp_avg_sq=square)
        if group["amsgrad"]:
            square = np.maximum(state["max_exp_avg_sq"], square) if "max_exp_avg_sq" in state else square
            state["max_exp_avg_sq"] = square
        size = lr / (1 - beta1**step)
        scale = np.sqrt(square) / kind(math.sqrt(1 - beta2**step)) + kind(group["eps"])
        after: Array = value - kind(size) * (mean / scale)
        return after

    def write(self, group: dict[str, Any]) -> bool:
        """`update` in place, for the options most used."""
        lr, (beta1, beta2), decay = float(group["lr"]), group["betas"], group["weight_decay"]
        if group["amsgrad"] or group["maximize"] or (decay and not group["decoupled_weight_decay"]):
            return False
        for p in group["params"]:
            if p._grad is None:
                continue
            value, gradient, state = p._array, p._grad._array, self.state[p]
            if not state:
                state.update(step=0, exp_avg=np.zeros_like(value), exp_avg_sq=np.zeros_like(value))
            room = self.scratch(value)
            if decay:
                np.multiply(value, 1 - lr * decay, out=value)
            step = state["step"] = state["step"] + 1
            mean, square = state["exp_avg"], state["exp_avg_sq"]
            move_mean(mean, gradient, beta1, room)
            np.multiply(gradient, gradient, out=room)
            np.multiply(room, 1 - beta2, out=room)
            np.multiply(square, beta2, out=square)
            np.add(square, room, out=square)
            np.sqrt(square, out=room)
            np.divide(room, math.sqrt(1 - beta2**step), out=room)
            np.add(room, group["eps"], out=room)
            np.divide(mean, room, out=room)
            np.multiply(room, lr / (1 - beta1**step), out=room)
            np.subtract(value, room, out=value)
            memory_of(p).write()
        return True
