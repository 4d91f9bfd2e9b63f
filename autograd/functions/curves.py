"""Activations beyond those of every network: hard and shrinking ones, mish, celu, prelu, rrelu, glu and the like.

Formulas are those of PyTorch's pages on `torch.nn`.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import mode, random, writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.activation import Elu, LeakyRelu, Silu, elu, leaky_relu, sigmoid_array, softmax, softplus
from autograd.functions.common import wrap_dim
from autograd.tensor import wrap

if TYPE_CHECKING:
    from autograd.tensor import Tensor

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


class _Curve(Function):
    __slots__ = ()
    arguments = ("input",)
    saves = ("input",)


class Hardtanh(_Curve):
    __slots__ = ()
    op, backward_name = "hardtanh", "HardtanhBackward0"
    formula = r"\min(\max(\text{input}, \text{min\_val}), \text{max\_val})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot [\text{min\_val} < \text{input} < \text{max\_val}]"}

    def forward(self, input: Array, min_val: float, max_val: float) -> Array:
        self.saved = input
        return np.clip(input, input.dtype.type(min_val), input.dtype.type(max_val))

    def _inside(self) -> Array:
        x = self.saved
        return ((x > self.options["min_val"]) & (x < self.options["max_val"])).astype(x.dtype)

    def backward(self, gradient: Array) -> Array:
        return gradient * self._inside()

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return (gradient * wrap(self._inside()),)


class Hardsigmoid(_Curve):
    __slots__ = ()
    op, backward_name = "hardsigmoid", "HardsigmoidBackward0"
    formula = r"\min(\max(\text{input} + 3, 0), 6) / 6"
    derivatives: ClassVar[dict[str, str]] = {"input": r"-3 < \text{input} < 3 \mathbin{?} g / 6 : 0"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return np.clip(input + 3, 0, 6) / 6

    def _slope(self) -> Array:
        x = self.saved
        return ((x > -3) & (x < 3)) * x.dtype.type(1 / 6)

    def backward(self, gradient: Array) -> Array:
        return gradient * self._slope()

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return (gradient * wrap(self._slope()),)


class Hardswish(_Curve):
    __slots__ = ()
    op, backward_name = "hardswish", "HardswishBackward0"
    formula = r"\text{input} \cdot \min(\max(\text{input} + 3, 0), 6) / 6"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} \le -3 \mathbin{?} 0 : \text{input} \ge 3 \mathbin{?} g : g (\text{input} / 3 + 1/2)"
    }

    def forward(self, input: Array) -> Array:
        self.saved = input
        return input * np.clip(input + 3, 0, 6) / 6

    def backward(self, gradient: Array) -> Array:
        x = self.saved
        return np.where(x <= -3, 0, np.where(x < 3, gradient * (x / 3 + x.dtype.type(0.5)), gradient))

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x = self.inputs[0]
        assert x is not None
        inside = wrap(((self.saved > -3) & (self.saved < 3)).astype(self.saved.dtype))
        beyond = wrap((self.saved >= 3).astype(self.saved.dtype))
        return (gradient * ((x / 3 + 0.5) * inside + beyond),)


class Hardshrink(_Curve):
    __slots__ = ()
    op, backward_name = "hardshrink", "HardshrinkBackward0"
    formula = r"|\text{input}| > \lambda \mathbin{?} \text{input} : 0"
    derivatives: ClassVar[dict[str, str]] = {"input": r"|\text{input}| > \lambda \mathbin{?} g : 0"}

    def _outside(self, x: Array) -> Array:
        limit = x.dtype.type(self.options["lambd"])
        return (np.abs(x) > limit).astype(x.dtype)

    def forward(self, input: Array, lambd: float) -> Array:
        self.saved = self._outside(input)
        return np.where(self.saved, input, input.dtype.type(0))

    def backward(self, gradient: Array) -> Array:
        return gradient * self.saved

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return (gradient * wrap(self.saved),)


class Softshrink(Hardshrink):
    __slots__ = ()
    op, backward_name = "softshrink", "SoftshrinkBackward0"
    formula = r"|\text{input}| > \lambda \mathbin{?} \text{input} - \lambda \operatorname{sign}(\text{input}) : 0"

    def forward(self, input: Array, lambd: float) -> Array:
        self.saved = self._outside(input)
        return np.where(self.saved, input - np.sign(input) * input.dtype.type(lambd), input.dtype.type(0))


class Threshold(_Curve):
    __slots__ = ()
    op, backward_name = "threshold", "ThresholdBackward0"
    formula = r"\text{input} > \text{threshold} \mathbin{?} \text{input} : \text{value}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\text{input} > \text{threshold} \mathbin{?} g : 0"}

    def forward(self, input: Array, threshold: float, value: float) -> Array:
        above = input > threshold
        self.saved = above.astype(input.dtype)
        return np.where(above, input, input.dtype.type(value))

    def backward(self, gradient: Array) -> Array:
        return gradient * self.saved

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return (gradient * wrap(self.saved),)


class Celu(_Curve):
    __slots__ = ()
    op, backward_name = "celu", "CeluBackward0"
    formula = r"\max(\text{input}, 0) + \min(0, \alpha (e^{\text{input} / \alpha} - 1))"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} > 0 \mathbin{?} g : g \cdot e^{\text{input} / \alpha}"
    }

    def forward(self, input: Array, alpha: float) -> Array:
        self.saved = input
        a = input.dtype.type(alpha)
        return np.where(input > 0, input, np.expm1(np.minimum(input, 0) / a) * a)

    def backward(self, gradient: Array) -> Array:
        x = self.saved
        return np.where(x > 0, gradient, gradient * np.exp(np.minimum(x, 0) / x.dtype.type(self.options["alpha"])))

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x = self.inputs[0]
        assert x is not None
        return (gradient * (x.clamp(max=0) / self.options["alpha"]).exp(),)


class Selu(Elu):
    """Elu with two constants, which PyTorch's graph shows as elu (Klambauer et al., 2017)."""

    __slots__ = ()
    op = "selu"
    formula = r"s \cdot (\text{input} > 0 \mathbin{?} \text{input} : \alpha (e^{\text{input}} - 1))"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"s \cdot (\text{input} > 0 \mathbin{?} g : g \cdot \alpha e^{\text{input}})"
    }

    def forward(self, input: Array) -> Array:  # type: ignore[override]
        self.saved = input
        kind = input.dtype.type
        low = np.expm1(np.minimum(input, 0)) * kind(SELU_ALPHA * SELU_SCALE)
        return np.where(input > 0, input * kind(SELU_SCALE), low)

    def backward(self, gradient: Array) -> Array:
        x = self.saved
        kind = x.dtype.type
        slope = np.exp(np.minimum(x, 0)) * kind(SELU_ALPHA * SELU_SCALE)
        return gradient * np.where(x > 0, kind(SELU_SCALE), slope)

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        above = wrap((self.saved > 0).astype(self.saved.dtype))
        slope = x.clamp(max=0).exp() * (SELU_ALPHA * SELU_SCALE) * (1 - above) + above * SELU_SCALE
        share: Tensor = gradient * slope
        return share


