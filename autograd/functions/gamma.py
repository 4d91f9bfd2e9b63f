"""The gamma function's kin, which numpy lacks: lgamma, digamma, polygamma, incomplete gamma.

Sources: Stirling's series, the recurrences and the reflection formulas of Abramowitz and Stegun, 6.1.15 to 6.4.11;
Hurwitz's zeta function by Euler and Maclaurin's sum (23.2); the incomplete functions by their power series and
continued fraction (6.5.29, 6.5.31, the latter by Lentz's method).
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import sum_to, unbroadcast

if TYPE_CHECKING:
    from autograd.tensor import Tensor

_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)


def _double(x: Array) -> tuple[Array, np.dtype[Any]]:
    """The numbers in double precision, and the type of the result."""
    return x.astype(np.float64), x.dtype if x.dtype.kind == "f" else dtypes.default_numpy()


def _lgamma(v: Array) -> Array:
    """log gamma of positive numbers."""
    product = np.ones_like(v)
    for _ in range(9):
        small = v < 9
        product = np.where(small, product * v, product)
        v = np.where(small, v + 1, v)
    inverse = 1 / (v * v)
    series, power = np.zeros_like(v), 1 / v
    for i, b in enumerate(_BERNOULLI):
        series = series + b / ((2 * i + 2) * (2 * i + 1)) * power
        power = power * inverse
    return (v - 0.5) * np.log(v) - v + _HALF_LOG_TAU + series - np.log(product)


def lgamma_array(x: Array) -> Array:
    """`log |gamma(x)|`; infinite at whole numbers below 1."""
    given, kind = _double(x)
    with np.errstate(all="ignore"):
        mirrored = given < 0.5
        value = _lgamma(np.where(mirrored, 1 - given, given))
        sine = np.abs(np.sin(math.pi * (given % 1)))
        value = np.where(mirrored, math.log(math.pi) - np.log(sine) - value, value)
        value = np.where((given <= 0) & (given == np.floor(given)) | np.isinf(given), np.inf, value)
        value = np.where((given == 1) | (given == 2), 0.0, value)
        return value.astype(kind)


def digamma_array(x: Array) -> Array:
    """The derivative of lgamma; NaN at negative whole numbers, infinite at 0."""
    given, kind = _double(x)
    mirrored = given < 0
    v = np.where(mirrored, 1 - given, given)
    total = np.zeros_like(v)
    with np.errstate(all="ignore"):
        for _ in range(10):
            small = v < 10
            total = np.where(small, total - 1 / v, total)
            v = np.where(small, v + 1, v)
        inverse = 1 / (v * v)
        series, power = np.zeros_like(v), inverse
        for i, b in enumerate(_BERNOULLI):
            series = series + b * power / (2 * i + 2)
            power = power * inverse
        value = total + np.log(v) - 0.5 / v - series
        value = np.where(mirrored, value - math.pi / np.tan(math.pi * (given % 1)), value)
    value = np.where(mirrored & (given == np.floor(given)), np.nan, value)
    return np.where(given == 0, np.copysign(np.inf, -given), value).astype(kind)


def zeta_array(s: float, q: Array) -> Array:
    """Hurwitz's zeta function of whole `s`: the sum of (q + k)^-s, infinite where q is a whole number below 1."""
    v = q.astype(np.float64)
    total = np.zeros_like(v)
    poles = (v <= 0) & (v == np.floor(v))
    v = np.where(poles | np.isinf(v), np.inf, v)
    with np.errstate(all="ignore"):
        while (small := v < 12).any():
            total = np.where(small, total + v**-s, total)
            v = np.where(small, v + 1, v)
        value = total + v ** (1 - s) / (s - 1) + 0.5 * v**-s
        factor, power = s, v ** (-s - 1)
        for i, b in enumerate(_BERNOULLI):
            n = 2 * i + 2
            value = value + b / math.factorial(n) * factor * power
            factor *= (s + n - 1) * (s + n)
            power = power / (v * v)
    return np.where(poles, np.inf, value)


