"""Activations: relu and its kin, sigmoid, tanh, gelu, softmax and log_softmax."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.function import Array, Function, apply
from autograd.functions import choice
from autograd.functions.common import constant_array, wrap_dim, zeros_like

if TYPE_CHECKING:
    from autograd.tensor import Tensor


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
        return gradient * ((1 - self.saved) * self.saved)

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
        return gradient * (1 - self.saved * self.saved)

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
        return np.where(input > 0, input, input * input.dtype.type(negative_slope))

    def backward(self, gradient: Array) -> Array:
        slope = gradient.dtype.type(self.options["negative_slope"])
        return np.where(self.saved > 0, gradient, gradient * slope)

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
        return np.where(input > 0, input, np.expm1(np.minimum(input, 0)) * input.dtype.type(alpha))

    def backward(self, gradient: Array) -> Array:
        x = self.saved
        slope = np.exp(np.minimum(x, 0)) * gradient.dtype.type(self.options["alpha"])
        return np.where(x > 0, gradient, gradient * slope)

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
        return gradient * (s * (1 + self.saved * (1 - s)))

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
        self.saved = input, None
        return input * _normal_cdf(input)

    def backward(self, gradient: Array) -> Array:
        x, t = self.saved
        kind = x.dtype.type
        if t is not None:
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
        density = np.exp(x * x * kind(-0.5)) * kind(1 / math.sqrt(2 * math.pi))
        return gradient * (_normal_cdf(x) + x * density)

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        if self.options["approximate"] == "tanh":
            t = (math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))).tanh()
            slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
            return gradient * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope)
        density = (x * x * -0.5).exp() * (1 / math.sqrt(2 * math.pi))
        return gradient * (0.5 * (1 + erf(x * (1 / math.sqrt(2)))) + x * density)


class Softmax(_Unary):
    __slots__ = ()
    op, backward_name, saves = "softmax", "SoftmaxBackward0", ("output",)
    formula = r"\frac{e^{\text{input}_i}}{\sum_j e^{\text{input}_j}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\text{output}_i \cdot (g_i - \sum_j g_j \cdot \text{output}_j)"}

    def forward(self, input: Array, dim: int) -> Array:
        if not input.ndim:
            self.saved = np.ones_like(input)
            return self.saved
        z = input - np.maximum.reduce(input, axis=dim, keepdims=True)
        np.exp(z, out=z)
        z /= np.add.reduce(z, axis=dim, keepdims=True)
        self.saved = z
        return z

    def backward(self, gradient: Array) -> Array:
        p, dim = self.saved, self.options["dim"]
        if not p.ndim:
            return np.zeros_like(gradient)
        weighted = p * gradient
        weighted -= p * np.add.reduce(weighted, axis=dim, keepdims=True)
        return weighted

    def differentiate(self, gradient: Tensor) -> Tensor:
        if not self.saved.ndim:
            return zeros_like(gradient)
        p = self.result(self.saved)
        weighted = p * gradient
        return weighted - p * weighted.sum(self.options["dim"], keepdim=True)


class LogSoftmax(_Unary):
    __slots__ = ()
    op, backward_name, saves = "log_softmax", "LogSoftmaxBackward0", ("output",)
    formula = r"\text{input}_i - \ln \sum_j e^{\text{input}_j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g_i - e^{\text{output}_i} \sum_j g_j"}

    def forward(self, input: Array, dim: int) -> Array:
        if not input.ndim:
            self.saved = np.zeros_like(input)
            return self.saved
        z = input - np.maximum.reduce(input, axis=dim, keepdims=True)
        z -= np.log(np.add.reduce(np.exp(z), axis=dim, keepdims=True))
        self.saved = z
        return z

    def backward(self, gradient: Array) -> Array:
        if not self.saved.ndim:
            return np.zeros_like(gradient)
        total = np.add.reduce(gradient, axis=self.options["dim"], keepdims=True)
        return gradient - np.exp(self.saved) * total

    def differentiate(self, gradient: Tensor) -> Tensor:
        if not self.saved.ndim:
            return zeros_like(gradient)
        return gradient - self.result(self.saved).exp() * gradient.sum(self.options["dim"], keepdim=True)


def sigmoid_array(x: Array) -> Array:
    """1 / (1 + e^-x) without overflow."""
    with np.errstate(over="ignore"):
        return np.reciprocal(1 + np.exp(-x))


def _inner(x: Array) -> Array:
    kind = x.dtype.type
    inner = np.asarray(x * x)
    inner *= x
    inner *= kind(0.044715)
    inner += x
    inner *= kind(math.sqrt(2 / math.pi))
    return inner


# numpy has no erf. W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969):
# three ranges, good to double precision.
_ERF_A = (3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02, 3.20937758913846947e03,
          1.85777706184603153e-1)  # fmt: skip
_ERF_B = (2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03)
_ERF_C = (5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01, 2.98635138197400131e02,
          8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03,
          2.15311535474403846e-8)  # fmt: skip
_ERF_D = (1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
          3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03)  # fmt: skip
_ERF_P = (3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
          6.58749161529837803e-4, 1.63153871373020978e-2)  # fmt: skip
_ERF_Q = (2.56852019228982242e00, 1.87295284992346047e00, 5.27905102951428412e-1, 6.05183413124413191e-2,
          2.33520497626869185e-3)  # fmt: skip


def erf_array(x: Array) -> Array:
    """The error function, to double precision, in the type of `x`."""
    v = x.astype(np.float64)
    y = np.abs(v)
    small = np.minimum(y, 0.5) ** 2
    top, bottom = _ERF_A[4] * small, small
    for i in range(3):
        top, bottom = (top + _ERF_A[i]) * small, (bottom + _ERF_B[i]) * small
    near = v * (top + _ERF_A[3]) / (bottom + _ERF_B[3])
    m = np.clip(y, 0.46875, 4.0)
    top, bottom = _ERF_C[8] * m, m
    for i in range(7):
        top, bottom = (top + _ERF_C[i]) * m, (bottom + _ERF_D[i]) * m
    middle = np.exp(-m * m) * (top + _ERF_C[7]) / (bottom + _ERF_D[7])
    f = np.clip(y, 4.0, 26.0)
    s = 1 / (f * f)
    top, bottom = _ERF_P[5] * s, s
    for i in range(4):
        top, bottom = (top + _ERF_P[i]) * s, (bottom + _ERF_Q[i]) * s
    far = np.exp(-f * f) * (1 / math.sqrt(math.pi) - s * (top + _ERF_P[4]) / (bottom + _ERF_Q[4])) / f
    tail = np.where(y <= 4.0, middle, far)
    return np.where(y <= 0.46875, near, np.copysign(1 - tail, v)).astype(x.dtype)


def _normal_cdf(x: Array) -> Array:
    kind = x.dtype.type
    return kind(0.5) * (1 + erf_array(x * kind(1 / math.sqrt(2))))


class Erf(_Unary):
    __slots__ = ()
    op, backward_name, saves = "erf", "ErfBackward0", ("input",)
    formula = r"\operatorname{erf}(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \tfrac{2}{\sqrt{\pi}} e^{-\text{input}^2}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return erf_array(_float(input))

    def backward(self, gradient: Array) -> Array:
        return gradient * (gradient.dtype.type(2 / math.sqrt(math.pi)) * np.exp(-self.saved * self.saved))

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        return gradient * (2 / math.sqrt(math.pi) * (-x * x).exp())


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The positive part. With `inplace` it is written into `input` as well, unless that is a view in a graph."""
    return input.relu_() if inplace and input._base is None else apply(Relu, input)


