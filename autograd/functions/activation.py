"""Smooth activations and the rectified ones: relu and its kin, sigmoid, tanh, silu, mish, softplus, gelu."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes, writing
from autograd.function import Array, Function, apply, apply_to_one
from autograd.functions import choice
from autograd.functions.common import constant_array
from autograd.functions.special import erf, normal_cdf

if TYPE_CHECKING:
    from autograd.tensor import Tensor

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def _float(x: Array) -> Array:
    return x if x.dtype.kind == "f" else x.astype(dtypes.default_numpy())


class _Unary(Function):
    __slots__ = ()
    arguments = ("input",)


class Relu(_Unary):
    __slots__ = ()
    op, backward_name, saves = "relu", "ReluBackward0", ("output",)
    formula, derivatives = r"\max(\text{input}, 0)", {"input": r"g \cdot [\text{output} > 0]"}

    def forward(self, input: Array) -> Array:
        self.saved = np.maximum(input, 0)
        return self.saved

    def backward(self, gradient: Array) -> Array:
        return gradient * (self.saved > 0)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * constant_array(self.saved > 0)


class Sigmoid(_Unary):
    __slots__ = ()
    op, backward_name, saves = "sigmoid", "SigmoidBackward0", ("output",)
    formula = r"\frac{1}{1 + e^{-\text{input}}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{output} \cdot (1 - \text{output})"}

    def forward(self, input: Array) -> Array:
        self.saved = sigmoid_array(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        slope = np.asarray(1 - self.saved)
        slope *= self.saved
        slope *= gradient
        return slope

    def differentiate(self, gradient: Tensor) -> Tensor:
        y = self.result(self.saved)
        return gradient * ((1 - y) * y)


class Tanh(_Unary):
    __slots__ = ()
    op, backward_name, saves = "tanh", "TanhBackward0", ("output",)
    formula, derivatives = r"\tanh \text{input}", {"input": r"g \cdot (1 - \text{output}^2)"}

    def forward(self, input: Array) -> Array:
        self.saved = np.tanh(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        slope = np.asarray(self.saved * self.saved)
        np.subtract(1, slope, out=slope)
        slope *= gradient
        return slope

    def differentiate(self, gradient: Tensor) -> Tensor:
        y = self.result(self.saved)
        return gradient * (1 - y * y)


class LeakyRelu(_Unary):
    __slots__ = ()
    op, backward_name, saves = "leaky_relu", "LeakyReluBackward0", ("input",)
    formula = r"\text{input} > 0 \mathbin{?} \text{input} : \text{negative\_slope} \cdot \text{input}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} > 0 \mathbin{?} g : \text{negative\_slope} \cdot g"
    }

    def forward(self, input: Array, negative_slope: float) -> Array:
        self.saved = input
        lowered = input * input.dtype.type(negative_slope)
        # The larger of the two is the right one, and much faster than a choice.
        return np.maximum(input, lowered) if 0 <= negative_slope <= 1 else np.where(input > 0, input, lowered)

    def backward(self, gradient: Array) -> Array:
        slope = gradient.dtype.type(self.options["negative_slope"])
        if not 0 <= slope <= 1:
            return np.where(self.saved > 0, gradient, gradient * slope)
        slopes = np.maximum(self.saved > 0, slope, dtype=gradient.dtype)
        return np.multiply(slopes, gradient)

    def differentiate(self, gradient: Tensor) -> Tensor:
        slopes = np.where(self.saved > 0, 1, self.options["negative_slope"])
        return gradient * constant_array(slopes.astype(gradient._array.dtype))


class Elu(_Unary):
    __slots__ = ()
    op, backward_name, saves = "elu", "EluBackward0", ("input",)
    formula = r"\text{input} > 0 \mathbin{?} \text{input} : \alpha (e^{\text{input}} - 1)"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} > 0 \mathbin{?} g : g \cdot \alpha e^{\text{input}}"
    }

    def forward(self, input: Array, alpha: float) -> Array:
        self.saved = input
        low = np.asarray(np.minimum(input, 0))
        np.expm1(low, out=low)
        low *= input.dtype.type(alpha)
        low += np.maximum(input, 0)  # one of the two is 0
        return low

    def backward(self, gradient: Array) -> Array:
        x = self.saved
        slope = np.asarray(np.fmin(x, 0))  # nan counts as positive, as in PyTorch
        np.exp(slope, out=slope)
        if (alpha := self.options["alpha"]) != 1:
            slope *= gradient.dtype.type(alpha)
            slope = np.where(x <= 0, slope, gradient.dtype.type(1))
        slope *= gradient
        return slope

    def differentiate(self, gradient: Tensor) -> Tensor:
        slope = self.inputs[0].clamp(max=0).exp() * self.options["alpha"]
        return choice.where(constant_array(self.saved > 0), gradient, gradient * slope)


class Silu(_Unary):
    __slots__ = ()
    op, backward_name, saves = "silu", "SiluBackward0", ("input",)
    formula = r"\text{input} \cdot \sigma(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \sigma(\text{input}) (1 + \text{input} (1 - \sigma(\text{input})))"
    }

    def forward(self, input: Array) -> Array:
        self.saved = input
        return input * sigmoid_array(input)

    def backward(self, gradient: Array) -> Array:
        s = sigmoid_array(self.saved)
        slope = np.asarray(1 - s)
        slope *= self.saved
        slope += 1
        slope *= s
        slope *= gradient
        return slope

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        s = x.sigmoid()
        return gradient * (s * (1 + x * (1 - s)))


class Softplus(_Unary):
    __slots__ = ()
    op, backward_name, saves = "softplus", "SoftplusBackward0", ("input",)
    formula = r"\tfrac{1}{\beta} \ln(1 + e^{\beta \cdot \text{input}})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \sigma(\beta \cdot \text{input})"}

    def forward(self, input: Array, beta: float, threshold: float) -> Array:
        self.saved = input
        z = input * input.dtype.type(beta)
        return np.where(z > threshold, input, np.log1p(np.exp(np.minimum(z, threshold))) / input.dtype.type(beta))

    def backward(self, gradient: Array) -> Array:
        z = self.saved * gradient.dtype.type(self.options["beta"])
        return np.where(z > self.options["threshold"], gradient, gradient * sigmoid_array(z))

    def differentiate(self, gradient: Tensor) -> Tensor:
        z = self.inputs[0] * self.options["beta"]
        linear = constant_array(z._array > self.options["threshold"])
        return choice.where(linear, gradient, gradient * z.sigmoid())


class Gelu(_Unary):
    __slots__ = ()
    op, backward_name, saves = "gelu", "GeluBackward0", ("input",)
    formula, derivatives = (
        r"\text{input} \cdot \Phi(\text{input})",
        {"input": r"g \cdot (\Phi(\text{input}) + \text{input} \cdot \varphi(\text{input}))"},
    )

    def forward(self, input: Array, approximate: str) -> Array:
        if approximate == "tanh":
            t = np.asarray(_inner(input))
            np.tanh(t, out=t)
            self.saved = input, t
            output = t + 1
            output *= input
            output *= input.dtype.type(0.5)
            return output
        below = normal_cdf(input)
        self.saved = input, below
        return input * below

    def backward(self, gradient: Array) -> Array:
        x, t = self.saved
        kind = x.dtype.type
        if self.options["approximate"] == "tanh":
            # g/2 · (1 + t + x (1 − t²) · sqrt(2/π) (1 + 3 · 0.044715 x²)), in two buffers
            slope = np.asarray(x * x)
            slope *= kind(3 * 0.044715)
            slope += kind(1)
            slope *= kind(math.sqrt(2 / math.pi))
            slope *= x
            rest = np.asarray(t * t)
            np.subtract(kind(1), rest, out=rest)
            slope *= rest
            slope += t
            slope += kind(1)
            slope *= gradient
            slope *= kind(0.5)
            return slope
        slope = np.asarray(x * x)
        slope *= kind(-0.5)
        np.exp(slope, out=slope)
        slope *= kind(1 / math.sqrt(2 * math.pi))
        slope *= x
        slope += t
        slope *= gradient
        return slope

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        if self.options["approximate"] == "tanh":
            t = (math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))).tanh()
            slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
            return gradient * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope)
        density = (x * x * -0.5).exp() * (1 / math.sqrt(2 * math.pi))
        return gradient * (0.5 * (1 + erf(x * (1 / math.sqrt(2)))) + x * density)


class Selu(_Unary):
    """PyTorch's graph shows it as elu (Klambauer et al., 2017)."""

    __slots__ = ()
    op, backward_name, saves = "selu", "EluBackward0", ("input",)
    formula = r"s \cdot (\text{input} > 0 \mathbin{?} \text{input} : \alpha (e^{\text{input}} - 1))"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"s \cdot (\text{input} > 0 \mathbin{?} g : g \cdot \alpha e^{\text{input}})"
    }

    def forward(self, input: Array) -> Array:
        self.saved = input
        kind = input.dtype.type
        low = np.expm1(np.minimum(input, 0)) * kind(SELU_ALPHA * SELU_SCALE)
        return np.where(input <= 0, low, input * kind(SELU_SCALE))

    def backward(self, gradient: Array) -> Array:
        x, kind = self.saved, gradient.dtype.type
        slope = np.exp(np.minimum(x, 0)) * kind(SELU_ALPHA * SELU_SCALE)
        return gradient * np.where(x <= 0, slope, kind(SELU_SCALE))

    def differentiate(self, gradient: Tensor) -> Tensor:
        slope = self.inputs[0].clamp(max=0).exp() * (SELU_ALPHA * SELU_SCALE)
        return gradient * choice.where(constant_array(self.saved <= 0), slope, SELU_SCALE)


