"""AdamW (Loshchilov and Hutter, 2017): Adam with weight decay apart from the gradient."""

from __future__ import annotations

from typing import ClassVar

from autograd.optim.adam import Adam
from autograd.optim.optimizer import Params


class AdamW(Adam):
    """Adam whose weight decay shrinks the value directly.

    Loshchilov and Hutter, *Decoupled Weight Decay Regularization*, https://arxiv.org/abs/1711.05101.
    """

    formula: ClassVar[list[str]] = [
        r"\theta_{t-1} \leftarrow (1 - \gamma \lambda) \theta_{t-1}",
        *Adam.formula,
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
