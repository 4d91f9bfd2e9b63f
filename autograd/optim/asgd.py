"""Averaged stochastic gradient descent (Polyak and Juditsky, 1992, https://doi.org/10.1137/0330046)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.optim.moments import decayed
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class ASGD(Optimizer):
    """Descends with a shrinking rate and keeps the average of the values from step `t0` on (`state[p]["ax"]`).

    Polyak and Juditsky, *Acceleration of Stochastic Approximation by Averaging*, https://doi.org/10.1137/0330046.
    ValueError for a negative `lr` or `weight_decay`.
    """

    counters = ("step", "eta", "mu")
    formula: ClassVar[list[str]] = [
        r"\theta_t = (1 - \lambda \eta_{t-1}) \theta_{t-1} - \eta_{t-1} g_t",
        r"a_t = a_{t-1} + \mu_{t-1} (\theta_t - a_{t-1})",
        r"\eta_t = \gamma / (1 + \lambda \gamma t)^\alpha,\quad \mu_t = 1 / \max(1, t - t_0)",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        defaults = checked(
            lr=lr,
            lambd=lambd,
            alpha=alpha,
            t0=t0,
            weight_decay=weight_decay,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            capturable=capturable,
        )
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        lr, lambd = float(group["lr"]), group["lambd"]
        step = state.get("step", 0) + 1
        value, gradient = decayed(value, gradient, group)
        # PyTorch keeps eta and mu as tensors of the default dtype, also from step to step.
        rounded = dtypes.default_numpy().type
        eta, mu = state.get("eta", float(rounded(lr))), state.get("mu", 1.0)
        after: Array = value * (1 - lambd * eta) - eta * gradient
        average = state["ax"] if state else np.zeros_like(value)
        state.update(
            step=step,
            eta=float(rounded(lr / (1 + lambd * lr * step) ** group["alpha"])),
            mu=float(rounded(1 / max(1, step - group["t0"]))),
            ax=after if mu == 1 else average + (after - average) * mu,
        )
        return after
