"""Filling tensors with first values, in place, with PyTorch's numbers for a seed."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import mode, random, recording
from autograd.functions import inplace
from autograd.tensor import Tensor, wrap


@mode.no_grad()
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Uniform numbers in [a, b)."""
    return random.uniform_(tensor, a, b, generator=generator)


@mode.no_grad()
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Normal numbers."""
    return random.normal_(tensor, mean, std, generator=generator)


@mode.no_grad()
def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Any = None
) -> Tensor:
    """Normal numbers, those outside [a, b] drawn again. UserWarning where `mean` is far outside.

    Where most would be drawn again, uniform numbers are accepted with the density's chance instead, as in PyTorch.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be "
            "incorrect.",
            stacklevel=2,
        )
    with recording.paused():
        blank = wrap(np.empty_like(tensor._array))
        inside = _below((b - mean) / std) - _below((a - mean) / std)
        drawn = (_redrawn if inside > 0.3 else _accepted)(blank, mean, std, a, b, generator)
    return inplace.copy_(tensor, wrap(drawn))


def _below(x: float) -> float:
    """The chance that a standard normal number is below x."""
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def _redrawn(blank: Tensor, mean: float, std: float, a: float, b: float, generator: Any) -> Any:
    kind = blank._array.dtype.type
    values = random.normal_(blank, mean, std, generator=generator)._array.copy()
    while (outside := (values < kind(a)) | (values > kind(b))).any():
        values = np.where(outside, random.normal_(blank, mean, std, generator=generator)._array, values)
    return values


def _accepted(blank: Tensor, mean: float, std: float, a: float, b: float, generator: Any) -> Any:
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    values = blank._array
    pending = np.ones(values.shape, bool)
    while pending.any():
        drawn = random.uniform_(blank, a, b, generator=generator)._array.copy()
        chance = ((drawn - mean) / std) ** 2 * -0.5 - peak
        with np.errstate(divide="ignore"):
            refused = np.log(random.uniform_(blank, generator=generator)._array) > chance
        values = np.where(pending, drawn, values)
        pending &= refused
    return values


@mode.no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """One number everywhere."""
    return inplace.fill_(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


@mode.no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """Ones on the diagonal of a matrix, zeros elsewhere; ValueError for other shapes."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return inplace.copy_(tensor, wrap(np.eye(*tensor.shape, dtype=tensor._array.dtype)))


@mode.no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A convolution's kernel (3 to 5 dimensions) that hands each input channel on; ValueError for other shapes."""
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    if tensor.shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    kernel = np.zeros_like(tensor._array)
    outputs = tensor.shape[0] // groups
    channels = np.arange(min(outputs, tensor.shape[1]))
    middle: tuple[Any, ...] = tuple(size // 2 for size in tensor.shape[2:])
    for group in range(groups):
        kernel[group * outputs + channels, channels, *middle] = 1
    return inplace.copy_(tensor, wrap(kernel))


_LINEAR = (
    "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid",
)  # fmt: skip


def calculate_gain(nonlinearity: str, param: Any = None) -> float:
    """The factor by which an activation shrinks deviations, inverted. ValueError for one that is not known."""
    if nonlinearity in _LINEAR:
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        if isinstance(param, bool) or not isinstance(param, (int, float, type(None))):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def fans(tensor: Tensor) -> tuple[int, int]:
    """The numbers of inputs and outputs of one unit; ValueError for fewer than two dimensions."""
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


_calculate_fan_in_and_fan_out = fans


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Uniform, keeping deviations alike forwards and backwards (Glorot and Bengio, 2010)."""
    bound = math.sqrt(3.0) * gain * math.sqrt(2.0 / sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Normal, keeping deviations alike forwards and backwards (Glorot and Bengio, 2010)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))), generator)


def _kaiming(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float | None:
    """The standard deviation; None, with a UserWarning, for a tensor of no elements."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return None
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode.lower()} not supported, please use one of ['fan_in', 'fan_out']")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans(tensor)[mode.lower() == "fan_out"])


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Tensor:
    """Uniform, keeping deviations alike through relus (He et al., 2015)."""
    std = _kaiming(tensor, a, mode, nonlinearity)
    if std is None:
        return tensor
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Tensor:
    """Normal, keeping deviations alike through relus (He et al., 2015)."""
    std = _kaiming(tensor, a, mode, nonlinearity)
    return tensor if std is None else normal_(tensor, 0.0, std, generator)


@mode.no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """A random (semi-)orthogonal matrix, dimensions after the first taken as one (Saxe et al., 2013).

    ValueError for fewer than two dimensions.
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    array = tensor._array
    if not array.size:
        return tensor
    with recording.paused():
        flat = random.normal_(wrap(np.empty((len(array), array.size // len(array)), array.dtype)), generator=generator)
    wide = flat.shape[0] < flat.shape[1]
    q, r = np.linalg.qr(flat._array.T if wide else flat._array)
    q = q * np.sign(np.diag(r))
    return inplace.copy_(tensor, wrap(((q.T if wide else q) * gain).reshape(array.shape).astype(array.dtype)))


@mode.no_grad()
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """Normal numbers in a matrix, a fraction `sparsity` of each column set to 0 (Martens, 2010).

    ValueError for other shapes.
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    with recording.paused():
        values = random.normal_(wrap(np.empty_like(tensor._array)), 0.0, std, generator=generator)._array
        for column in range(columns):
            # From the default generator, as PyTorch draws them.
            values[random.randperm(rows)._array[:zeros], column] = 0
    return inplace.copy_(tensor, wrap(values))


def _older(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The same under its name of before 0.4, without the underscore."""
    new = function.__name__
    old = new[:-1]

    def deprecated(*args: Any, **kwargs: Any) -> Tensor:
        warnings.warn(f"`nn.init.{old}` is now deprecated in favor of `nn.init.{new}`.", FutureWarning, stacklevel=2)
        return function(*args, **kwargs)

    deprecated.__name__, deprecated.__doc__ = old, f"`{new}`, which is its name now."
    return deprecated


uniform, normal, constant = _older(uniform_), _older(normal_), _older(constant_)
eye, dirac, orthogonal, sparse = _older(eye_), _older(dirac_), _older(orthogonal_), _older(sparse_)
xavier_uniform, xavier_normal = _older(xavier_uniform_), _older(xavier_normal_)
kaiming_uniform, kaiming_normal = _older(kaiming_uniform_), _older(kaiming_normal_)