def sigmoid(input: Tensor) -> Tensor:
    """`1 / (1 + exp(-input))`."""
    return apply(Sigmoid, input)


def tanh(input: Tensor) -> Tensor:
    """Hyperbolic tangent."""
    return apply(Tanh, input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """`input` where positive, else `negative_slope * input`."""
    return apply(LeakyRelu, input, negative_slope=negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """`input` where positive, else `alpha * (exp(input) - 1)`."""
    return apply(Elu, input, alpha=alpha)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """`input * sigmoid(input)`."""
    return apply(Silu, input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """A smooth relu; `input` itself where `beta * input > threshold`."""
    return apply(Softplus, input, beta=beta, threshold=threshold)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """`input` times the normal distribution function of it; `approximate="tanh"` for the usual approximation."""
    return apply(Gelu, input, approximate=approximate)


def erf(input: Tensor) -> Tensor:
    """The error function."""
    return apply(Erf, input)


def _softmax(function: type[Function], input: Tensor, dim: int | None, dtype: Any) -> Tensor:
    if dtype is not None:
        input = input.to(dtype)
    if input._array.dtype.kind != "f":
        raise RuntimeError(f"\"{function.op}_lastdim_kernel_impl\" not implemented for '{input.dtype.name}'")
    if dim is None:
        # The implicit choice of nn.Softmax() without dim, which PyTorch makes with a warning.
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return apply(function, input, dim=wrap_dim(dim, input.ndim))


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Exponentials along `dim`, divided by their sum. Floating input only (RuntimeError)."""
    return _softmax(Softmax, input, dim, dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`, computed without underflow."""
    return _softmax(LogSoftmax, input, dim, dtype)


def logsigmoid(input: Tensor) -> Tensor:
    """`log(sigmoid(input))`."""
    return -softplus(-input)