class Celu(_Unary):
    __slots__ = ()
    op, backward_name, saves = "celu", "CeluBackward0", ("input",)
    formula = r"\max(\text{input}, 0) + \min(0, \alpha (e^{\text{input} / \alpha} - 1))"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\text{input} > 0 \mathbin{?} g : g \cdot e^{\text{input} / \alpha}"
    }

    def forward(self, input: Array, alpha: float) -> Array:
        self.saved = input
        kind = input.dtype.type
        low = np.expm1(np.minimum(input, 0) * kind(1.0 / alpha)) * kind(alpha)
        return np.where(input <= 0, low, input)

    def rates(self) -> tuple[float, float]:
        """1 / alpha within and before the exponential. PyTorch's backward holds alpha in single precision."""
        inverse = 1.0 / float(np.float32(self.options["alpha"]))
        return inverse, inverse * self.options["alpha"]

    def backward(self, gradient: Array) -> Array:
        x, kind, (rate, factor) = self.saved, gradient.dtype.type, self.rates()
        slope = np.exp(np.minimum(x, 0) * kind(rate)) * kind(factor)
        return np.where(x <= 0, gradient * slope, gradient)

    def differentiate(self, gradient: Tensor) -> Tensor:
        rate, factor = self.rates()
        slope = (self.inputs[0].clamp(max=0) * rate).exp() * factor
        return choice.where(constant_array(self.saved <= 0), gradient * slope, gradient)


