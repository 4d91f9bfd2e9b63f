"""Losses, each one node where PyTorch's graph has one; cross_entropy is log_softmax and nll_loss."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.activation import log_softmax, sigmoid_array
from autograd.functions.common import sum_to, unbroadcast

if TYPE_CHECKING:
    from autograd.tensor import Tensor

REDUCTIONS = ("mean", "sum", "none")


def _reduce(losses: Array, reduction: str) -> Array:
    if reduction == "none":
        return losses
    total = np.add.reduce(losses, axis=None)
    return total / losses.dtype.type(losses.size) if reduction == "mean" else total


def _scale(gradient: Array, size: int, reduction: str) -> Array:
    return gradient / gradient.dtype.type(size) if reduction == "mean" else gradient


class NllLoss(Function):
    __slots__ = ("dimensions",)
    op, backward_name = "nll_loss", "NllLossBackward0"
    arguments = ("input", "target", "weight")
    saves = ("input", "target", "weight")
    formula = r"-\tfrac{1}{N} \sum_n \text{input}_{n,\, \text{target}_n}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"-\tfrac{g}{N} \text{ at } (n, \text{target}_n), \text{ else } 0"
    }

    def name(self) -> str:
        return self.backward_name if self.dimensions <= 2 else "NllLoss2DBackward0"

    def forward(self, input: Array, target: Array, weight: Array | None, reduction: str, ignore_index: int) -> Array:
        self.dimensions = input.ndim
        classes = input.shape[min(1, input.ndim - 1)]
        if input.ndim == 2 and weight is None and reduction == "mean" and len(target) and not _outside(target, classes):
            # The common case: every target is a class and counts alike.
            place = _rows(len(target)), target
            self.saved = input.shape, place, 1.0, len(target)
            return np.add.reduce(input[place]) * input.dtype.type(-1 / len(target))
        counted = target != ignore_index
        wrong = counted & ((target < 0) | (target >= classes))
        if wrong.any():
            raise IndexError(f"Target {int(np.asarray(target)[wrong].flat[0])} is out of bounds for {classes} classes.")
        place = _class_places(np.where(counted, target, 0), input.ndim)
        weights = (
            counted.astype(input.dtype)
            if weight is None
            else np.where(counted, weight[place[min(1, input.ndim - 1)]], 0)
        )
        losses = -input[place] * weights
        total = weights.sum() if reduction == "mean" else None
        self.saved = input.shape, place, weights, total
        if reduction == "none":
            return np.asarray(losses)
        value = np.add.reduce(losses, axis=None)
        with np.errstate(invalid="ignore", divide="ignore"):
            return value if total is None else value / total

    def backward(self, gradient: Array) -> Shares:
        shape, place, weights, total = self.saved
        share = np.zeros(shape, gradient.dtype)
        with np.errstate(invalid="ignore", divide="ignore"):
            share[place] = -weights * (gradient if total is None else gradient / total)
        return share, None, None


def _outside(target: Array, classes: int) -> bool:
    """Whether any target is no class; a negative one is huge when read as unsigned."""
    return bool((target.view(f"u{target.itemsize}") >= classes).any())


@lru_cache(maxsize=64)
def _rows(size: int) -> Array:
    rows = np.arange(size)
    rows.flags.writeable = False
    return rows


def _class_places(target: Array, ndim: int) -> tuple[Any, ...]:
    """The index of numpy that picks each target's class: dimension 1, or 0 of a single sample."""
    if ndim == 1:
        return (target,)
    grid = list(np.ogrid[tuple(slice(n) for n in target.shape)])
    return (grid[0], target, *grid[1:])