class Mish(_Curve):
    __slots__ = ()
    op, backward_name = "mish", "MishBackward0"
    formula = r"\text{input} \cdot \tanh(\ln(1 + e^{\text{input}}))"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot (t + \text{input} \cdot \sigma(\text{input}) (1 - t^2)), \quad "
        r"t = \tanh(\ln(1 + e^{\text{input}}))"
    }

    def forward(self, input: Array) -> Array:
        self.saved = input, np.tanh(np.logaddexp(input, input.dtype.type(0)))
        return input * self.saved[1]

    def backward(self, gradient: Array) -> Array:
        x, t = self.saved
        return gradient * (t + x * sigmoid_array(x) * (1 - t * t))

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x = self.inputs[0]
        assert x is not None
        t = softplus(x).tanh()
        return (gradient * (t + x * x.sigmoid() * (1 - t * t)),)


class LogSigmoid(_Curve):
    __slots__ = ()
    op, backward_name = "logsigmoid", "LogSigmoidBackward0"
    formula = r"\ln \sigma(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot (1 - \sigma(\text{input}))"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return np.minimum(input, 0) - np.log1p(np.exp(-np.abs(input)))

    def backward(self, gradient: Array) -> Array:
        return gradient * sigmoid_array(-self.saved)

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x = self.inputs[0]
        assert x is not None
        return (gradient * (-x).sigmoid(),)


class Glu(_Curve):
    __slots__ = ()
    op, backward_name = "glu", "GluBackward0"
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

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        from autograd.functions.joining import cat

        x = self.inputs[0]
        assert x is not None
        a, b = x.chunk(2, self.options["dim"])
        s = b.sigmoid()
        return (cat([gradient * s, gradient * a * s * (1 - s)], self.options["dim"]),)


class Prelu(Function):
    """`weight` has been shaped to broadcast along the channels."""

    __slots__ = ()
    op, backward_name = "prelu", "PreluKernelBackward0"
    arguments = ("input", "weight")
    saves = ("input", "weight")
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
        share = np.where(x > 0, gradient, weight * gradient) if self.needs(0) else None
        if not self.needs(1):
            return share, None
        axes = tuple(i for i, n in enumerate(weight.shape) if n == 1)
        return share, (np.minimum(x, 0) * gradient).sum(axes, keepdims=True)

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = self.inputs
        assert x is not None and weight is not None
        below = wrap((self.saved[0] <= 0).astype(self.saved[0].dtype))
        axes = tuple(i for i, n in enumerate(weight.shape) if n == 1)
        per_weight = (x * below * gradient).sum(axes, keepdim=True) if axes else x * below * gradient
        return gradient * (weight * below + (1 - below)), per_weight


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

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return gradient * wrap(self.saved), None


