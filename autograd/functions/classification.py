"""Losses against classes, labels and probabilities. `cross_entropy` is log_softmax and nll_loss, as in PyTorch."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.activation import logsigmoid, sigmoid_array
from autograd.functions.common import constant_array, sum_to, unbroadcast
from autograd.functions.loss import each, no_derivative, reduce_array, reduce_tensor, reduction_for, reduction_of_flags
from autograd.functions.softmax import log_softmax
from autograd.functions.special import xlogy

if TYPE_CHECKING:
    from autograd.tensor import Tensor


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
        dim = min(1, input.ndim - 1)
        classes = input.shape[dim]
        alike = input.ndim == 2 and weight is None and reduction == "mean" and not 0 <= ignore_index < classes
        if alike and len(target) and not _outside(target, classes):
            # The common case: every target is a class and counts.
            place = _rows(len(target)), target
            self.saved = input.shape, place, 1.0, len(target), None
            return np.add.reduce(input[place]) * input.dtype.type(-1 / len(target))
        counted = target != ignore_index
        wrong = counted & ((target < 0) | (target >= classes))
        if wrong.any():
            raise IndexError(f"Target {int(np.asarray(target)[wrong].flat[0])} is out of bounds for {classes} classes.")
        place = _class_places(np.where(counted, target, 0), input.ndim)
        # A class that does not count is chosen to have no loss, not multiplied: 0 times infinity is no number.
        weights = np.where(counted, 1 if weight is None else weight[place[dim]], 0).astype(input.dtype)
        losses = np.where(counted, -input[place] * weights, input.dtype.type(0))
        total = weights.sum() if reduction == "mean" else None
        self.saved = input.shape, place, weights, total, counted
        if reduction == "none":
            return losses
        value = np.add.reduce(losses, axis=None)
        with np.errstate(invalid="ignore", divide="ignore"):
            return value if total is None else value / total

    def backward(self, gradient: Array) -> Shares:
        shape, place, weights, total, counted = self.saved
        share = np.zeros(shape, gradient.dtype)
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes = -weights * (gradient if total is None else gradient / total)
        # Where nothing counts the loss is no number, and yet no target has a gradient.
        share[place] = slopes if counted is None else np.where(counted, slopes, 0)
        return share, None, None

    def differentiate(self, gradient: Tensor) -> Any:
        shape, place, weights, total, counted = self.saved
        slopes = np.zeros(shape, gradient._array.dtype)
        own = -weights if total is None else -weights / total
        slopes[place] = own if counted is None else np.where(counted, own, 0)
        if gradient.ndim:
            gradient = gradient.unsqueeze(min(1, len(shape) - 1))
        return gradient * constant_array(slopes), None, None


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


class BinaryCrossEntropy(Function):
    __slots__ = ()
    op, backward_name = "binary_cross_entropy", "BinaryCrossEntropyBackward0"
    arguments = ("input", "target", "weight")
    saves = ("input", "target", "weight")
    formula = r"-\tfrac{1}{N} \sum_i t_i \ln x_i + (1 - t_i) \ln(1 - x_i)"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N} \cdot \frac{x - t}{x (1 - x)}",
        "target": r"\tfrac{g}{N} \cdot (\ln(1 - x) - \ln x)",
    }

    def forward(self, input: Array, target: Array, weight: Array | None, reduction: str) -> Array:
        if input.size and not (input.min() >= 0 and input.max() <= 1):
            raise RuntimeError("all elements of input should be between 0 and 1")
        self.saved = input, target, weight
        # PyTorch keeps the logarithms above -100, so that the loss stays finite at 0 and 1.
        with np.errstate(divide="ignore"):
            first, second = np.maximum(np.log(input), -100), np.maximum(np.log1p(-input), -100)
        losses = (target - 1) * second - target * first
        return reduce_array(losses if weight is None else losses * weight, reduction)

    def backward(self, gradient: Array) -> Shares:
        x, t, weight = self.saved
        g = each(gradient, x.size, self.options["reduction"])
        if weight is not None:
            g = g * weight
        share = g * (x - t) / np.maximum((1 - x) * x, x.dtype.type(1e-12)) if self.needs(0) else None
        if not self.needs(1):
            return share, None, None
        with np.errstate(divide="ignore"):
            return share, g * (np.log(1 - x) - np.log(x)), None

    def differentiate(self, gradient: Tensor) -> Any:
        x, t, weight = self.inputs
        g = each(gradient, x._array.size, self.options["reduction"])
        if weight is not None:
            g = g * weight
        return (
            g * (x - t) / ((1 - x) * x).clamp(min=1e-12) if self.needs(0) else None,
            g * ((1 - x).log() - x.log()) if self.needs(1) else None,
        )


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
        soft = np.logaddexp(input.dtype.type(0), -input)  # ln(1 + e^-x) without overflow
        losses = (1 - target) * input
        losses += soft if pos_weight is None else ((pos_weight - 1) * target + 1) * soft
        return reduce_array(losses if weight is None else losses * weight, reduction)

    def backward(self, gradient: Array) -> Shares:
        x, t, weight, pos_weight = self.saved
        size = x.size if weight is None else np.broadcast(x, weight).size
        g = each(gradient, size, self.options["reduction"])
        if weight is not None:
            g = g * weight
        share = target_share = None
        if self.needs(0):
            s = sigmoid_array(x)
            if pos_weight is None:
                s -= t
            else:
                k = pos_weight * t
                s = (k + 1 - t) * s - k
            s *= g
            share = unbroadcast(s, x.shape)
        if self.needs(1):
            slope = -x if pos_weight is None else (pos_weight - 1) * np.logaddexp(x.dtype.type(0), -x) - x
            target_share = unbroadcast(g * slope, t.shape)
        return share, target_share, None, None

    def differentiate(self, gradient: Tensor) -> Any:
        x, t, weight, pos_weight = self.inputs
        size = x._array.size if weight is None else np.broadcast(x._array, weight._array).size
        g = each(gradient, size, self.options["reduction"])
        if weight is not None:
            g = g * weight
        share = target_share = None
        if self.needs(0):
            k = t if pos_weight is None else pos_weight * t
            share = sum_to(g * ((k + 1 - t) * x.sigmoid() - k), x._array.shape)
        if self.needs(1):
            slope = -x if pos_weight is None else (1 - pos_weight) * logsigmoid(x) - x
            target_share = sum_to(g * slope, t._array.shape)
        return share, target_share


class SoftMarginLoss(Function):
    __slots__ = ()
    op, backward_name = "soft_margin_loss", "SoftMarginLossBackward0"
    arguments = ("input", "target")
    saves = ("input", "target")
    formula = r"\tfrac{1}{N} \sum_i \ln(1 + e^{-t_i x_i})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"-\tfrac{g}{N} \cdot t \cdot \sigma(-t x)"}

    def forward(self, input: Array, target: Array, reduction: str) -> Array:
        product = np.asarray(input * target)
        self.saved = product, target
        # PyTorch's own arithmetic, which is infinite where e^(-t x) is.
        with np.errstate(over="ignore"):
            return reduce_array(np.log1p(np.exp(-product)), reduction)

    def backward(self, gradient: Array) -> Shares:
        product, t = self.saved
        return -each(gradient, product.size, self.options["reduction"]) * t * sigmoid_array(-product), None

    def differentiate(self, gradient: Tensor) -> Any:
        x, t = self.inputs
        return -each(gradient, x._array.size, self.options["reduction"]) * t * (-t * x).sigmoid(), None


class MultiMarginLoss(Function):
    """Of (samples, classes); a single sample has been given a dimension."""

    __slots__ = ()
    op, backward_name = "multi_margin_loss", "MultiMarginLossBackward0"
    arguments = ("input", "target", "weight")
    saves = ("input", "target", "weight")
    formula = r"\tfrac{1}{N C} \sum_n \sum_{i \ne y_n} w_{y_n} \max(0, \text{margin} - x_{n y_n} + x_{n i})^p"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N C} w_{y_n} \cdot p \max(0, \text{margin} - x_{n y_n} + x_{n i})^{p-1} \text{ at } "
        r"i \ne y_n, \text{ minus their sum at } y_n"
    }

    def forward(
        self, input: Array, target: Array, weight: Array | None, p: int, margin: float, reduction: str
    ) -> Array:
        x = np.atleast_2d(input)
        y = np.atleast_1d(target)
        place = np.arange(len(x)), y
        excess = x - x[place][:, None]
        excess += x.dtype.type(margin)
        excess[place] = 0
        np.maximum(excess, 0, out=excess)
        scale = np.full((len(x), 1), 1 / x.shape[1], x.dtype)
        if weight is not None:
            scale *= weight[y][:, None]
        self.saved = excess, place, scale, input.shape
        losses = np.add.reduce((excess if p == 1 else excess * excess) * scale, axis=1)
        return reduce_array(losses if target.ndim or reduction != "none" else losses[0], reduction)

    def backward(self, gradient: Array) -> Shares:
        excess, place, scale, shape = self.saved
        g = each(gradient, len(excess), self.options["reduction"])
        slope = ((excess > 0) if self.options["p"] == 1 else 2 * excess) * scale
        slope[place] = -np.add.reduce(slope, axis=1)
        return (slope * g.reshape(-1, 1)).astype(excess.dtype, copy=False).reshape(shape), None, None

    def differentiate(self, gradient: Tensor) -> Any:
        excess, place, scale, shape = self.saved
        scales = constant_array(scale)
        if self.options["p"] == 1:
            slope = constant_array((excess > 0).astype(excess.dtype)) * scales
        else:
            x = self.inputs[0].reshape(*excess.shape)
            own = x[constant_array(place[0]), constant_array(place[1])].unsqueeze(1)
            active = constant_array((excess > 0).astype(excess.dtype))
            slope = (x - own + self.options["margin"]) * active * scales * 2
        own_place = np.zeros_like(excess)
        own_place[place] = 1
        whole = slope - constant_array(own_place) * slope.sum(1, keepdim=True)
        g = each(gradient, len(excess), self.options["reduction"])
        return (whole * g.reshape(-1, 1)).reshape(*shape), None, None


class MultilabelMarginLoss(Function):
    """Of (samples, classes); each row of targets holds classes, up to the first -1."""

    __slots__ = ()
    op, backward_name = "multilabel_margin_loss", "MultilabelMarginLossBackward0"
    arguments = ("input", "target")
    saves = ("input", "target")
    formula = r"\tfrac{1}{N C} \sum_n \sum_{j \in y_n} \sum_{i \notin y_n} \max(0, 1 - x_{n j} + x_{n i})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\tfrac{g}{N C} \text{ for each active pair at } i, \text{ minus as much at } j"
    }

    def forward(self, input: Array, target: Array, reduction: str) -> Array:
        x, y = np.atleast_2d(input), np.atleast_2d(target)
        valid = np.logical_and.accumulate(y >= 0, axis=1)
        classes = np.where(valid, y, 0)
        rows = np.arange(len(x))[:, None]
        labelled = np.zeros(x.shape, np.bool_)
        np.logical_or.at(labelled, (rows, classes), valid)
        # (sample, label, other class)
        excess = 1 - np.take_along_axis(x, classes, 1)[:, :, None] + x[:, None, :]
        active = (excess > 0) & valid[:, :, None] & ~labelled[:, None, :]
        slopes = active.sum(1).astype(x.dtype)
        np.subtract.at(slopes, (rows, classes), active.sum(2).astype(x.dtype))
        slopes /= x.dtype.type(x.shape[1])
        self.saved = slopes, input.shape
        losses = np.where(active, excess, x.dtype.type(0)).sum((1, 2)) / x.dtype.type(x.shape[1])
        return reduce_array(losses if input.ndim > 1 or reduction != "none" else losses[0], reduction)

    def backward(self, gradient: Array) -> Shares:
        slopes, shape = self.saved
        g = each(gradient, len(slopes), self.options["reduction"])
        return (slopes * g.reshape(-1, 1)).reshape(shape), None

    def differentiate(self, gradient: Tensor) -> Any:
        slopes, shape = self.saved
        g = each(gradient, len(slopes), self.options["reduction"])
        return (constant_array(slopes) * g.reshape(-1, 1)).reshape(*shape), None


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the log probability of each target: input (N, C, …) or (C), target (N, …) or () of int64 or uint8.

    `weight` (C) weighs the classes, the mean too; a target of `ignore_index` does not count. IndexError for a target
    that is no class, ValueError or RuntimeError for shapes that do not match.
    """
    reduction = reduction_for(reduction, size_average, reduce)
    no_derivative(weight=weight)
    shape, batch = input._array.shape, target._array.shape
    if not shape:
        raise ValueError("Expected 1 or more dimensions, got an input of 0")
    if len(shape) > 1 and shape[0] != (batch[0] if batch else None):
        raise ValueError(
            f"Expected input batch_size ({shape[0]}) to match target batch_size ({batch[0] if batch else 'none'}): "
            f"input {list(shape)}, target {list(batch)}."
        )
    expected = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if expected != batch and not (len(shape) == 1 and batch == (1,)):
        raise RuntimeError(f"Expected target size {list(expected)}, got {list(batch)} for an input of {list(shape)}")
    if weight is not None and weight._array.shape != (shape[min(1, len(shape) - 1)],):
        raise RuntimeError(
            f"weight tensor should be defined either for all {shape[min(1, len(shape) - 1)]} classes or no classes but "
            f"got weight tensor of shape: {list(weight._array.shape)}"
        )
    if weight is not None and weight._array.dtype != input._array.dtype:
        raise RuntimeError(f"expected scalar type {input.dtype.name} but found {weight.dtype.name} for weight")
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"\"nll_loss\" not implemented for an input of '{input.dtype.name}'; give floats")
    if target._array.dtype == np.uint8 and len(shape) < 3:
        target = target.long()
    if target._array.dtype != np.int64:
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.name} for target; give target.long()")
    if len(shape) in (1, 2, 4):
        return apply(NllLoss, input, target, weight, reduction=reduction, ignore_index=ignore_index)
    # PyTorch sees any other number of dimensions as an image.
    width = math.prod(shape[2:])
    image, labels = input.reshape(shape[0], shape[1], 1, width), target.reshape(shape[0], 1, width)
    loss = apply(NllLoss, image, labels, weight, reduction=reduction, ignore_index=ignore_index)
    return loss.view(*batch) if reduction == "none" else loss


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
    """`log_softmax` then `nll_loss`: logits (N, C, …) or (C); target of classes, or of probabilities in their shape.

    With `label_smoothing` the target is mixed with the uniform one (Szegedy et al., 2016).
    """
    reduction = reduction_for(reduction, size_average, reduce)
    dim = min(1, input.ndim - 1)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if target._array.shape == input._array.shape and input.ndim:
        return _against_probabilities(input, target, weight, ignore_index, reduction, label_smoothing, dim)
    if target._array.dtype.kind == "f":
        raise RuntimeError(
            f"expected scalar type Long but found {target.dtype.name}: a target of classes is {list(input.shape[:1])} "
            f"integers, one of probabilities has the input's shape {list(input.shape)}; got {list(target.shape)}"
        )
    logs = log_softmax(input, dim)
    plain = nll_loss(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return plain
    return _smoothed(logs, target, weight, plain, reduction, ignore_index, label_smoothing, dim)


def _against_probabilities(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    smoothing: float,
    dim: int,
) -> Tensor:
    if target._array.dtype.kind != "f":
        raise RuntimeError(
            f"Expected floating point type for target with class probabilities, got {target.dtype.name}: the target's "
            f"shape {list(target.shape)} is the input's"
        )
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    classes = input._array.shape[dim]
    if weight is not None and weight._array.shape != (classes,):
        raise RuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got "
            f"weight tensor of shape: {list(weight._array.shape)}"
        )
    logs = log_softmax(input, dim)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    terms = logs * target
    if weight is not None:
        terms = terms * weight.view(*[classes if i == dim else 1 for i in range(input.ndim)])
    if reduction == "none":
        return -terms.sum(dim)
    loss = -terms.sum()
    return loss / (input._array.size / classes) if reduction == "mean" else loss


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
            smooth = smooth.sum() / (~ignored).sum()
    elif reduction == "sum":
        smooth = smooth.sum()
    return plain * (1 - smoothing) + smooth * (smoothing / classes)


