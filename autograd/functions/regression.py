"""Losses of numbers against numbers: squared and absolute differences, and likelihoods of counts and of normals."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import mode
from autograd.function import Array, apply
from autograd.functions.common import constant_array
from autograd.functions.loss import REDUCTIONS, Difference, reduce_array, reduce_tensor, reduction_for, warn_shapes

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class MseLoss(Difference):
    __slots__ = ()
    op, backward_name = "mse_loss", "MseLossBackward0"
    formula = r"\tfrac{1}{N} \sum_i (\text{input}_i - \text{target}_i)^2"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{2g}{N} (\text{input} - \text{target})",
        "target": r"-\tfrac{2g}{N} (\text{input} - \text{target})",
    }

    def forward(self, input: Array, target: Array, reduction: str) -> Array:
        d = self.keep(input, target)
        return reduce_array(d * d, reduction)

    def slope(self, difference: Any) -> Any:
        return difference * 2


class SmoothL1Loss(Difference):
    __slots__ = ()
    op, backward_name = "smooth_l1_loss", "SmoothL1LossBackward0"
    formula = (
        r"|d| < \beta \mathbin{?} \tfrac{d^2}{2\beta} : |d| - \tfrac{\beta}{2}, \quad d = \text{input} - \text{target}"
    )
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N} \operatorname{clip}(d / \beta, -1, 1)",
        "target": r"-\tfrac{g}{N} \operatorname{clip}(d / \beta, -1, 1)",
    }

    def forward(self, input: Array, target: Array, reduction: str, beta: float) -> Array:
        d = np.abs(self.keep(input, target))
        b = d.dtype.type(beta)
        return reduce_array(np.where(d < b, d * d * d.dtype.type(0.5) / b, d - b / 2), reduction)

    def slope(self, difference: Any) -> Any:
        return (difference / self.options["beta"]).clip(-1, 1)


class HuberLoss(Difference):
    __slots__ = ()
    op, backward_name = "huber_loss", "HuberLossBackward0"
    formula = (
        r"|d| \le \delta \mathbin{?} \tfrac{d^2}{2} : \delta (|d| - \tfrac{\delta}{2}), "
        r"\quad d = \text{input} - \text{target}"
    )
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N} \operatorname{clip}(d, -\delta, \delta)",
        "target": r"-\tfrac{g}{N} \operatorname{clip}(d, -\delta, \delta)",
    }

    def forward(self, input: Array, target: Array, reduction: str, delta: float) -> Array:
        d = np.abs(self.keep(input, target))
        k = d.dtype.type(delta)
        return reduce_array(np.where(d <= k, d * d * d.dtype.type(0.5), k * (d - k / 2)), reduction)

    def slope(self, difference: Any) -> Any:
        return difference.clip(-self.options["delta"], self.options["delta"])


def _weighted(losses: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """The losses times `weight`, of their shape; the mean is over the weights."""
    if weight.shape != losses.shape:
        raise ValueError(f"Inputs and weights must have the same size: {losses.size()} and {weight.size()}.")
    weighted = losses * weight
    return weighted.sum() / weight.sum() if reduction == "mean" else reduce_tensor(weighted, reduction)


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean of squared differences; with `weight` a weighted one. Shapes that differ broadcast, with a warning."""
    warn_shapes(input, target)
    reduction = reduction_for(reduction, size_average, reduce)
    if weight is not None:
        return _weighted((input - target) ** 2, weight, reduction)
    return apply(MseLoss, input, target, reduction=reduction)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean of absolute differences; with `weight` a weighted one. Shapes that differ broadcast, with a warning."""
    warn_shapes(input, target)
    reduction = reduction_for(reduction, size_average, reduce)
    losses = (input - target).abs()
    return reduce_tensor(losses, reduction) if weight is None else _weighted(losses, weight, reduction)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Squared below `beta`, absolute above (Girshick, 2015); `l1_loss` for `beta` 0. RuntimeError below."""
    warn_shapes(input, target)
    reduction = reduction_for(reduction, size_average, reduce)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss does not support negative values for beta, got {beta}.")
    if beta == 0:
        return reduce_tensor((input - target).abs(), reduction)
    return apply(SmoothL1Loss, input, target, reduction=reduction, beta=beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """Squared up to `delta`, `delta` times the absolute beyond (Huber, 1964). RuntimeError for `delta` not above 0."""
    warn_shapes(input, target)
    reduction = reduction_for(reduction)
    if delta <= 0:
        raise RuntimeError(f"huber_loss does not support non-positive values for delta, got {delta}.")
    if weight is None:
        return apply(HuberLoss, input, target, reduction=reduction, delta=delta)
    losses = apply(HuberLoss, input, target, reduction="none", delta=delta)
    if weight.shape != losses.shape:
        raise ValueError(f"Inputs and weights must have the same size: {losses.size()} and {weight.size()}.")
    return reduce_tensor(losses * weight, reduction)  # PyTorch's mean is over the elements here


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: Any = None,
    eps: float = 1e-8,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the log likelihood of counts `target` under a Poisson law of rate `exp(input)`, or `input` itself.

    `full` adds Stirling's approximation of `log(target!)` where the target is above 1.
    """
    reduction = reduction_for(reduction, size_average, reduce)
    losses = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        with np.errstate(divide="ignore", invalid="ignore"):
            stirling = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        losses = losses + stirling.masked_fill(target <= 1, 0)
    return reduce_tensor(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """Minus the log likelihood of `target` under a normal law of mean `input` and variance `var`, at least `eps`.

    `var` is a number, has the shape of `input`, or lacks its last dimension, or has 1 in one (ValueError otherwise,
    and for a negative variance). `full` adds the constant term.
    """
    if isinstance(var, (int, float)):
        var = constant_array(np.full_like(input._array, var))
    if (var._array < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.shape != input.shape:
        if input.shape[:-1] == var.shape:
            var = var.unsqueeze(-1)
        elif input.ndim != var.ndim or sum(b for a, b in zip(input.shape, var.shape, strict=True) if a != b) != 1:
            raise ValueError(f"var is of incorrect size: {var.size()} for an input of {input.size()}")
    if reduction not in REDUCTIONS:
        raise ValueError(f"{reduction} is not valid")
    var = var.clone()
    with mode.no_grad():
        var.clamp_(min=eps)  # the gradient goes past this, as in PyTorch
    losses = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return reduce_tensor(losses, reduction)