def run_or_write(function: type[Function], input: Tensor, inplace: bool, *others: Tensor, **options: Any) -> Tensor:
    """The op, and with `inplace` written into `input` as well (a view in a graph excepted, as for relu)."""
    if inplace and (input._base is None or not (mode.grad and input._requires_grad)):
        return writing.write(input, function, others, options)
    return apply(function, input, *others, **options)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Clamped to `min_val` … `max_val`; ValueError where the first is above the second."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return run_or_write(Hardtanh, input, inplace, min_val=min_val, max_val=max_val)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """The positive part, at most 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A straight-line sigmoid: `relu6(input + 3) / 6` (Howard et al., 2019)."""
    return run_or_write(Hardsigmoid, input, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * relu6(input + 3) / 6` (Howard et al., 2019)."""
    return run_or_write(Hardswish, input, inplace)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """0 between `-lambd` and `lambd`."""
    return apply(Hardshrink, input, lambd=lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Drawn towards 0 by `lambd`, which is not negative (RuntimeError)."""
    if lambd < 0:
        raise RuntimeError(f"lambda must be greater or equal to 0, but found to be {lambd}.")
    return apply(Softshrink, input, lambd=lambd)


def tanhshrink(input: Tensor) -> Tensor:
    """`input - tanh(input)`."""
    return input - input.tanh()


def softsign(input: Tensor) -> Tensor:
    """`input / (1 + |input|)`."""
    return input / (abs(input) + 1)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """`input` above `threshold`, else `value`."""
    return run_or_write(Threshold, input, inplace, threshold=threshold, value=value)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """An elu with a continuous slope (Barron, 2017). RuntimeError for `alpha` 0."""
    if not alpha:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return run_or_write(Celu, input, inplace, alpha=alpha)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """The scaled elu that keeps mean 0 and variance 1 (Klambauer et al., 2017)."""
    return run_or_write(Selu, input, inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * tanh(softplus(input))` (Misra, 2019)."""
    return run_or_write(Mish, input, inplace)


def silu_either(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * sigmoid(input)`."""
    return run_or_write(Silu, input, inplace)


def elu_either(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """`input` where positive, else `alpha * (exp(input) - 1)`."""
    return run_or_write(Elu, input, True, alpha=alpha) if inplace else elu(input, alpha)


def leaky_relu_either(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """`input` where positive, else `negative_slope * input`."""
    if inplace:
        return run_or_write(LeakyRelu, input, True, negative_slope=negative_slope)
    return leaky_relu(input, negative_slope)


def logsigmoid(input: Tensor) -> Tensor:
    """`log(sigmoid(input))`, without underflow."""
    return apply(LogSigmoid, input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """One half of `dim` times the sigmoid of the other (Dauphin et al., 2016). RuntimeError for an odd size."""
    if not input.ndim:
        raise RuntimeError("glu does not support 0-dimensional tensors")
    place = wrap_dim(dim, input.ndim)
    if input.shape[place] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {place} is size {input.shape[place]}")
    return apply(Glu, input, dim=place)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """As leaky_relu, with one learned slope, or one a channel (dimension 1). RuntimeError for other numbers of them."""
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
    return apply(Prelu, input, weight.view(*shape) if list(weight.shape) != shape else weight)


def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """leaky_relu with a slope drawn from [lower, upper] for each element in training, their mean otherwise."""
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    if not training:
        return leaky_relu_either(input, (lower + upper) / 2, inplace)
    x = input._array
    below = (x <= 0).ravel()
    noise = np.ones(x.size, x.dtype)
    # One 53-bit double for every element that is not positive, in order, as PyTorch's CPU kernel draws them.
    unit = random.default_generator.unit(int(below.sum()), np.float64)
    noise[below] = unit * (upper - lower) + lower
    return run_or_write(Rrelu, input, inplace, wrap(noise.reshape(x.shape)), lower=lower, upper=upper)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """`softmax(-input)`."""
    return softmax(-input, dim, _stacklevel, dtype)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A sample of the Gumbel-softmax distribution (Jang et al., 2016); with `hard` one-hot, with the soft gradient."""
    x = logits._array
    # PyTorch's exponential_: from 53-bit doubles for float64, 24 bits for float32.
    u = random.default_generator.unit(x.size, np.float64).reshape(x.shape)
    drawn = np.where(u >= 1 - np.finfo(np.float32).eps / 2, np.finfo(np.float32).eps / 2, -np.log1p(-u))
    noise = -np.log(np.maximum(drawn, np.finfo(x.dtype).tiny).astype(x.dtype))
    soft = softmax((logits + wrap(noise)) / tau, dim)
    if not hard:
        return soft
    place = soft._array.argmax(dim)
    one = np.zeros_like(soft._array)
    np.put_along_axis(one, np.expand_dims(place, dim), 1, dim)
    return wrap(one) - soft.detach() + soft
