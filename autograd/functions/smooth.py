"""Functions of one tensor whose slope is written once, over arrays or Tensors: hyperbolic, inverse, error."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.function import Array, Function, apply
from autograd.functions import choice
from autograd.functions.special import erf, erf_array

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _each(function: Callable[[float], float], x: Array) -> Array:
    return np.fromiter(map(function, x.ravel().tolist()), np.float64, x.size).reshape(x.shape).astype(x.dtype)


def erfc_array(x: Array) -> Array:
    """`1 - erf(x)`, by the C library."""
    return _each(math.erfc, x)


def erfinv_array(x: Array) -> Array:
    """The inverse of erf."""
    y = x.astype(np.float64)
    with np.errstate(all="ignore"):
        z = y * y
        above = ((-0.140543331 * z + 0.914624893) * z - 1.645349621) * z + 0.886226899
        below = (((0.012229801 * z - 0.329097515) * z + 1.442710462) * z - 2.118377725) * z + 1
        inner = y * above / below
        z = np.sqrt(-np.log((1 - np.abs(y)) / 2))
        outer = ((1.641345311 * z + 3.429567803) * z - 1.624906493) * z - 1.970840454
        outer = np.copysign(outer / ((1.637067800 * z + 3.543889200) * z + 1), y)
        root = np.where(np.abs(y) <= 0.7, inner, outer)
        for _ in range(2):
            root = root - (erf_array(root) - y) / (2 / math.sqrt(math.pi) * np.exp(-root * root))
    root = np.where(np.abs(y) == 1, np.copysign(np.inf, y), root)
    return np.asarray(np.where(np.abs(y) > 1, np.nan, root)).astype(x.dtype)


def i0_array(x: Array) -> Array:
    """The modified Bessel function of order 0."""
    return np.i0(x.astype(np.float64)).astype(x.dtype)


def i1_array(x: Array) -> Array:
    """The modified Bessel function of order 1: its power series, and for large arguments Bessel's integral
    (e^(x cos t) cos t over a circle), of which the trapezoid rule is exact to rounding.
    """
    v = np.abs(x.astype(np.float64))
    small = np.minimum(v, 8.0) / 2
    term = small.copy()
    near = term.copy()
    for k in range(1, 40):
        term = term * small * small / (k * (k + 1))
        near = near + term
    cosine = np.cos(np.arange(512) * (2 * math.pi / 512))
    large = np.minimum(v, 710.0)[..., None]
    far = np.exp(large[..., 0]) * (np.exp(large * (cosine - 1)) * cosine).mean(-1)
    return np.asarray(np.sign(x) * np.where(v <= 8, near, far)).astype(x.dtype)


class Smooth(Function):
    """`forward` is `values`; its derivative `slope(m, x, y)` of input and output, where `m` is numpy or this core."""

    __slots__ = ()
    arguments = ("input",)

    def values(self, x: Array) -> Array:
        """The function itself, of floats."""
        raise NotImplementedError(f"{type(self).__name__} does not define values")

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        """dy/dx, by what numpy and this core name alike."""
        raise NotImplementedError(f"{type(self).__name__} does not define slope")

    def forward(self, input: Array, **options: Any) -> Array:
        x = input if input.dtype.kind == "f" else input.astype(dtypes.default_numpy())
        with np.errstate(all="ignore"):
            y = np.asarray(self.values(x))
        self.saved = x, y
        return y

    def backward(self, gradient: Array) -> Array:
        x, y = self.saved
        with np.errstate(all="ignore"):
            return gradient * np.asarray(self.slope(np, x, y), gradient.dtype)

    def differentiate(self, gradient: Tensor) -> Tensor:
        import autograd

        return gradient * self.slope(autograd, self.inputs[0], self.result(self.saved[1]))


class Sinh(Smooth):
    __slots__ = ()
    op, backward_name, saves = "sinh", "SinhBackward0", ("input",)
    formula, derivatives = r"\sinh \text{input}", {"input": r"g \cdot \cosh \text{input}"}

    def values(self, x: Array) -> Array:
        return np.sinh(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.cosh(x)


class Cosh(Smooth):
    __slots__ = ()
    op, backward_name, saves = "cosh", "CoshBackward0", ("input",)
    formula, derivatives = r"\cosh \text{input}", {"input": r"g \cdot \sinh \text{input}"}

    def values(self, x: Array) -> Array:
        return np.cosh(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.sinh(x)


class Asin(Smooth):
    __slots__ = ()
    op, backward_name, saves = "asin", "AsinBackward0", ("input",)
    formula, derivatives = r"\arcsin \text{input}", {"input": r"\frac{g}{\sqrt{1 - \text{input}^2}}"}

    def values(self, x: Array) -> Array:
        return np.arcsin(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return 1 / m.sqrt(1 - x * x)


class Acos(Smooth):
    __slots__ = ()
    op, backward_name, saves = "acos", "AcosBackward0", ("input",)
    formula, derivatives = r"\arccos \text{input}", {"input": r"-\frac{g}{\sqrt{1 - \text{input}^2}}"}

    def values(self, x: Array) -> Array:
        return np.arccos(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return -1 / m.sqrt(1 - x * x)


class Atan(Smooth):
    __slots__ = ()
    op, backward_name, saves = "atan", "AtanBackward0", ("input",)
    formula, derivatives = r"\arctan \text{input}", {"input": r"\frac{g}{1 + \text{input}^2}"}

    def values(self, x: Array) -> Array:
        return np.arctan(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return 1 / (1 + x * x)


class Asinh(Smooth):
    __slots__ = ()
    op, backward_name, saves = "asinh", "AsinhBackward0", ("input",)
    formula, derivatives = r"\operatorname{arsinh} \text{input}", {"input": r"\frac{g}{\sqrt{\text{input}^2 + 1}}"}

    def values(self, x: Array) -> Array:
        return np.arcsinh(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return 1 / m.sqrt(x * x + 1)


class Acosh(Smooth):
    __slots__ = ()
    op, backward_name, saves = "acosh", "AcoshBackward0", ("input",)
    formula, derivatives = r"\operatorname{arcosh} \text{input}", {"input": r"\frac{g}{\sqrt{\text{input}^2 - 1}}"}

    def values(self, x: Array) -> Array:
        return np.arccosh(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return 1 / m.sqrt(x * x - 1)


class Atanh(Smooth):
    __slots__ = ()
    op, backward_name, saves = "atanh", "AtanhBackward0", ("input",)
    formula, derivatives = r"\operatorname{artanh} \text{input}", {"input": r"\frac{g}{1 - \text{input}^2}"}

    def values(self, x: Array) -> Array:
        return np.arctanh(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return 1 / (1 - x * x)


class Exp2(Smooth):
    __slots__ = ()
    op, backward_name, saves = "exp2", "Exp2Backward0", ("output",)
    formula, derivatives = r"2^{\text{input}}", {"input": r"g \cdot \text{output} \ln 2"}

    def values(self, x: Array) -> Array:
        return np.exp2(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return y * math.log(2)


class Erfc(Smooth):
    __slots__ = ()
    op, backward_name, saves = "erfc", "ErfcBackward0", ("input",)
    formula = r"1 - \operatorname{erf}(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"-g \cdot \tfrac{2}{\sqrt{\pi}} e^{-\text{input}^2}"}

    def values(self, x: Array) -> Array:
        return erfc_array(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.exp(-x * x) * (-2 / math.sqrt(math.pi))


class Erfinv(Smooth):
    __slots__ = ()
    op, backward_name, saves = "erfinv", "ErfinvBackward0", ("output",)
    formula = r"\operatorname{erf}^{-1}(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \tfrac{\sqrt{\pi}}{2} e^{\text{output}^2}"}

    def values(self, x: Array) -> Array:
        return erfinv_array(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.exp(y * y) * (math.sqrt(math.pi) / 2)


class Sinc(Smooth):
    """sin(pi x) / (pi x), 1 at 0."""

    __slots__ = ()
    op, backward_name, saves = "sinc", "SincBackward0", ("input",)
    formula = r"\frac{\sin \pi \text{input}}{\pi \text{input}}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \frac{\cos \pi \text{input} - \text{output}}{\text{input}}"
    }

    def values(self, x: Array) -> Array:
        return np.sinc(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        angle = x * math.pi
        return m.where(x == 0, x * 0, (m.cos(angle) - y) / m.where(x == 0, x * 0 + 1, x))


class Logit(Smooth):
    __slots__ = ()
    op, backward_name, saves = "logit", "LogitBackward0", ("input",)
    formula = r"\ln \frac{\text{input}}{1 - \text{input}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\frac{g}{\text{input} (1 - \text{input})}"}

    def values(self, x: Array) -> Array:
        eps = self.options.get("eps")
        kept = x if eps is None else np.clip(x, x.dtype.type(eps), x.dtype.type(1 - eps))
        return np.log(kept / (1 - kept))

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        eps = self.options.get("eps")
        whole = 1 / (x * (1 - x))
        return whole if eps is None else m.where((x < eps) | (x > 1 - eps), whole * 0, whole)


class I0(Smooth):
    __slots__ = ()
    op, backward_name, saves = "i0", "I0Backward0", ("input",)
    formula, derivatives = r"I_0(\text{input})", {"input": r"g \cdot I_1(\text{input})"}

    def values(self, x: Array) -> Array:
        return i0_array(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return i1_array(x) if m is np else i1(x)


class I1(Smooth):
    __slots__ = ()
    op, backward_name, saves = "i1", "SpecialI1Backward0", ("input", "output")
    formula = r"I_1(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot (I_0(\text{input}) - \text{output} / \text{input})"}

    def values(self, x: Array) -> Array:
        return i1_array(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        zero = x == 0
        whole = (i0_array(x) if m is np else i0(x)) - y / m.where(zero, x * 0 + 1, x)
        return m.where(zero, x * 0 + 0.5, whole)


class Frac(Smooth):
    __slots__ = ()
    op, backward_name = "frac", "FracBackward0"
    formula, derivatives = r"\text{input} - \operatorname{trunc}(\text{input})", {"input": "g"}

    def values(self, x: Array) -> Array:
        return x - np.trunc(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.ones_like(x)


class NanToNum(Smooth):
    """NaN and infinities replaced; they have no gradient."""

    __slots__ = ()
    op, backward_name, saves = "nan_to_num", "NanToNumBackward0", ("input",)
    formula, derivatives = r"\text{input, finite}", {"input": r"g \cdot [\text{input is finite}]"}

    def values(self, x: Array) -> Array:
        limits = np.finfo(x.dtype)
        nan, high, low = self.options["nan"], self.options["posinf"], self.options["neginf"]
        return np.nan_to_num(
            x, nan=nan or 0.0, posinf=limits.max if high is None else high, neginf=limits.min if low is None else low
        )

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.where(m.isfinite(x), m.ones_like(x), m.zeros_like(x))


class _Scaled(Smooth):
    """A number times the input."""

    __slots__ = ()
    factor = 1.0

    def values(self, x: Array) -> Array:
        return x * self.factor

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.ones_like(x) * self.factor


class Deg2Rad(_Scaled):
    __slots__ = ()
    op, backward_name, factor = "deg2rad", "Deg2RadBackward0", math.pi / 180
    formula, derivatives = r"\tfrac{\pi}{180} \text{input}", {"input": r"\tfrac{\pi}{180} g"}


class Rad2Deg(_Scaled):
    __slots__ = ()
    op, backward_name, factor = "rad2deg", "Rad2DegBackward0", 180 / math.pi
    formula, derivatives = r"\tfrac{180}{\pi} \text{input}", {"input": r"\tfrac{180}{\pi} g"}


def sinh(input: Tensor) -> Tensor:
    """Hyperbolic sine."""
    return apply(Sinh, input)


def cosh(input: Tensor) -> Tensor:
    """Hyperbolic cosine."""
    return apply(Cosh, input)


def asin(input: Tensor) -> Tensor:
    """Arc sine; NaN outside [-1, 1]."""
    return apply(Asin, input)


def acos(input: Tensor) -> Tensor:
    """Arc cosine; NaN outside [-1, 1]."""
    return apply(Acos, input)


def atan(input: Tensor) -> Tensor:
    """Arc tangent."""
    return apply(Atan, input)


def asinh(input: Tensor) -> Tensor:
    """Inverse hyperbolic sine."""
    return apply(Asinh, input)


def acosh(input: Tensor) -> Tensor:
    """Inverse hyperbolic cosine; NaN below 1."""
    return apply(Acosh, input)


def atanh(input: Tensor) -> Tensor:
    """Inverse hyperbolic tangent; NaN outside [-1, 1]."""
    return apply(Atanh, input)


def exp2(input: Tensor) -> Tensor:
    """2 to the power of each element."""
    return apply(Exp2, input)


def erfc(input: Tensor) -> Tensor:
    """`1 - erf(input)`, exact where that is small."""
    return apply(Erfc, input)


def erfinv(input: Tensor) -> Tensor:
    """The inverse of erf; infinite at -1 and 1, NaN outside."""
    return apply(Erfinv, input)


def sinc(input: Tensor) -> Tensor:
    """`sin(pi x) / (pi x)`, 1 at 0."""
    return apply(Sinc, input)


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """`log(x / (1 - x))`, of `x` kept in [eps, 1 - eps] where `eps` is given."""
    return apply(Logit, input) if eps is None else apply(Logit, input, eps=eps)


def deg2rad(input: Tensor) -> Tensor:
    """Degrees to radians."""
    return apply(Deg2Rad, input)


def rad2deg(input: Tensor) -> Tensor:
    """Radians to degrees."""
    return apply(Rad2Deg, input)


def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind, of order 0."""
    return apply(I0, input)


def i0e(input: Tensor) -> Tensor:
    """`i0` times exp(-|x|)."""
    return i0(input) * (-input.abs()).exp()


def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind, of order 1."""
    return apply(I1, input)


def i1e(input: Tensor) -> Tensor:
    """`i1` times exp(-|x|)."""
    return i1(input) * (-input.abs()).exp()


def frac(input: Tensor) -> Tensor:
    """The part after the point, with the sign of the number."""
    return apply(Frac, input)


def nan_to_num(
    input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """NaN replaced by `nan` (0), infinities by `posinf` and `neginf` (the largest and lowest numbers there are)."""
    if input._array.dtype.kind != "f":
        return input.clone()
    return apply(NanToNum, input, nan=nan, posinf=posinf, neginf=neginf)


def ndtr(input: Tensor) -> Tensor:
    """The normal distribution function."""
    return (1 + erf(input * (1 / math.sqrt(2)))) * 0.5


def entr(input: Tensor) -> Tensor:
    """`-x log x`: 0 at 0, -inf below."""
    inside = input > 0
    logarithm = choice.where(inside, input, 1.0).log()
    return choice.where(inside, -input * logarithm, choice.where(input == 0, input * 0, input * 0 - math.inf))
