"""Normalisation over batches, groups of channels, features and vectors.

The kernels see their input as a matrix or as (before, channel, after), whatever its memory order. What is kept for
backward is the input itself; what is centred for a sum or a product is a block that fits the processor's cache.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from autograd import dtypes, writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import constant_array
from autograd.functions.padding import pad
from autograd.functions.pooling import avg_pool2d, avg_pool3d

if TYPE_CHECKING:
    from autograd.tensor import Tensor

_NORMAL = r"\frac{\text{input} - \mu}{\sqrt{\sigma^2 + \varepsilon}} \cdot \text{weight} + \text{bias}"
_SLOPES = {
    "input": r"\frac{\text{weight}}{\sqrt{\sigma^2 + \varepsilon}} (g - \bar{g} - \hat{x} \overline{g \hat{x}})",
    "weight": r"\sum g \cdot \hat{x}",
    "bias": r"\sum g",
}


class _Order(NamedTuple):
    """How an array lies in memory: its dimensions from the slowest to the fastest, and the channels among them."""

    axes: tuple[int, ...]
    back: tuple[int, ...]
    shape: tuple[int, ...]  # in that order
    blocks: tuple[int, int, int]  # elements before, of, and after the channel dimension

    def seen(self, x: Array) -> Array:
        """(before, channels, after): a view where `x` lies so, else a copy."""
        return np.ascontiguousarray(x.transpose(self.axes)).reshape(self.blocks)

    def given(self, blocks: Array) -> Array:
        """The array again."""
        return blocks.reshape(self.shape).transpose(self.back)


def _order(x: Array) -> _Order:
    axes = tuple(range(x.ndim))
    if not x.flags.c_contiguous:
        # A convolution's output, say, is stored with its channels first.
        axes = tuple(sorted(axes, key=lambda a: -x.strides[a]))
    shape = tuple(x.shape[a] for a in axes)
    place = axes.index(1)
    back = tuple(axes.index(a) for a in range(x.ndim))
    return _Order(axes, back, shape, (math.prod(shape[:place]), shape[place], math.prod(shape[place + 1 :])))


def _channel_sums(x: Array) -> Array:
    """(before, channels, after) summed to (channels)."""
    before, channels, after = x.shape
    if after == 1:
        return np.ones(before, x.dtype) @ x.reshape(before, channels)
    return (x.reshape(-1, after) @ np.ones(after, x.dtype)).reshape(before, channels).sum(0)


def _channel_products(x: Array, y: Array) -> Array:
    """The sum of products for every channel."""
    before, channels, after = x.shape
    if after == 1:
        return np.einsum("ij,ij->j", x[:, :, 0], y[:, :, 0])
    return np.vecdot(x.reshape(-1, after), y.reshape(-1, after)).reshape(before, channels).sum(0)


_BLOCK = 32768  # elements


def _blocks(shape: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    """Parts of (before, channels, after) that lie together in memory, of `_BLOCK` elements or few more."""
    before, channels, after = shape
    if channels * after <= _BLOCK:
        step = max(1, _BLOCK // max(1, channels * after))
        for start in range(0, before, step):
            yield slice(start, start + step), slice(None)
    else:
        step = max(1, _BLOCK // after)
        for i in range(before):
            for start in range(0, channels, step):
                yield slice(i, i + 1), slice(start, start + step)


def _moments(x: Array) -> tuple[Array, Array, bool]:
    """The mean and variance of every channel, and whether the means are near: at most four deviations from zero.

    Then E[x²] - E[x]² loses no more than a digit, and neither does E[g x] - E[g] E[x]; else what is summed is centred.
    """
    count = x.dtype.type(x.shape[0] * x.shape[2])
    mean = _channel_sums(x) / count
    square = mean * mean
    var = _channel_products(x, x) / count - square
    near = bool((square <= 16 * var).all())
    return mean, var if near else _products(x, x, mean, False, True) / count, near


def _products(g: Array, x: Array, mean: Array, near: bool, squared: bool = False) -> Array:
    """The sum of g · (x - mean) for every channel; with `squared` of (x - mean)²."""
    if near:
        return _channel_products(g, x) - mean * _channel_sums(g)
    total = np.zeros(x.shape[1], x.dtype)
    for part in _blocks(x.shape):
        centred = x[part] - mean[part[1], None]
        total[part[1]] += _channel_products(centred if squared else g[part], centred)
    return total


def _mixed(g: Array, x: Array, mean: Array, near: bool, slope: Array, level: Array, tilt: Array) -> Array:
    """slope · g - level - tilt · (x - mean), all but `g` and `x` one number a channel."""
    share = np.empty_like(g)
    if near:
        level = level - tilt * mean
    slope, level, tilt, mean = (t[:, None] for t in (slope, level, tilt, mean))
    spare: Array | None = None  # the first block is the largest
    for part in _blocks(g.shape):
        rows = part[1]
        block = np.multiply(g[part], slope[rows], out=share[part])
        if spare is None:
            spare = np.empty_like(block)
        other = spare[: block.shape[0], : block.shape[1]]
        if near:
            np.multiply(x[part], tilt[rows], out=other)
        else:
            np.subtract(x[part], mean[rows], out=other)
            other *= tilt[rows]
        other += level[rows]
        block -= other
    return share


def _scaled(x: Array, slope: Array, shift: Array) -> Array:
    """x · slope + shift, one number a channel each."""
    output = np.empty_like(x)
    slope, shift = slope[:, None], shift[:, None]
    for part in _blocks(x.shape):
        block = np.multiply(x[part], slope[part[1]], out=output[part])
        block += shift[part[1]]
    return output


def _through(g: Tensor, x: Tensor, axes: tuple[int, ...], eps: float) -> tuple[Tensor, Tensor]:
    """By recorded ops: the gradient at `x` for `g` at x̂ = (x - mean) / deviation over `axes`; and x̂."""
    centred = x - x.mean(axes, keepdim=True)
    scale = ((centred * centred).mean(axes, keepdim=True) + eps).rsqrt()
    normal = centred * scale
    return scale * (g - g.mean(axes, keepdim=True) - normal * (g * normal).mean(axes, keepdim=True)), normal


def _floating(input: Tensor, name: str) -> None:
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"\"{name}\" not implemented for '{input.dtype.name}'; use .float() first")


class BatchNorm(Function):
    """With the batch's own statistics (training) or given ones."""

    __slots__ = ("statistics",)
    op, backward_name = "batch_norm", "NativeBatchNormBackward0"
    arguments = ("input", "weight", "bias", "running_mean", "running_var")
    saves = ("input", "weight")
    formula = _NORMAL
    derivatives: ClassVar[dict[str, str]] = _SLOPES

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
        order = _order(input)
        x, kind = order.seen(input), input.dtype.type
        if training or running_mean is None or running_var is None:
            mean, var, near = _moments(x)
        else:
            mean, var = (t.astype(input.dtype, copy=False) for t in (running_mean, running_var))
            near = False
        self.statistics = mean, var
        scale = 1 / np.sqrt(var + kind(eps))
        self.saved = x, mean, scale, weight, order, near
        slope = scale if weight is None else scale * weight
        shift = -mean * slope
        if bias is not None:
            shift += bias
        return order.given(_scaled(x, slope, shift))

    def backward(self, gradient: Array) -> Shares:
        x, mean, scale, weight, order, near = self.saved
        g = order.seen(gradient)
        training = self.options["training"]
        total = products = share = None
        if self.needs(2) or (training and self.needs(0)):
            total = _channel_sums(g)
        if self.needs(1) or (training and self.needs(0)):
            products = _products(g, x, mean, near)
        if self.needs(0):
            slope = scale if weight is None else scale * weight
            if training:
                count = g.dtype.type(g.shape[0] * g.shape[2])
                level, tilt = slope * total / count, slope * products * scale * scale / count
                share = _mixed(g, x, mean, near, slope, level, tilt)
            else:
                share = g * slope[:, None]
            share = order.given(share)
        return (
            share,
            products * scale if self.needs(1) else None,
            total if self.needs(2) else None,
            None,
            None,
        )

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = self.inputs[0], self.inputs[1]
        axes = (0, *range(2, x.ndim))
        lift = (-1,) + (1,) * (x.ndim - 2)
        g = gradient if weight is None else gradient * weight.reshape(lift)
        if self.options["training"]:
            share, normal = _through(g, x, axes, self.options["eps"])
        else:
            mean, scale = (constant_array(t.reshape(lift)) for t in self.saved[1:3])
            share, normal = g * scale, (x - mean) * scale
        return (
            share if self.needs(0) else None,
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
    formula = _NORMAL
    derivatives: ClassVar[dict[str, str]] = _SLOPES

    def forward(
        self, input: Array, weight: Array | None, bias: Array | None, normalized_shape: tuple[int, ...], eps: float
    ) -> Array:
        size, kind = math.prod(normalized_shape), input.dtype.type
        x = input.reshape(-1, size)
        normal = x - (x @ np.full(size, 1 / size, input.dtype))[:, None]
        scale = np.vecdot(normal, normal)
        scale /= kind(size)
        scale += kind(eps)
        np.sqrt(scale, out=scale)
        np.reciprocal(scale, out=scale)
        normal *= scale[:, None]
        self.saved = normal, scale, weight
        output = normal.copy() if weight is None else normal * weight.ravel()
        if bias is not None:
            output += bias.ravel()
        return output.reshape(input.shape)

    def backward(self, gradient: Array) -> Shares:
        normal, scale, weight = self.saved
        rows, size = normal.shape
        kind, shape = gradient.dtype.type, self.options["normalized_shape"]
        g = gradient.reshape(rows, size)
        ones = np.ones(rows, g.dtype)
        share = for_weight = None
        products = g * normal
        if self.needs(1):
            for_weight = (ones @ products).reshape(shape)
        if self.needs(0):
            # The means over a row of weight · g and of weight · g · x̂.
            factor = np.ones(size, g.dtype) if weight is None else weight.ravel()
            factor = factor / kind(size)
            mean, slope = g @ factor, products @ factor
            share = np.multiply(normal, slope[:, None], out=products)
            share += mean[:, None]
            np.subtract(g if weight is None else g * weight.ravel(), share, out=share)
            share *= scale[:, None]
            share = share.reshape(gradient.shape)
        return share, for_weight, (ones @ g).reshape(shape) if self.needs(2) else None

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = self.inputs[0], self.inputs[1]
        first = x.ndim - len(self.options["normalized_shape"])
        lead, axes = tuple(range(first)), tuple(range(first, x.ndim))
        g = gradient if weight is None else gradient * weight
        share, normal = _through(g, x, axes, self.options["eps"])
        for_weight = for_bias = None
        if self.needs(1):
            for_weight = (gradient * normal).sum(lead) if lead else gradient * normal
        if self.needs(2):
            for_bias = gradient.sum(lead) if lead else gradient
        return share if self.needs(0) else None, for_weight, for_bias


class GroupNorm(Function):
    """Over each group of channels of each sample."""

    __slots__ = ()
    op, backward_name = "group_norm", "NativeGroupNormBackward0"
    arguments = ("input", "weight", "bias")
    saves = ("input", "weight")
    formula = _NORMAL
    derivatives: ClassVar[dict[str, str]] = _SLOPES

    def forward(self, input: Array, weight: Array | None, bias: Array | None, num_groups: int, eps: float) -> Array:
        n, c = input.shape[:2]
        kind = input.dtype.type
        x = input.reshape(n * num_groups, -1)
        # To the kernels a group of channels, or a channel of a sample, is a channel of (1, rows, size).
        mean, var, near = _moments(x[None])
        scale = 1 / np.sqrt(var + kind(eps))
        self.saved = x, mean, scale, weight, near
        means, slope = (np.repeat(t, c // num_groups).reshape(n, c) for t in (mean, scale))
        if weight is not None:
            slope *= weight
        shift = -means * slope
        if bias is not None:
            shift += bias
        return _scaled(input.reshape(1, n * c, -1), slope.ravel(), shift.ravel()).reshape(input.shape)

    def backward(self, gradient: Array) -> Shares:
        x, mean, scale, weight, near = self.saved
        n, c = gradient.shape[:2]
        groups, size = self.options["num_groups"], gradient.dtype.type(x.shape[1])
        g = gradient.reshape(1, n * c, -1)
        mean, scale = (np.repeat(t, c // groups) for t in (mean, scale))
        x = x.reshape(g.shape)
        total, products = _channel_sums(g).reshape(n, c), (_products(g, x, mean, near) * scale).reshape(n, c)
        share = None
        if self.needs(0):
            level, tilt = (
                np.repeat((part if weight is None else part * weight).reshape(n * groups, -1).sum(1), c // groups)
                * scale
                / size
                for part in (total, products)
            )
            slope = scale if weight is None else (scale.reshape(n, c) * weight).ravel()
            share = _mixed(g, x, mean, near, slope, level, tilt * scale).reshape(gradient.shape)
        return share, products.sum(0) if self.needs(1) else None, total.sum(0) if self.needs(2) else None

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = self.inputs[0], self.inputs[1]
        shape, groups = x._array.shape, self.options["num_groups"]
        g = gradient if weight is None else gradient * weight.reshape((-1,) + (1,) * (x.ndim - 2))
        rows = (shape[0], groups, -1)
        share, normal = _through(g.reshape(rows), x.reshape(rows), (2,), self.options["eps"])
        axes = (0, *range(2, x.ndim))
        return (
            share.reshape(shape) if self.needs(0) else None,
            (gradient * normal.reshape(shape)).sum(axes) if self.needs(1) else None,
            gradient.sum(axes) if self.needs(2) else None,
        )


def _update(running: Tensor, batch: Array, momentum: float) -> None:
    """Moves a running statistic towards the batch's, in place."""
    kind = running._array.dtype.type
    moved = (kind(1 - momentum) * running._array + kind(momentum) * batch).astype(kind)
    writing.store(running, moved)


def _of_channels(channels: int, **given: Tensor | None) -> None:
    for name, t in given.items():
        if t is not None and t._array.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {t._array.size}")


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

    ValueError in training with one value per channel or an `eps` that is not positive, RuntimeError for statistics or
    weights of another number of channels, or without statistics when not training.
    """
    shape = input._array.shape
    if len(shape) < 2:
        raise IndexError(f"Dimension out of range: batch_norm needs (N, C, …), but got input of shape {list(shape)}")
    size = input.numel() // max(shape[1], 1)
    if training and size == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.size()}")
    if eps < 0 or (training and eps == 0):
        raise ValueError(f"batch_norm eps must be positive during training and never negative, but got {eps}")
    if not training and (running_mean is None or running_var is None):
        raise RuntimeError(f"running_{'mean' if running_mean is None else 'var'} must be defined in evaluation mode")
    _of_channels(shape[1], running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    _floating(input, "batch_norm")
    # Running statistics are data, not inputs that want gradients, and are read before they move.
    given = (None, None) if training else (running_mean, running_var)
    output = apply(BatchNorm, input, weight, bias, *given, training=training, eps=eps)
    if training and (running_mean is not None or running_var is not None):
        node = output.grad_fn
        if isinstance(node, BatchNorm):
            mean, var = node.statistics
        else:
            axes = (0, *range(2, len(shape)))
            mean, var = input._array.mean(axes), input._array.var(axes)
        if running_mean is not None:
            _update(running_mean, mean, momentum)
        if running_var is not None:
            _update(running_var, var * input._array.dtype.type(size / (size - 1)), momentum)
    return output


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalises each channel of each sample, (N, C, …): in the graph `batch_norm` of N · C channels, as PyTorch's.

    ValueError for one element per channel, or one running statistic without the other; RuntimeError as `batch_norm`.
    """
    shape = input._array.shape
    if use_input_stats and math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.size()}")
    if (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must either both be None or neither be None")
    if not use_input_stats and running_mean is None:
        raise RuntimeError("Expected running_mean and running_var to be defined when use_input_stats is false")
    n, c = shape[:2]
    _of_channels(c, weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
    mean, var = (None if t is None else constant_array(np.tile(t._array, n)) for t in (running_mean, running_var))
    scale, shift = (None if t is None else t.repeat(n) for t in (weight, bias))
    flat = input.contiguous().view(1, n * c, *shape[2:])
    output = batch_norm(flat, mean, var, scale, shift, use_input_stats, momentum, eps)
    if use_input_stats:
        for running, moved in ((running_mean, mean), (running_var, var)):
            if running is not None and moved is not None:
                writing.store(running, moved._array.reshape(n, c).mean(0))
    return output.view(*shape)


def _normalized(input: Tensor, normalized_shape: Any, weight: Tensor | None, bias: Tensor | None) -> tuple[int, ...]:
    """The shape of what is normalised, checked."""
    shape = tuple(normalized_shape)
    if not shape:
        raise RuntimeError("Expected normalized_shape to be at least 1-dimensional, but got normalized_shape = []")
    for name, t in (("weight", weight), ("bias", bias)):
        if t is not None and t._array.shape != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape {list(t.shape)} and "
                f"normalized_shape = {list(shape)}"
            )
    if tuple(input.shape[-len(shape) :]) != shape:
        raise RuntimeError(
            f"Given normalized_shape={list(shape)}, expected input with shape [*, {', '.join(map(str, shape))}], but "
            f"got input of size{list(input.shape)}"
        )
    return shape


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalises over the last dimensions, which are `normalized_shape` (RuntimeError where they are not)."""
    shape = _normalized(input, normalized_shape, weight, bias)
    _floating(input, "layer_norm")
    return apply(LayerNorm, input, weight, bias, normalized_shape=shape, eps=eps)


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Divides by the root of the mean square over the last dimensions, which are `normalized_shape`.

    `eps` is that of the dtype if not given. RuntimeError where the shapes do not fit. B. Zhang and R. Sennrich, "Root
    Mean Square Layer Normalization" (2019); composed of the ops PyTorch composes it of.
    """
    shape = _normalized(input, normalized_shape, weight, None)
    _floating(input, "rms_norm")
    tiny = dtypes.finfo(input.dtype).eps if eps is None else eps
    dims = tuple(range(input.ndim - len(shape), input.ndim))
    normal = input * (input.pow(2).mean(dims, keepdim=True) + tiny).rsqrt()
    return normal if weight is None else normal * weight


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Normalises each of `num_groups` groups of channels of each sample: (N, C, …).

    RuntimeError where the channels do not divide or the weights are not one a channel; ValueError for one value a
    group. Y. Wu and K. He, "Group Normalization" (2018).
    """
    shape = input._array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    n, c = shape[:2]
    if n * c // num_groups * math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {list(shape)}")
    if c % num_groups:
        raise RuntimeError(
            f"Expected number of channels in input to be divisible by num_groups, but got input of shape {list(shape)} "
            f"and num_groups={num_groups}"
        )
    for name, t in (("weight", weight), ("bias", bias)):
        if t is not None and t._array.shape != (c,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {list(t.shape)} and input of shape {list(shape)}"
            )
    _floating(input, "group_norm")
    return apply(GroupNorm, input, weight, bias, num_groups=num_groups, eps=eps)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Divides by (k + alpha · mean square of `size` neighbouring channels) ^ beta: (N, C, …), ValueError below 3-D.

    A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks" (2012).
    """
    shape = input._array.shape
    if len(shape) < 3:
        raise ValueError(f"Expected 3D or higher dimensionality input (got {len(shape)} dimensions)")
    if not input._array.size:
        return input
    squares, border = input.mul(input), (size // 2, (size - 1) // 2)
    if len(shape) == 3:
        squares = avg_pool2d(pad(squares.unsqueeze(1), (0, 0, *border)), (size, 1), stride=1).squeeze(1)
    else:
        squares = squares.view(shape[0], 1, shape[1], shape[2], -1)
        squares = avg_pool3d(pad(squares, (0, 0, 0, 0, *border)), (size, 1, 1), stride=1).squeeze(1).view(*shape)
    return input / squares.mul(alpha).add(k).pow(beta)


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """Divided by the p-norm along `dim`, or by `eps` where that is smaller."""
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)