def _floats(target: Tensor, input: Tensor, same: bool) -> None:
    kinds = target._array.dtype, input._array.dtype
    if kinds[0].kind != "f" or kinds[1].kind != "f" or (same and kinds[0] != kinds[1]):
        raise RuntimeError(
            f"Found dtype {target.dtype.name} but expected {input.dtype.name}: give both as floats of one type"
        )


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross-entropy of probabilities in [0, 1] (RuntimeError) against targets of the same shape (ValueError).

    `weight` broadcasts to them.
    """
    reduction = reduction_for(reduction, size_average, reduce)
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is "
            "deprecated. Please ensure they have the same size."
        )
    no_derivative(weight=weight)
    _floats(target, input, True)
    if weight is not None:
        weight = weight.expand(*np.broadcast_shapes(target._array.shape, weight._array.shape))
    return apply(BinaryCrossEntropy, input, target, weight, reduction=reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Sigmoid and binary cross-entropy in one, without overflow; input and target of one shape (ValueError).

    `weight` broadcasts to the losses, `pos_weight`, one a class in the last dimension, weighs positive targets.
    """
    reduction = reduction_for(reduction, size_average, reduce)
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    no_derivative(weight=weight, pos_weight=pos_weight)
    _floats(target, input, False)
    return apply(BinaryCrossEntropyWithLogits, input, target, weight, pos_weight, reduction=reduction)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """The divergence of target probabilities, or with `log_target` their logarithms, from log probabilities `input`.

    `reduction="batchmean"` divides the sum by the size of the first dimension, which is what mathematics means.
    """
    per_sample = False
    if size_average is not None or reduce is not None:
        reduction = reduction_of_flags(size_average, reduce)
    elif reduction == "batchmean":
        reduction, per_sample = "sum", True
    elif reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size. 'batchmean' divides "
            "only by the batch size, and aligns with the KL div math definition. 'mean' will be changed to behave the "
            "same as 'batchmean' in the next major release.",
            stacklevel=2,
        )
    reduction = reduction_for(reduction)
    losses = target.exp() * (target - input) if log_target else xlogy(target, target) - target * input
    loss = reduce_tensor(losses, reduction)
    return loss / len(input) if per_sample and input.ndim else loss