def polygamma_array(n: int, x: Array) -> Array:
    """The n-th derivative of digamma."""
    if n == 0:
        return digamma_array(x)
    given, kind = _double(x)
    sign = 1.0 if n % 2 else -1.0
    with np.errstate(over="ignore"):
        return (sign * math.factorial(n) * zeta_array(n + 1.0, given)).astype(kind)


def gammainc_array(a: Array, x: Array) -> tuple[Array, Array]:
    """The regularised incomplete gamma functions, lower and upper, in double precision; NaN outside a > 0, x >= 0."""
    a, x = np.broadcast_arrays(a.astype(np.float64), x.astype(np.float64))
    with np.errstate(all="ignore"):
        below = x < a + 1
        front = np.exp(a * np.log(np.where(x > 0, x, 1)) - x - lgamma_array(a))
        # The series: the sum of x^n / (a (a + 1) … (a + n)).
        z = np.where(below, x, 0.0)
        term = 1 / a
        total, step = term.copy(), 0
        while step < 100_000 and (np.abs(term) > 1e-17 * np.abs(total)).any():
            step += 1
            term = term * z / (a + step)
            total = total + term
        series = total * front
        # The continued fraction.
        y = np.where(below, a + 2, x)
        b = y + 1 - a
        c, d = np.full_like(b, 1e300), 1 / b
        h = d
        for i in range(1, 100_000):
            factor = -i * (i - a)
            b = b + 2
            d = factor * d + b
            d = 1 / np.where(np.abs(d) < 1e-300, 1e-300, d)
            c = b + factor / c
            c = np.where(np.abs(c) < 1e-300, 1e-300, c)
            change = d * c
            h = h * change
            if not (np.abs(change - 1) > 1e-16).any():
                break
        fraction = front * h
        lower = np.where(below, series, 1 - fraction)
        upper = np.where(below, 1 - series, fraction)
        lower = np.where(x == 0, 0.0, np.where(np.isinf(x), 1.0, lower))
        upper = np.where(x == 0, 1.0, np.where(np.isinf(x), 0.0, upper))
        wrong = ~((a > 0) & (x >= 0))
    return np.where(wrong, np.nan, lower), np.where(wrong, np.nan, upper)


class _Gamma(Function):
    __slots__ = ()
    arguments = ("input",)
    saves = ("input",)


