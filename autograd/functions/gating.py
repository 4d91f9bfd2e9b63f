"""Activations with a gate or a slope of their own: glu, prelu, rrelu."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import random
from autograd.function import Array, Function, Shares, apply
from autograd.functions.activation import LeakyRelu, floating, refuse_negative, run_or_write, sigmoid_array
from autograd.functions.common import constant_array, sum_to, unbroadcast, wrap_dim
from autograd.functions.joining import cat

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Glu(Function):
    __slots__ = ()
    op, backward_name = "glu", "GluBackward0"
    arguments = saves = ("input",)
    formula = r"a \cdot \sigma(b), \quad (a, b) = \text{halves of input}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"(g \cdot \sigma(b),\; g \cdot a \cdot \sigma(b) (1 - \sigma(b)))"
    }

    def forward(self, input: Array, dim: int) -> Array:
        a, b = np.split(input, 2, dim)
        self.saved = a, sigmoid_array(b)
        return a * self.saved[1]

    def backward(self, gradient: Array) -> Array:
        a, s = self.saved
        first = gradient * s
        return np.concatenate([first, first * a * (1 - s)], self.options["dim"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        dim = self.options["dim"]
        a, b = self.inputs[0].chunk(2, dim)
        s = b.sigmoid()
        first = gradient * s
        return cat([first, first * a * (1 - s)], dim)


class Prelu(Function):
    """`weight` has been shaped to broadcast along the channels."""

    __slots__ = ()
    op, backward_name = "prelu", "PreluKernelBackward0"
    arguments = saves = ("input", "weight")
    formula = r"\text{input} > 0 \mathbin{?} \text{input} : \text{weight} \cdot \text{input}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} > 0 \mathbin{?} g : \text{weight} \cdot g",
        "weight": r"\sum [\text{input} \le 0] \cdot \text{input} \cdot g",
    }

    def forward(self, input: Array, weight: Array) -> Array:
        self.saved = input, weight
        return np.where(input > 0, input, weight * input)

    def backward(self, gradient: Array) -> Shares:
        x, weight = self.saved
        return (
            np.where(x > 0, gradient, weight * gradient) if self.needs(0) else None,
            unbroadcast(np.minimum(x, 0) * gradient, weight.shape) if self.needs(1) else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        x, weight = self.inputs
        array = self.saved[0]
        above = constant_array((array > 0).astype(array.dtype))
        below = constant_array((~(array > 0)).astype(array.dtype))
        return (
            gradient * (weight * below + above) if self.needs(0) else None,
            sum_to(gradient * x * below, weight._array.shape) if self.needs(1) else None,
        )


class Rrelu(Function):
    """Training's form: `noise` holds the slope drawn for each element, 1 where the input is positive."""

    __slots__ = ()
    op, backward_name = "rrelu", "RreluWithNoiseBackward0"
    arguments = ("input", "noise")
    saves = ("noise",)
    formula = r"\text{input} \cdot \text{noise}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{noise}"}

    def forward(self, input: Array, noise: Array, lower: float, upper: float) -> Array:
        self.saved = noise
        return input * noise

    def backward(self, gradient: Array) -> Shares:
        return gradient * self.saved, None

    def differentiate(self, gradient: Tensor) -> Any:
        return gradient * constant_array(self.saved), None


class RreluInPlace(Rrelu):
    __slots__ = ()
    backward_name = "RreluWithNoiseBackward1"


class RreluMean(LeakyRelu):
    """The form outside training: the mean of the slopes."""

    __slots__ = ()
    op, backward_name = "rrelu", "RreluWithNoiseBackward0"


class RreluMeanInPlace(RreluMean):
    __slots__ = ()
    backward_name = "RreluWithNoiseBackward1"

    def backward(self, gradient: Array) -> Array:
        refuse_negative(self.options["negative_slope"], "rrelu")
        return super().backward(gradient)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """One half of `dim` times the sigmoid of the other (Dauphin et al., 2016). RuntimeError for an odd size."""
    if not input.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    place = wrap_dim(dim, input.ndim)
    if input.shape[place] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {place} is size {input.shape[place]}")
    return apply(Glu, floating(input, "glu_cpu"), dim=place)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """As leaky_relu, with one learned slope, or one a channel (dimension 1). RuntimeError for other numbers of them."""
    if not isinstance(weight, tensors.Tensor):
        raise TypeError(f"prelu(): argument 'weight' (position 2) must be Tensor, not {type(weight).__name__}")
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}")
    if input._array.dtype != weight._array.dtype:
        raise RuntimeError(f"prelu: Type promoting not supported. Got {input.dtype} and {weight.dtype}")
    shape = [1] * input.ndim
    if weight.numel() != 1:
        channels = input.shape[1] if input.ndim > 1 else 1
        if not input.ndim or weight.numel() != channels:
            raise RuntimeError(
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {weight.numel()} "
                f"and channel size = {channels}."
            )
        shape[1] = weight.numel()
    return apply(Prelu, input, weight if list(weight._array.shape) == shape else weight.view(*shape))


def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """leaky_relu with a slope drawn from [lower, upper) for each element in training, their mean otherwise."""
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    floating(input, "rrelu_with_noise_out_cpu")
    if not training:
        slope = (lower + upper) / 2
        return run_or_write(RreluMean, input, inplace, written=RreluMeanInPlace, negative_slope=slope)
    x = input._array
    below = (x <= 0).ravel()
    noise = np.ones(x.size, x.dtype)
    # One 53-bit double for every element that is not positive, in order, as PyTorch's CPU kernel draws them.
    unit = random.default_generator.unit(int(below.sum()), np.float64)
    noise[below] = unit * (upper - lower) + lower
    slopes = tensors.wrap(noise.reshape(x.shape))
    return run_or_write(Rrelu, input, inplace, slopes, written=RreluInPlace, lower=lower, upper=upper)


def rrelu_(input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Tensor:
    """`rrelu`, in place."""
    return rrelu(input, lower, upper, training, True)