class CrossEntropyOfProbabilities(Function):
    """The loss against class probabilities. PyTorch composes it; the picture shows the one step after log_softmax."""

    __slots__ = ()
    op, backward_name = "cross_entropy", "DivBackward1"
    arguments = ("input", "target", "weight")
    saves = ("input", "target")
    formula = r"-\tfrac{1}{N} \sum_{n,c} \text{target}_{n,c} \cdot \text{input}_{n,c}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"-\tfrac{g}{N} \cdot \text{target}",
        "target": r"-\tfrac{g}{N} \cdot \text{input}",
    }

    def forward(self, input: Array, target: Array, weight: Array | None, reduction: str) -> Array:
        dim = min(1, input.ndim - 1)
        scale = None
        if weight is not None:
            scale = weight.reshape((-1,) + (1,) * (input.ndim - dim - 1))
        self.saved = input, target, scale
        losses = -np.add.reduce(input * target if scale is None else input * target * scale, axis=dim)
        return _reduce(np.asarray(losses), reduction)

    def backward(self, gradient: Array) -> Shares:
        x, target, scale = self.saved
        dim = min(1, x.ndim - 1)
        g = -_scale(gradient, x.size // x.shape[dim], self.options["reduction"])
        g = np.expand_dims(g, dim) if g.ndim else g
        g = g if scale is None else g * scale
        return g * target if self.needs(0) else None, g * x if self.needs(1) else None, None


class _Difference(Function):
    """A loss of input minus target."""

    __slots__ = ()
    arguments = ("input", "target")
    saves = ("input", "target")

    def keep(self, input: Array, target: Array) -> Array:
        """The difference, in the promoted type."""
        difference = input - target
        self.saved = input.shape, target.shape, difference
        return difference

    def give(self, slope: Array, gradient: Array) -> Shares:
        """The shares of input and target, from the slope of one element's loss."""
        shape, target_shape, difference = self.saved
        share = _scale(gradient, difference.size, self.options["reduction"]) * slope
        return (
            unbroadcast(share, shape) if self.needs(0) else None,
            unbroadcast(-share, target_shape) if self.needs(1) else None,
        )


class MseLoss(_Difference):
    __slots__ = ()
    op, backward_name = "mse_loss", "MseLossBackward0"
    formula = r"\tfrac{1}{N} \sum_i (\text{input}_i - \text{target}_i)^2"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{2g}{N} (\text{input} - \text{target})",
        "target": r"-\tfrac{2g}{N} (\text{input} - \text{target})",
    }

    def forward(self, input: Array, target: Array, reduction: str) -> Array:
        d = self.keep(input, target)
        return _reduce(d * d, reduction)

    def backward(self, gradient: Array) -> Shares:
        return self.give(2 * self.saved[2], gradient)

    def differentiate(self, gradient: Tensor) -> Any:
        input, target = self.inputs
        share = (input - target) * 2 * gradient
        if self.options["reduction"] == "mean":
            share = share / self.saved[2].size
        return (
            sum_to(share, input.shape) if self.needs(0) else None,
            sum_to(-share, target.shape) if self.needs(1) else None,
        )


class L1Loss(_Difference):
    __slots__ = ()
    op, backward_name = "l1_loss", "MeanBackward0"
    formula = r"\tfrac{1}{N} \sum_i |\text{input}_i - \text{target}_i|"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N} \operatorname{sign}(\text{input} - \text{target})",
        "target": r"-\tfrac{g}{N} \operatorname{sign}(\text{input} - \text{target})",
    }

    def name(self) -> str:
        return {"mean": "MeanBackward0", "sum": "SumBackward0", "none": "AbsBackward0"}[self.options["reduction"]]

    def forward(self, input: Array, target: Array, reduction: str) -> Array:
        return _reduce(np.abs(self.keep(input, target)), reduction)

    def backward(self, gradient: Array) -> Shares:
        return self.give(np.sign(self.saved[2]), gradient)


class SmoothL1Loss(_Difference):
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
        return _reduce(np.where(d < b, d * d * d.dtype.type(0.5) / b, d - b / 2), reduction)

    def backward(self, gradient: Array) -> Shares:
        d = self.saved[2]
        return self.give(np.clip(d / d.dtype.type(self.options["beta"]), -1, 1), gradient)


class HuberLoss(_Difference):
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
        return _reduce(np.where(d <= k, d * d * d.dtype.type(0.5), k * (d - k / 2)), reduction)

    def backward(self, gradient: Array) -> Shares:
        return self.give(np.clip(self.saved[2], -self.options["delta"], self.options["delta"]), gradient)