class Lgamma(_Gamma):
    __slots__ = ()
    op, backward_name = "lgamma", "LgammaBackward0"
    formula = r"\ln |\Gamma(\text{input})|"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \psi(\text{input})"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return lgamma_array(input)

    def backward(self, gradient: Array) -> Array:
        return gradient * digamma_array(self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * digamma(self.inputs[0])


class Digamma(_Gamma):
    __slots__ = ()
    op, backward_name = "digamma", "DigammaBackward0"
    formula = r"\psi(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \psi^{(1)}(\text{input})"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return digamma_array(input)

    def backward(self, gradient: Array) -> Array:
        return gradient * polygamma_array(1, self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * polygamma(1, self.inputs[0])


class Polygamma(_Gamma):
    __slots__ = ()
    op, backward_name = "polygamma", "PolygammaBackward0"
    formula = r"\psi^{(n)}(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \psi^{(n + 1)}(\text{input})"}

    def forward(self, input: Array, n: int) -> Array:
        self.saved = input
        return polygamma_array(n, input)

    def backward(self, gradient: Array) -> Array:
        return gradient * polygamma_array(self.options["n"] + 1, self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * polygamma(self.options["n"] + 1, self.inputs[0])


class Mvlgamma(_Gamma):
    __slots__ = ()
    op, backward_name = "mvlgamma", "MvlgammaBackward0"
    formula = r"\tfrac{p (p - 1)}{4} \ln \pi + \sum_{i=1}^p \ln \Gamma(\text{input} + \tfrac{1 - i}{2})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \sum_{i=1}^p \psi(\text{input} + \tfrac{1 - i}{2})"}

    def forward(self, input: Array, p: int) -> Array:
        given, kind = _double(input)
        self.saved = input
        terms = lgamma_array(given[..., None] - np.arange(p) / 2)
        return (terms.sum(-1) + p * (p - 1) / 4 * math.log(math.pi)).astype(kind)

    def backward(self, gradient: Array) -> Array:
        given, kind = _double(self.saved)
        return gradient * digamma_array(given[..., None] - np.arange(self.options["p"]) / 2).sum(-1).astype(kind)

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        slope = digamma(x)
        for i in range(1, self.options["p"]):
            slope = slope + digamma(x - i / 2)
        return gradient * slope


class Gammainc(Function):
    """PyTorch, too, has no derivative by the first argument."""

    __slots__ = ()
    op, backward_name = "gammainc", "IgammaBackward0"
    arguments = ("input", "other")
    saves = ("input", "other")
    formula = r"\tfrac{1}{\Gamma(\text{input})} \int_0^{\text{other}} t^{\text{input} - 1} e^{-t} dt"
    derivatives: ClassVar[dict[str, str]] = {
        "other": r"g \cdot \text{other}^{\text{input} - 1} e^{-\text{other}} / \Gamma(\text{input})"
    }
    sign = 1

    def forward(self, input: Array, other: Array) -> Array:
        self.saved = input, other
        which = 0 if self.sign > 0 else 1
        return gammainc_array(input, other)[which].astype(np.result_type(input, other))

    def _refuse(self) -> None:
        if self.needs(0):
            raise NotImplementedError("the derivative for 'self' (the first argument of gammainc) is not implemented")

    def backward(self, gradient: Array) -> Shares:
        self._refuse()
        a, x = self.saved
        with np.errstate(all="ignore"):
            density = np.exp((a - 1) * np.log(x) - x - lgamma_array(a)).astype(gradient.dtype)
        return None, unbroadcast(self.sign * gradient * density, x.shape)

    def differentiate(self, gradient: Tensor) -> Any:
        self._refuse()
        a, x = self.inputs
        density = ((a - 1) * x.log() - x - lgamma(a)).exp()
        return None, sum_to(self.sign * gradient * density, x.shape)


class Gammaincc(Gammainc):
    __slots__ = ()
    op, backward_name, sign = "gammaincc", "IgammacBackward0", -1
    formula = r"\tfrac{1}{\Gamma(\text{input})} \int_{\text{other}}^\infty t^{\text{input} - 1} e^{-t} dt"
    derivatives: ClassVar[dict[str, str]] = {
        "other": r"-g \cdot \text{other}^{\text{input} - 1} e^{-\text{other}} / \Gamma(\text{input})"
    }


def lgamma(input: Tensor) -> Tensor:
    """The logarithm of the gamma function's absolute value."""
    return apply(Lgamma, input)


def digamma(input: Tensor) -> Tensor:
    """The derivative of `lgamma`; NaN at negative whole numbers."""
    return apply(Digamma, input)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The n-th derivative of `digamma`; RuntimeError for a negative `n`."""
    if n < 0:
        raise RuntimeError(f"polygamma(n, x) does not support negative n, but got {n}")
    return apply(Polygamma, input, n=int(n))


def polygamma_of(input: Tensor, n: int) -> Tensor:
    """`Tensor.polygamma`: its order comes second."""
    return polygamma(n, input)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the gamma function of `p` dimensions, for elements above (p - 1) / 2; RuntimeError for p < 1."""
    if p < 1:
        raise RuntimeError(f"p has to be greater than or equal to 1, but got {p}")
    return apply(Mvlgamma, input, p=int(p))


def gammainc(input: Tensor, other: Tensor) -> Tensor:
    """The regularised lower incomplete gamma function; NaN unless input > 0 and other >= 0."""
    return apply(Gammainc, input, other)


def gammaincc(input: Tensor, other: Tensor) -> Tensor:
    """The regularised upper incomplete gamma function: 1 - gammainc."""
    return apply(Gammaincc, input, other)
