"""Normalisation over batches, features and vectors; dropout."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from autograd import random, writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import memory_order
from autograd.tensor import wrap

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _normalised_share(g: Array, normal: Array, scale: Array, axes: tuple[int, ...]) -> Array:
    """The gradient through (x - mean) / deviation, for `g` at the normalised numbers, `scale` = 1 / deviation."""
    n = g.dtype.type(math.prod([g.shape[a] for a in axes]))
    mean = np.add.reduce(g, axis=axes, keepdims=True) / n
    slope = np.add.reduce(g * normal, axis=axes, keepdims=True) / n
    return scale * (g - mean - normal * slope)


class BatchNorm(Function):
    """With the batch's own statistics (training) or given ones."""

    __slots__ = ("statistics",)
    op, backward_name = "batch_norm", "NativeBatchNormBackward0"
    arguments = ("input", "weight", "bias", "running_mean", "running_var")
    saves = ("input", "weight")
    formula = r"\frac{\text{input} - \mu}{\sqrt{\sigma^2 + \varepsilon}} \cdot \text{weight} + \text{bias}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\frac{\text{weight}}{\sqrt{\sigma^2 + \varepsilon}} (g - \bar{g} - \hat{x} \overline{g \hat{x}})",
        "weight": r"\sum g \cdot \hat{x}",
        "bias": r"\sum g",
    }

    def forward(
        self,
        input: Array,
        weight: Array | None,
        bias: Array | None,
        running_mean: Array | None,
        running_var: Array | None,
        training: bool,
        eps: float,
    ) -> Array:
        axes = (0, *range(2, input.ndim))
        lift = (slice(None),) + (None,) * (input.ndim - 2)
        if training or running_mean is None or running_var is None:
            mean, var = input.mean(axes), input.var(axes)
        else:
            mean, var = running_mean, running_var
        self.statistics = mean, var
        scale = (1 / np.sqrt(var + input.dtype.type(eps)))[lift]
        normal = (input - mean[lift]) * scale
        self.saved = normal, scale, weight, axes, lift
        output = normal if weight is None else normal * weight[lift]
        return output if bias is None else output + bias[lift]

    def backward(self, gradient: Array) -> Shares:
        normal, scale, weight, axes, lift = self.saved
        share = None
        if self.needs(0):
            g = gradient if weight is None else gradient * weight[lift]
            share = _normalised_share(g, normal, scale, axes) if self.options["training"] else g * scale
        return (
            share,
            (gradient * normal).sum(axes) if self.needs(1) else None,
            gradient.sum(axes) if self.needs(2) else None,
            None,
            None,
        )


class LayerNorm(Function):
    __slots__ = ()
    op, backward_name = "layer_norm", "NativeLayerNormBackward0"
    arguments = ("input", "weight", "bias")
    saves = ("input", "weight")
    formula = r"\frac{\text{input} - \mu}{\sqrt{\sigma^2 + \varepsilon}} \cdot \text{weight} + \text{bias}"
    derivatives: ClassVar[dict[str, str]] = BatchNorm.derivatives

    def forward(
        self, input: Array, weight: Array | None, bias: Array | None, normalized_shape: tuple[int, ...], eps: float
    ) -> Array:
        axes = tuple(range(input.ndim - len(normalized_shape), input.ndim))
        scale = 1 / np.sqrt(input.var(axes, keepdims=True) + input.dtype.type(eps))
        normal = (input - input.mean(axes, keepdims=True)) * scale
        self.saved = normal, scale, weight, axes
        output = normal if weight is None else normal * weight
        return output if bias is None else output + bias

    def backward(self, gradient: Array) -> Shares:
        normal, scale, weight, axes = self.saved
        lead = tuple(range(axes[0])) if axes else ()
        share = None
        if self.needs(0):
            share = _normalised_share(gradient if weight is None else gradient * weight, normal, scale, axes)
        return (
            share,
            (gradient * normal).sum(lead) if self.needs(1) else None,
            gradient.sum(lead) if self.needs(2) else None,
        )


class Dropout(Function):
    """Each element kept with probability 1 - p and scaled by 1 / (1 - p). `mask` holds the factors."""

    __slots__ = ()
    op, backward_name = "dropout", "MulBackward0"
    arguments = ("input", "mask")
    saves = ("mask",)
    formula = r"\text{input} \cdot \text{mask}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{mask}"}

    def forward(self, input: Array, mask: Array, p: float) -> Array:
        self.saved = mask
        return input * mask

    def backward(self, gradient: Array) -> Shares:
        return gradient * self.saved, None


def _update(running: Tensor, batch: Array, momentum: float) -> None:
    """Moves a running statistic towards the batch's, in place."""
    kind = running._array.dtype.type
    moved = (kind(1 - momentum) * running._array + kind(momentum) * batch).astype(kind)
    writing.store(running, moved)


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalises each channel (dimension 1) over the rest. In training the running statistics move towards the batch's.

    ValueError in training with one value per channel.
    """
    size = input.numel() // max(input.shape[1], 1)
    if training and size <= 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.size()}")
    # Running statistics are data, not inputs that want gradients, and are read before they move.
    given = (None, None) if training else (running_mean, running_var)
    output = apply(BatchNorm, input, weight, bias, *given, training=training, eps=eps)
    if training and running_mean is not None and running_var is not None:
        x = input._array
        axes = (0, *range(2, x.ndim))
        _update(running_mean, x.mean(axes), momentum)
        _update(running_var, x.var(axes) * x.dtype.type(size / (size - 1)), momentum)
    return output


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalises over the last dimensions, which are `normalized_shape` (RuntimeError where they are not)."""
    shape = tuple(normalized_shape)
    if tuple(input.shape[-len(shape) :]) != shape:
        raise RuntimeError(
            f"Given normalized_shape={list(shape)}, expected input with shape [*, {', '.join(map(str, shape))}], but "
            f"got input of size{list(input.shape)}"
        )
    return apply(LayerNorm, input, weight, bias, normalized_shape=shape, eps=eps)


def _probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _dropped(input: Tensor, shape: tuple[int, ...], p: float) -> Tensor:
    kind = input._array.dtype.type
    if p == 1:
        factors = np.zeros(shape, kind)
    else:
        # PyTorch draws in the order of memory: a transposed input takes the numbers as its base would.
        order = memory_order(input._array) if shape == input._array.shape else tuple(range(len(shape)))
        drawn = random.default_generator.chances(tuple([shape[i] for i in order]), 1 - p)
        factors = drawn.transpose(np.argsort(order)).astype(kind) / kind(1 - p)
    return apply(Dropout, input, wrap(factors), p=p)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training each element is 0 with probability `p`, else divided by 1 - p; otherwise `input` itself."""
    _probability(p)
    return _dropped(input, input._array.shape, p) if training and p else input


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout`, for whole channels (the first two dimensions) at once."""
    _probability(p)
    shape = input._array.shape
    return _dropped(input, shape[:2] + (1,) * (len(shape) - 2), p) if training and p else input


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """Divided by the p-norm along `dim`, or by `eps` where that is smaller."""
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)
