"""Functions of one tensor, element by element."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.function import Array, Function, apply, apply_to_one
from autograd.functions.common import zeros_like

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _float(x: Array) -> Array:
    """Integers and bools in the default floating type."""
    return x if x.dtype.kind == "f" else x.astype(dtypes.default_numpy())


class _Unary(Function):
    __slots__ = ()
    arguments = ("input",)


class Neg(_Unary):
    __slots__ = ()
    op, backward_name = "neg", "NegBackward0"
    formula, derivatives = r"-\text{input}", {"input": r"-g"}

    def forward(self, input: Array) -> Array:
        if input.dtype.kind == "b":
            raise RuntimeError("Negation, the `-` operator, on a bool tensor is not supported.")
        return -input

    def backward(self, gradient: Array) -> Array:
        return -gradient

    def differentiate(self, gradient: Tensor) -> Tensor:
        return -gradient


class Exp(_Unary):
    __slots__ = ()
    op, backward_name, saves = "exp", "ExpBackward0", ("output",)
    formula, derivatives = r"e^{\text{input}}", {"input": r"g \cdot \text{output}"}

    def forward(self, input: Array) -> Array:
        with np.errstate(over="ignore"):
            self.saved = np.exp(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        return gradient * self.saved

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * self.result(self.saved)


class Log(_Unary):
    __slots__ = ()
    op, backward_name, saves = "log", "LogBackward0", ("input",)
    formula, derivatives = r"\ln \text{input}", {"input": r"\frac{g}{\text{input}}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(_float(input))

    def backward(self, gradient: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return gradient / self.saved

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient / self.inputs[0]


class _LogBase(_Unary):
    __slots__ = ()
    saves = ("input",)
    base = 2.0

    def backward(self, gradient: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return gradient / (self.saved * gradient.dtype.type(math.log(self.base)))

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient / (self.inputs[0] * math.log(self.base))


class Log2(_LogBase):
    __slots__ = ()
    op, backward_name = "log2", "Log2Backward0"
    formula, derivatives = r"\log_2 \text{input}", {"input": r"\frac{g}{\text{input} \ln 2}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log2(_float(input))


class Log10(_LogBase):
    __slots__ = ()
    op, backward_name, base = "log10", "Log10Backward0", 10.0
    formula, derivatives = r"\log_{10} \text{input}", {"input": r"\frac{g}{\text{input} \ln 10}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log10(_float(input))


class Log1p(_Unary):
    __slots__ = ()
    op, backward_name, saves = "log1p", "Log1PBackward0", ("input",)
    formula, derivatives = r"\ln(1 + \text{input})", {"input": r"\frac{g}{1 + \text{input}}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log1p(_float(input))

    def backward(self, gradient: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return gradient / (self.saved + 1)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient / (self.inputs[0] + 1)


class Expm1(_Unary):
    __slots__ = ()
    op, backward_name, saves = "expm1", "Expm1Backward0", ("output",)
    formula, derivatives = r"e^{\text{input}} - 1", {"input": r"g \cdot (\text{output} + 1)"}

    def forward(self, input: Array) -> Array:
        with np.errstate(over="ignore"):
            self.saved = np.expm1(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        return gradient * (self.saved + 1)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * (self.result(self.saved) + 1)


class Sqrt(_Unary):
    __slots__ = ()
    op, backward_name, saves = "sqrt", "SqrtBackward0", ("output",)
    formula, derivatives = r"\sqrt{\text{input}}", {"input": r"\frac{g}{2 \cdot \text{output}}"}

    def forward(self, input: Array) -> Array:
        with np.errstate(invalid="ignore"):
            self.saved = np.sqrt(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return gradient / (2 * self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient / (2 * self.result(self.saved))


class Rsqrt(_Unary):
    __slots__ = ()
    op, backward_name, saves = "rsqrt", "RsqrtBackward0", ("output",)
    formula = r"\frac{1}{\sqrt{\text{input}}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"-\tfrac{1}{2} g \cdot \text{output}^3"}

    def forward(self, input: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            self.saved = np.reciprocal(np.sqrt(_float(input)))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        return gradient.dtype.type(-0.5) * gradient * self.saved**3

    def differentiate(self, gradient: Tensor) -> Tensor:
        return -0.5 * gradient * self.result(self.saved) ** 3


class Reciprocal(_Unary):
    __slots__ = ()
    op, backward_name, saves = "reciprocal", "ReciprocalBackward0", ("output",)
    formula, derivatives = r"\frac{1}{\text{input}}", {"input": r"-g \cdot \text{output}^2"}

    def forward(self, input: Array) -> Array:
        with np.errstate(divide="ignore"):
            self.saved = np.reciprocal(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            return -gradient * (self.saved * self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        y = self.result(self.saved)
        return -gradient * (y * y)


class Abs(_Unary):
    __slots__ = ()
    op, backward_name, saves = "abs", "AbsBackward0", ("input",)
    formula, derivatives = r"|\text{input}|", {"input": r"g \cdot \operatorname{sign}(\text{input})"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return np.absolute(input)

    def backward(self, gradient: Array) -> Array:
        return gradient * np.sign(self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * self.inputs[0].sign()


class _Flat(_Unary):
    """Steps: the gradient is zero everywhere."""

    __slots__ = ()

    def backward(self, gradient: Array) -> Array:
        return np.zeros_like(gradient)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return zeros_like(gradient)


class Sign(_Flat):
    __slots__ = ()
    op, backward_name = "sign", "SignBackward0"
    formula, derivatives = r"\operatorname{sign}(\text{input})", {"input": "0"}

    def forward(self, input: Array) -> Array:
        return np.sign(input)


class Sgn(Sign):
    __slots__ = ()
    op, backward_name = "sgn", "SgnBackward0"


class Floor(_Flat):
    __slots__ = ()
    op, backward_name = "floor", "FloorBackward0"
    formula, derivatives = r"\lfloor \text{input} \rfloor", {"input": "0"}

    def forward(self, input: Array) -> Array:
        return np.floor(input)


class Ceil(_Flat):
    __slots__ = ()
    op, backward_name = "ceil", "CeilBackward0"
    formula, derivatives = r"\lceil \text{input} \rceil", {"input": "0"}

    def forward(self, input: Array) -> Array:
        return np.ceil(input)


class Round(_Flat):
    __slots__ = ()
    op, backward_name = "round", "RoundBackward0"
    formula, derivatives = r"\operatorname{round}(\text{input})", {"input": "0"}

    def forward(self, input: Array, decimals: int = 0) -> Array:
        return np.round(input, decimals)


class Trunc(_Flat):
    __slots__ = ()
    op, backward_name = "trunc", "TruncBackward0"
    formula, derivatives = r"\operatorname{trunc}(\text{input})", {"input": "0"}

    def forward(self, input: Array) -> Array:
        return np.trunc(input)


class Sin(_Unary):
    __slots__ = ()
    op, backward_name, saves = "sin", "SinBackward0", ("input",)
    formula, derivatives = r"\sin \text{input}", {"input": r"g \cdot \cos \text{input}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return np.sin(_float(input))

    def backward(self, gradient: Array) -> Array:
        return gradient * np.cos(self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * self.inputs[0].cos()


class Cos(_Unary):
    __slots__ = ()
    op, backward_name, saves = "cos", "CosBackward0", ("input",)
    formula, derivatives = r"\cos \text{input}", {"input": r"-g \cdot \sin \text{input}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return np.cos(_float(input))

    def backward(self, gradient: Array) -> Array:
        return gradient * -np.sin(self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * -self.inputs[0].sin()


class Tan(_Unary):
    __slots__ = ()
    op, backward_name, saves = "tan", "TanBackward0", ("output",)
    formula, derivatives = r"\tan \text{input}", {"input": r"g \cdot (1 + \text{output}^2)"}

    def forward(self, input: Array) -> Array:
        self.saved = np.tan(_float(input))
        return self.saved

    def backward(self, gradient: Array) -> Array:
        return gradient * (1 + self.saved * self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        y = self.result(self.saved)
        return gradient * (1 + y * y)


class Cast(Function):
    __slots__ = ()
    op, backward_name = "to", "ToCopyBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input}", {"input": "g"}

    def forward(self, input: Array, dtype: dtypes.dtype) -> Array:
        self.saved = input.dtype
        with np.errstate(invalid="ignore", over="ignore"):
            return input.astype(dtype.numpy)

    def backward(self, gradient: Array) -> Array:
        return gradient.astype(self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return cast(gradient, dtypes.of(self.inputs[0]._array))


class Clone(Function):
    __slots__ = ()
    op, backward_name = "clone", "CloneBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input}", {"input": "g"}

    def forward(self, input: Array) -> Array:
        return input.copy()

    def backward(self, gradient: Array) -> Array:
        return gradient

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient


def neg(input: Tensor) -> Tensor:
    """`-input`."""
    return apply_to_one(Neg, input)


def exp(input: Tensor) -> Tensor:
    """e to the power of each element."""
    return apply_to_one(Exp, input)


def expm1(input: Tensor) -> Tensor:
    """`exp(input) - 1`, exact near zero."""
    return apply_to_one(Expm1, input)


def log(input: Tensor) -> Tensor:
    """Natural logarithm; -inf at 0, NaN below."""
    return apply_to_one(Log, input)


def log2(input: Tensor) -> Tensor:
    """Logarithm to base 2."""
    return apply_to_one(Log2, input)


def log10(input: Tensor) -> Tensor:
    """Logarithm to base 10."""
    return apply_to_one(Log10, input)


def log1p(input: Tensor) -> Tensor:
    """`log(1 + input)`, exact near zero."""
    return apply_to_one(Log1p, input)


def sqrt(input: Tensor) -> Tensor:
    """Square root; NaN below 0."""
    return apply_to_one(Sqrt, input)


def rsqrt(input: Tensor) -> Tensor:
    """`1 / sqrt(input)`."""
    return apply_to_one(Rsqrt, input)


def reciprocal(input: Tensor) -> Tensor:
    """`1 / input`."""
    return apply_to_one(Reciprocal, input)


def rdiv(input: Tensor, other: Any) -> Tensor:
    """`other / input`, as PyTorch: the reciprocal, times `other`."""
    return apply_to_one(Reciprocal, input) * other


def abs(input: Tensor) -> Tensor:
    """Absolute value."""
    return apply_to_one(Abs, input)


def sign(input: Tensor) -> Tensor:
    """-1, 0 or 1."""
    return apply(Sign, input)


def sgn(input: Tensor) -> Tensor:
    """-1, 0 or 1: `sign`, which differs for complex numbers only."""
    return apply(Sgn, input)


def floor(input: Tensor) -> Tensor:
    """The integer at or below."""
    return apply(Floor, input)


def ceil(input: Tensor) -> Tensor:
    """The integer at or above."""
    return apply(Ceil, input)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer (to even), or to `decimals` places."""
    return apply(Round, input, decimals=decimals) if decimals else apply(Round, input)


def trunc(input: Tensor) -> Tensor:
    """The integer towards zero."""
    return apply(Trunc, input)


def sin(input: Tensor) -> Tensor:
    """Sine, of radians."""
    return apply_to_one(Sin, input)


def cos(input: Tensor) -> Tensor:
    """Cosine, of radians."""
    return apply_to_one(Cos, input)


def tan(input: Tensor) -> Tensor:
    """Tangent, of radians."""
    return apply_to_one(Tan, input)


def square(input: Tensor) -> Tensor:
    """`input ** 2`, and the same node."""
    return input**2


def positive(input: Tensor) -> Tensor:
    """Itself."""
    if input._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def cast(input: Tensor, dtype: dtypes.dtype) -> Tensor:
    """`input` in another type; itself where it has that type."""
    return input if input._array.dtype == dtype.numpy else apply(Cast, input, dtype=dtype)


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy, in the graph."""
    return apply_to_one(Clone, input)
