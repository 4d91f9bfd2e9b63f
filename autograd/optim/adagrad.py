"""Adagrad (Duchi, Hazan and Singer, 2011, https://jmlr.org/papers/v12/duchi11a.html)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.moments import decayed
from autograd.optim.optimizer import Array, Optimizer, Params, checked


class Adagrad(Optimizer):
    """Divides each step by the root of the sum of all squared gradients so far, so that rare features keep large steps.

    Duchi, Hazan and Singer, *Adaptive Subgradient Methods*, https://jmlr.org/papers/v12/duchi11a.html. ValueError for
    an option out of its range; RuntimeError for `fused` along with `foreach` or `differentiable`.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"\tilde\gamma = \gamma / (1 + (t - 1) \eta)",
        r"s_t = s_{t-1} + g_t^2",
        r"\theta_t = \theta_{t-1} - \tilde\gamma \frac{g_t}{\sqrt{s_t} + \epsilon}",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        defaults = checked(
            lr=lr,
            lr_decay=lr_decay,
            eps=eps,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            fused=fused,
        )
        super().__init__(params, defaults)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = self._fresh(p._array)

    def _fresh(self, value: Array) -> dict[str, Any]:
        return {"step": 0, "sum": np.full_like(value, self.defaults["initial_accumulator_value"])}

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        if not state:
            state.update(self._fresh(value))
        value, gradient = decayed(value, gradient, group)
        rate = float(group["lr"]) / (1 + state["step"] * group["lr_decay"])
        total = state["sum"] + gradient * gradient
        state.update(step=state["step"] + 1, sum=total)
        after: Array = value - rate * gradient / (np.sqrt(total) + group["eps"])
        return after