def soft_margin_loss(
    input: Tensor, target: Tensor, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """`log(1 + exp(-target * input))` for targets of 1 and -1."""
    reduction = reduction_for(reduction, size_average, reduce)
    no_derivative(target=target)
    return apply(SoftMarginLoss, input, target, reduction=reduction)


def _classes_of(input: Tensor, op: str) -> tuple[int, int]:
    """Samples and classes; RuntimeError for anything but one sample or a batch."""
    if input.ndim not in (1, 2) or input.shape[-1] == 0:
        raise RuntimeError(f"{op}: Expected a non-empty vector or a batch of them as input, got {list(input.shape)}")
    return (input.shape[0] if input.ndim == 2 else 1), input.shape[-1]


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """A hinge loss of many classes: input (N, C) or (C), target (N) or () of int64, `p` 1 or 2, `weight` (C)."""
    reduction = reduction_for(reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    no_derivative(weight=weight)
    samples, classes = _classes_of(input, "multi_margin_loss")
    if target.numel() != samples or target.ndim > 1:
        raise RuntimeError(f"inconsistent target size, expected {samples} but got {list(target.shape)}")
    if weight is not None and weight.numel() != classes:
        raise RuntimeError(f"inconsistent weight size, expected {classes} but got {list(weight.shape)}")
    if target._array.dtype != np.int64:
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.name} for target")
    if ((target._array < 0) | (target._array >= classes)).any():
        raise RuntimeError(f"target out of range: classes are 0 to {classes - 1}")
    return apply(MultiMarginLoss, input, target, weight, p=p, margin=margin, reduction=reduction)


def multilabel_margin_loss(
    input: Tensor, target: Tensor, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """A hinge loss of many labels: input (N, C) or (C), target of the same shape: classes, up to the first -1."""
    reduction = reduction_for(reduction, size_average, reduce)
    _, classes = _classes_of(input, "multilabel_margin_loss")
    if target.shape != input.shape:
        raise RuntimeError(f"inconsistent target size: {list(target.shape)} for input of size: {list(input.shape)}")
    if target._array.dtype != np.int64:
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.name} for target")
    if ((target._array < -1) | (target._array >= classes)).any():
        raise RuntimeError(f"target is out of range: classes are 0 to {classes - 1}, and -1 ends them")
    return apply(MultilabelMarginLoss, input, target, reduction=reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Binary cross-entropy of logits, averaged over the classes in the last dimension; targets 0 and 1."""
    reduction = reduction_for(reduction, size_average, reduce)
    losses = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        losses = losses * weight
    return reduce_tensor(losses.sum(input.ndim - 1) / input.shape[-1], reduction)
