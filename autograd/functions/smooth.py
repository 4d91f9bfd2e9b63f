"""Functions of one tensor whose slope is written once, over arrays or Tensors: hyperbolic, inverse, gamma, error."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.function import Array, Function, apply
from autograd.functions.activation import erf_array
from autograd.functions.gamma import digamma_array, erfc_array, erfinv_array, lgamma_array, polygamma_array

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Smooth(Function):
    """`forward` is `values`; the derivative is `slope(m, x, y)` of input and output; `m` is numpy or this core."""

    __slots__ = ()
    arguments = ("input",)

    def values(self, x: Array) -> Array:
        """The function itself, of floats."""
        raise NotImplementedError

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        """dy/dx, by what numpy and this core name alike."""
        raise NotImplementedError

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

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        import autograd

        return (gradient * self.slope(autograd, self.inputs[0], self.result(self.saved[1])),)


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
        return erfinv_array(x, erf_array)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return m.exp(y * y) * (math.sqrt(math.pi) / 2)


class Lgamma(Smooth):
    __slots__ = ()
    op, backward_name, saves = "lgamma", "LgammaBackward0", ("input",)
    formula, derivatives = r"\ln |\Gamma(\text{input})|", {"input": r"g \cdot \psi(\text{input})"}

    def values(self, x: Array) -> Array:
        return lgamma_array(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return digamma_array(x) if m is np else digamma(x)


class Digamma(Smooth):
    __slots__ = ()
    op, backward_name, saves = "digamma", "DigammaBackward0", ("input",)
    formula, derivatives = r"\psi(\text{input})", {"input": r"g \cdot \psi^{(1)}(\text{input})"}

    def values(self, x: Array) -> Array:
        return digamma_array(x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        return polygamma_array(1, x) if m is np else polygamma(1, x)


class Polygamma(Smooth):
    __slots__ = ()
    op, backward_name, saves = "polygamma", "PolygammaBackward0", ("input",)
    formula, derivatives = r"\psi^{(n)}(\text{input})", {"input": r"g \cdot \psi^{(n+1)}(\text{input})"}

    def values(self, x: Array) -> Array:
        return polygamma_array(self.options["n"], x)

    def slope(self, m: Any, x: Any, y: Any) -> Any:
        n = self.options["n"] + 1
        return polygamma_array(n, x) if m is np else polygamma(n, x)


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


def lgamma(input: Tensor) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
    return apply(Lgamma, input)


def digamma(input: Tensor) -> Tensor:
    """The derivative of lgamma."""
    return apply(Digamma, input)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The n-th derivative of digamma; RuntimeError for a negative `n`."""
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return digamma(input) if n == 0 else apply(Polygamma, input, n=n)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension `p`."""
    total = input * 0 + p * (p - 1) / 4 * math.log(math.pi)
    for i in range(p):
        total = total + lgamma(input - i / 2)
    return total


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