class Mish(_Unary):
    __slots__ = ()
    op, backward_name, saves = "mish", "MishBackward0", ("input",)
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

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        t = softplus(x).tanh()
        return gradient * (t + x * x.sigmoid() * (1 - t * t))


class LogSigmoid(_Unary):
    __slots__ = ()
    op, backward_name, saves = "logsigmoid", "LogSigmoidBackward0", ("input",)
    formula = r"\ln \sigma(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot (1 - \sigma(\text{input}))"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return np.minimum(input, 0) - np.log1p(np.exp(-np.abs(input)))

    def backward(self, gradient: Array) -> Array:
        return gradient * sigmoid_array(-self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * (-self.inputs[0]).sigmoid()


class EluInPlace(Elu):
    __slots__ = ()
    backward_name = "EluBackward1"

    def backward(self, gradient: Array) -> Array:
        refuse_negative(self.options["alpha"], "elu")
        return super().backward(gradient)


class SeluInPlace(Selu):
    __slots__ = ()
    backward_name = "EluBackward1"


class CeluInPlace(Celu):
    __slots__ = ()
    backward_name = "CeluBackward1"

    def rates(self) -> tuple[float, float]:
        return 1.0 / self.options["alpha"], super().rates()[1]  # from the output, which holds alpha itself

    def backward(self, gradient: Array) -> Array:
        refuse_negative(self.options["alpha"], "celu")
        return super().backward(gradient)


class LeakyReluInPlace(LeakyRelu):
    __slots__ = ()
    backward_name = "LeakyReluBackward1"

    def backward(self, gradient: Array) -> Array:
        refuse_negative(self.options["negative_slope"], "leaky_relu")
        return super().backward(gradient)


def refuse_negative(slope: float, op: str) -> None:
    """PyTorch's refusal: it keeps the output of an in-place op, from which a negative slope cannot be told."""
    if slope < 0:
        raise RuntimeError(
            f"In-place {op} backward calculation is triggered with a negative slope which is not supported. This is "
            "caused by calling in-place forward function with a negative slope, please call out-of-place version "
            "instead."
        )


def sigmoid_array(x: Array) -> Array:
    """1 / (1 + e^-x) without overflow."""
    y = np.asarray(np.negative(x))
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    return np.reciprocal(y, out=y)


def _inner(x: Array) -> Array:
    kind = x.dtype.type
    inner = np.asarray(x * x)
    inner *= x
    inner *= kind(0.044715)
    inner += x
    inner *= kind(math.sqrt(2 / math.pi))
    return inner


def floating(input: Tensor, op: str) -> Tensor:
    """NotImplementedError for integers and bools, as PyTorch's kernels raise."""
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"\"{op}\" not implemented for '{input.dtype.name}'; give input.float()")
    return input