class BinaryCrossEntropy(Function):
    __slots__ = ()
    op, backward_name = "binary_cross_entropy", "BinaryCrossEntropyBackward0"
    arguments = ("input", "target", "weight")
    saves = ("input", "target", "weight")
    formula = r"-\tfrac{1}{N} \sum_i t_i \ln x_i + (1 - t_i) \ln(1 - x_i)"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\tfrac{g}{N} \cdot \frac{x - t}{x (1 - x)}"}

    def forward(self, input: Array, target: Array, weight: Array | None, reduction: str) -> Array:
        if input.size and (input.min() < 0 or input.max() > 1):
            raise RuntimeError("all elements of input should be between 0 and 1")
        self.saved = input, target, weight
        # PyTorch keeps the logarithms above -100, so that the loss stays finite at 0 and 1.
        with np.errstate(divide="ignore"):
            first, second = np.maximum(np.log(input), -100), np.maximum(np.log1p(-input), -100)
        losses = (target - 1) * second - target * first
        return _reduce(losses if weight is None else losses * weight, reduction)

    def backward(self, gradient: Array) -> Shares:
        x, t, weight = self.saved
        g = _scale(gradient, x.size, self.options["reduction"])
        share = g * (x - t) / np.maximum((1 - x) * x, x.dtype.type(1e-12))
        return share if weight is None else share * weight, None, None


class BinaryCrossEntropyWithLogits(Function):
    __slots__ = ()
    op, backward_name = "binary_cross_entropy_with_logits", "BinaryCrossEntropyWithLogitsBackward0"
    arguments = ("input", "target", "weight", "pos_weight")
    saves = ("input", "target", "weight", "pos_weight")
    formula = r"-\tfrac{1}{N} \sum_i t_i \ln \sigma(x_i) + (1 - t_i) \ln(1 - \sigma(x_i))"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N} \cdot (\sigma(x) - t)",
        "target": r"-\tfrac{g}{N} \cdot x",
    }

    def forward(
        self, input: Array, target: Array, weight: Array | None, pos_weight: Array | None, reduction: str
    ) -> Array:
        self.saved = input, target, weight, pos_weight
        # ln(1 + e^-x) without overflow.
        soft = np.log1p(np.exp(-np.abs(input))) + np.maximum(-input, 0)
        if pos_weight is None:
            losses = (1 - target) * input + soft
        else:
            losses = (1 - target) * input + ((pos_weight - 1) * target + 1) * soft
        return _reduce(losses if weight is None else losses * weight, reduction)

    def backward(self, gradient: Array) -> Shares:
        x, t, weight, pos_weight = self.saved
        g = _scale(gradient, x.size, self.options["reduction"])
        if weight is not None:
            g = g * weight
        if pos_weight is None:
            slope = sigmoid_array(x) - t
        else:
            k = pos_weight * t
            slope = (k + 1 - t) * sigmoid_array(x) - k
        return g * slope, -g * x if self.needs(1) and pos_weight is None else None, None, None


class KlDiv(Function):
    __slots__ = ()
    op, backward_name = "kl_div", "KlDivBackward0"
    arguments = ("input", "target")
    saves = ("target",)
    formula = r"\tfrac{1}{N} \sum_i t_i (\ln t_i - x_i)"
    derivatives: ClassVar[dict[str, str]] = {"input": r"-\tfrac{g}{N} \cdot t"}

    def forward(self, input: Array, target: Array, reduction: str, log_target: bool) -> Array:
        weights = np.exp(target) if log_target else target
        with np.errstate(divide="ignore", invalid="ignore"):
            losses = (
                weights * (target - input)
                if log_target
                else np.where(target > 0, target * np.log(target), 0).astype(target.dtype) - target * input
            )
        batch = input.shape[0] if input.ndim else 1
        self.saved = weights, batch
        if reduction == "batchmean":
            return _reduce(losses, "sum") / losses.dtype.type(batch)
        return _reduce(losses, reduction)

    def backward(self, gradient: Array) -> Shares:
        weights, batch = self.saved
        reduction = self.options["reduction"]
        size = batch if reduction == "batchmean" else weights.size
        return -_scale(gradient, size, "mean" if reduction == "batchmean" else reduction) * weights, None


