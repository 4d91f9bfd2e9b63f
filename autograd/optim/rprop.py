"""Rprop (Riedmiller and Braun, 1993, https://doi.org/10.1109/ICNN.1993.298623)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.optim.optimizer import Array, Optimizer, Params, checked


class Rprop(Optimizer):
    """Steps by the gradient's sign alone, each element with a size of its own that grows while the sign holds.

    Riedmiller and Braun, *A direct adaptive method for faster backpropagation learning: the RPROP algorithm*,
    https://doi.org/10.1109/ICNN.1993.298623. ValueError for an option out of its range.
    """

    counters = ("step",)
    formula: ClassVar[list[str]] = [
        r"\eta_t = \begin{cases} \eta_{t-1} \eta_+ & g_{t-1} g_t > 0 \\ \eta_{t-1} \eta_- & g_{t-1} g_t < 0 \\"
        r" \eta_{t-1} & \text{else} \end{cases}\ \text{within}\ [\Gamma_{\min}, \Gamma_{\max}]",
        r"g_t \leftarrow 0\ \text{where}\ g_{t-1} g_t < 0",
        r"\theta_t = \theta_{t-1} - \eta_t\, \mathrm{sign}(g_t)",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = checked(
            lr=lr,
            etas=etas,
            step_sizes=step_sizes,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            capturable=capturable,
        )
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, defaults)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """See `Optimizer.update`."""
        (smaller, larger), (low, high) = group["etas"], group["step_sizes"]
        kind = value.dtype
        before = state["prev"] if state else np.zeros_like(value)
        size = state["step_size"] if state else np.full_like(value, float(group["lr"]))
        sign = gradient * before
        factor = np.where(sign > 0, larger, np.where(sign < 0, smaller, 1.0)).astype(kind)
        size = np.clip(size * factor, kind.type(low), kind.type(high))
        gradient = np.where(sign < 0, kind.type(0), gradient)
        state.update(step=state.get("step", 0) + 1, prev=gradient, step_size=size)
        after: Array = value - np.sign(gradient) * size
        return after