def run_or_write(
    function: type[Function],
    input: Tensor,
    inplace: bool,
    *others: Tensor,
    written: type[Function] | None = None,
    **options: Any,
) -> Tensor:
    """The op, and with `inplace` written into `input` as well.

    `written` is the node of the in-place form, where PyTorch gives it another name.
    """
    if inplace:
        return writing.write(input, written or function, others, options)
    if not others and not options:
        return apply_to_one(function, input)
    return apply(function, input, *others, **options)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The positive part. RuntimeError for bools."""
    if input._array.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return run_or_write(Relu, input, inplace)


def relu_(input: Tensor) -> Tensor:
    """`relu`, in place."""
    return relu(input, True)


def sigmoid(input: Tensor) -> Tensor:
    """`1 / (1 + exp(-input))`."""
    return apply_to_one(Sigmoid, input)


def sigmoid_(input: Tensor) -> Tensor:
    """`sigmoid`, in place."""
    return writing.write(input, Sigmoid, (), {})


def tanh(input: Tensor) -> Tensor:
    """Hyperbolic tangent."""
    return apply_to_one(Tanh, input)


def tanh_(input: Tensor) -> Tensor:
    """`tanh`, in place."""
    return writing.write(input, Tanh, (), {})


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """`input` where positive, else `negative_slope * input`."""
    floating(input, "leaky_relu_cpu")
    return run_or_write(LeakyRelu, input, inplace, written=LeakyReluInPlace, negative_slope=negative_slope)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu`, in place."""
    return leaky_relu(input, negative_slope, True)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """`input` where positive, else `alpha * (exp(input) - 1)`."""
    floating(input, "elu_cpu")
    return run_or_write(Elu, input, inplace, written=EluInPlace, alpha=alpha)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu`, in place."""
    return elu(input, alpha, True)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """The scaled elu that keeps mean 0 and variance 1 (Klambauer et al., 2017)."""
    floating(input, "elu_cpu")
    return run_or_write(Selu, input, inplace, written=SeluInPlace)


def selu_(input: Tensor) -> Tensor:
    """`selu`, in place."""
    return selu(input, True)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """An elu with a continuous slope (Barron, 2017). RuntimeError for `alpha` 0."""
    if not alpha:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    floating(input, "elu_cpu")
    return run_or_write(Celu, input, inplace, written=CeluInPlace, alpha=alpha)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`celu`, in place."""
    return celu(input, alpha, True)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * sigmoid(input)`."""
    return run_or_write(Silu, floating(input, "silu_cpu"), inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * tanh(softplus(input))` (Misra, 2019)."""
    return run_or_write(Mish, floating(input, "mish_cpu"), inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """A smooth relu; `input` itself where `beta * input > threshold`."""
    return apply(Softplus, floating(input, "softplus_cpu"), beta=beta, threshold=threshold)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """`input` times the normal distribution function of it; `approximate="tanh"` for the usual approximation."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return apply(Gelu, floating(input, "GeluKernelImpl"), approximate=approximate)


def logsigmoid(input: Tensor) -> Tensor:
    """`log(sigmoid(input))`, without underflow."""
    return apply(LogSigmoid, floating(input, "log_sigmoid_cpu"))


def softsign(input: Tensor) -> Tensor:
    """`input / (1 + |input|)`."""
    return input / (input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """`input - tanh(input)`."""
    return input - input.tanh()