def _legacy(size_average: Any, reduce: Any, reduction: str) -> str:
    """PyTorch's older arguments, which win where they are given."""
    if size_average is not None or reduce is not None:
        if reduce is False:
            return "none"
        return "sum" if size_average is False else "mean"
    if reduction not in (*REDUCTIONS, "batchmean"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the log probability of each target: input (N, C, …) or (C), target (N, …) or () of int64."""
    if target._array.dtype != np.int64:
        raise RuntimeError(
            f"\"nll_loss_out_frame\" not implemented for target of type '{target.dtype.name}'; expected Long"
        )
    batch = input.shape[:1] + input.shape[2:] if input.ndim > 1 else ()
    if batch != target.shape and not (input.ndim == 1 and target.shape == (1,)):
        if input.ndim > 1 and target.ndim and input.shape[0] != target.shape[0]:
            raise ValueError(
                f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({target.shape[0]})."
            )
        raise RuntimeError(f"Expected target size {list(batch)}, got {list(target.shape)}")
    reduction = _legacy(size_average, reduce, reduction)
    return apply(NllLoss, input, target, weight, reduction=reduction, ignore_index=ignore_index)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """`log_softmax` then `nll_loss`: logits (N, C, …) or (C); target of classes, or of probabilities."""
    reduction = _legacy(size_average, reduce, reduction)
    dim = min(1, input.ndim - 1)
    if target._array.dtype.kind == "f" and target.shape != input.shape:
        raise RuntimeError(
            f"expected scalar type Long but found {target.dtype.name} (target {list(target.shape)}, "
            f"input {list(input.shape)})"
        )
    logs = log_softmax(input, dim)
    if target._array.dtype.kind == "f":
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / input.shape[dim]
        return apply(CrossEntropyOfProbabilities, logs, target, weight, reduction=reduction)
    plain = nll_loss(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return plain
    return _smoothed(logs, target, weight, plain, reduction, ignore_index, label_smoothing, dim)


def _smoothed(
    logs: Tensor,
    target: Tensor,
    weight: Tensor | None,
    plain: Tensor,
    reduction: str,
    ignore_index: int,
    smoothing: float,
    dim: int,
) -> Tensor:
    """The loss mixed with that of a uniform target, in the parts PyTorch composes it of."""
    classes = logs.shape[dim]
    if weight is not None:
        shape = [1] * logs.ndim
        shape[dim] = classes
        weighted = logs * weight.view(*shape)
    else:
        weighted = logs
    smooth = -weighted.sum(dim)
    ignored = target == ignore_index
    smooth = smooth.masked_fill(ignored, 0.0)
    if reduction == "mean":
        if weight is not None:
            smooth = smooth.sum() / weight[target.masked_fill(ignored, 0)].masked_fill(ignored, 0.0).sum()
        else:
            smooth = smooth.sum() / int((~ignored).sum())
    elif reduction == "sum":
        smooth = smooth.sum()
    return plain * (1 - smoothing) + smooth * (smoothing / classes)


def _warn_shapes(input: Tensor, target: Tensor) -> None:
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            UserWarning,
            stacklevel=3,
        )


def mse_loss(
    input: Tensor, target: Tensor, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """The mean of squared differences. Shapes that differ broadcast, with PyTorch's warning."""
    _warn_shapes(input, target)
    return apply(MseLoss, input, target, reduction=_legacy(size_average, reduce, reduction))


def l1_loss(
    input: Tensor, target: Tensor, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """The mean of absolute differences."""
    _warn_shapes(input, target)
    return apply(L1Loss, input, target, reduction=_legacy(size_average, reduce, reduction))


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Squared below `beta`, absolute above."""
    if not beta:
        return l1_loss(input, target, size_average, reduce, reduction)
    _warn_shapes(input, target)
    return apply(SmoothL1Loss, input, target, reduction=_legacy(size_average, reduce, reduction), beta=beta)


def huber_loss(input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Squared up to `delta`, `delta` times the absolute beyond."""
    _warn_shapes(input, target)
    return apply(HuberLoss, input, target, reduction=_legacy(None, None, reduction), delta=delta)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross-entropy of probabilities in [0, 1] against targets of the same shape (ValueError)."""
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is "
            "deprecated. Please ensure they have the same size."
        )
    return apply(BinaryCrossEntropy, input, target, weight, reduction=_legacy(size_average, reduce, reduction))


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Sigmoid and binary cross-entropy in one, without overflow; input and target of one shape (ValueError)."""
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    reduction = _legacy(size_average, reduce, reduction)
    return apply(BinaryCrossEntropyWithLogits, input, target, weight, pos_weight, reduction=reduction)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """The divergence of target probabilities from log probabilities `input`."""
    return apply(KlDiv, input, target, reduction=_legacy(size_average, reduce, reduction), log_target=log_target)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along `dim`."""
    dot = (x1 * x2).sum(dim)
    lengths = (x1 * x1).sum(dim).clamp(min=math.pow(eps, 2)).sqrt() * (x2 * x2).sum(dim).clamp(
        min=math.pow(eps, 2)
    ).sqrt()
    return dot / lengths
