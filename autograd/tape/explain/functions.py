"""Scalar functions that a term may apply, by Python's `math` and not by the core: an explanation must not ask the core.

Each has its LaTeX, in which `#1`, `#2` stand for the arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scalar:
    """A function of numbers."""

    evaluate: Callable[..., float]
    latex: str


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def _reciprocal(x: float) -> float:
    return 1 / x if x else math.copysign(math.inf, x)


def _power(x: float, y: float) -> float:
    if x == 0 and y < 0:
        return math.inf
    try:
        result = x**y
    except OverflowError:
        return math.inf
    return math.nan if isinstance(result, complex) else float(result)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _normal(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


def _round(x: float) -> float:
    return float(round(x)) if math.isfinite(x) else x


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: float(function(x)) if math.isfinite(x) else x


def _sign(x: float) -> float:
    return math.nan if math.isnan(x) else float((x > 0) - (x < 0))


def _digamma(x: float) -> float:
    # The recurrence lifts x to where the asymptotic series (Abramowitz and Stegun, 6.3.18) is exact enough.
    if x <= 0:
        if x == math.floor(x):
            return math.nan
        return _digamma(1 - x) - math.pi / math.tan(math.pi * x)
    lifted = 0.0
    while x < 10:
        lifted -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return lifted + math.log(x) - 0.5 / x - series


def _bessel(order: int) -> Callable[[float], float]:
    """The modified Bessel function of order 0 or 1, by its series (Abramowitz and Stegun, 9.6.10)."""

    def function(x: float) -> float:
        term = total = (x / 2) ** order
        k = 1
        while abs(term) > 1e-18 * abs(total) and k < 2000:
            term *= (x / 2) ** 2 / (k * (k + order))
            total += term
            k += 1
        return total

    return function


def _erfinv(x: float) -> float:
    """Where erf is x, by Newton's method from Winitzki's approximation."""
    if abs(x) >= 1:
        return math.copysign(math.inf, x) if abs(x) == 1 else math.nan
    part = math.log1p(-x * x)
    middle = 2 / (math.pi * 0.147) + part / 2
    y = math.copysign(math.sqrt(math.sqrt(middle * middle - part / 0.147) - middle), x)
    for _ in range(4):
        y -= (math.erf(y) - x) * math.sqrt(math.pi) / 2 * math.exp(y * y)
    return y


def _sinc(x: float) -> float:
    return math.sin(math.pi * x) / (math.pi * x) if x else 1.0


def _polygamma(n: float, x: float) -> float:
    """The n-th derivative of digamma, for x > 0: (−1)^(n+1) n! ζ(n + 1, x) by Euler and Maclaurin's formula."""
    if n == 0:
        return _digamma(x)
    s = n + 1
    total = 0.0
    while x < 15:
        total += x**-s
        x += 1
    total += x ** (1 - s) / (s - 1) + x**-s / 2
    power, factor = x ** (-s - 1), s
    for k, bernoulli in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730), 1):
        total += bernoulli / math.factorial(2 * k) * factor * power
        factor *= (s + 2 * k - 1) * (s + 2 * k)
        power /= x * x
    return float((1 if int(n) % 2 else -1) * math.factorial(int(n)) * total)


FUNCTIONS: dict[str, Scalar] = {
    "exp": Scalar(_exp, r"e^{#1}"),
    "expm1": Scalar(math.expm1, r"\left(e^{#1} - 1\right)"),
    "exp2": Scalar(lambda x: _power(2.0, x), r"2^{#1}"),
    "log": Scalar(_log, r"\ln\left(#1\right)"),
    "log2": Scalar(lambda x: math.log2(x) if x > 0 else _log(x), r"\log_2\left(#1\right)"),
    "log10": Scalar(lambda x: math.log10(x) if x > 0 else _log(x), r"\log_{10}\left(#1\right)"),
    "log1p": Scalar(lambda x: math.log1p(x) if x > -1 else _log(1 + x), r"\ln\left(1 + #1\right)"),
    "sqrt": Scalar(_sqrt, r"\sqrt{#1}"),
    "rsqrt": Scalar(lambda x: _reciprocal(_sqrt(x)), r"\frac{1}{\sqrt{#1}}"),
    "reciprocal": Scalar(_reciprocal, r"\frac{1}{#1}"),
    "square": Scalar(lambda x: x * x, r"\left(#1\right)^2"),
    "pow": Scalar(_power, r"\left(#1\right)^{#2}"),
    "abs": Scalar(abs, r"\left|#1\right|"),
    "sign": Scalar(_sign, r"\operatorname{sign}\left(#1\right)"),
    "floor": Scalar(_whole(math.floor), r"\lfloor #1 \rfloor"),
    "ceil": Scalar(_whole(math.ceil), r"\lceil #1 \rceil"),
    "trunc": Scalar(_whole(math.trunc), r"\operatorname{trunc}\left(#1\right)"),
    "round": Scalar(_round, r"\operatorname{round}\left(#1\right)"),
    "remainder": Scalar(lambda x, y: x - y * math.floor(x / y), r"#1 \bmod #2"),
    "sin": Scalar(math.sin, r"\sin\left(#1\right)"),
    "cos": Scalar(math.cos, r"\cos\left(#1\right)"),
    "tan": Scalar(math.tan, r"\tan\left(#1\right)"),
    "asin": Scalar(math.asin, r"\arcsin\left(#1\right)"),
    "acos": Scalar(math.acos, r"\arccos\left(#1\right)"),
    "atan": Scalar(math.atan, r"\arctan\left(#1\right)"),
    "atan2": Scalar(math.atan2, r"\operatorname{atan2}\left(#1, #2\right)"),
    "sinh": Scalar(math.sinh, r"\sinh\left(#1\right)"),
    "cosh": Scalar(math.cosh, r"\cosh\left(#1\right)"),
    "tanh": Scalar(math.tanh, r"\tanh\left(#1\right)"),
    "asinh": Scalar(math.asinh, r"\operatorname{arsinh}\left(#1\right)"),
    "acosh": Scalar(math.acosh, r"\operatorname{arcosh}\left(#1\right)"),
    "atanh": Scalar(math.atanh, r"\operatorname{artanh}\left(#1\right)"),
    "erf": Scalar(math.erf, r"\operatorname{erf}\left(#1\right)"),
    "erfc": Scalar(math.erfc, r"\operatorname{erfc}\left(#1\right)"),
    "lgamma": Scalar(math.lgamma, r"\ln\left|\Gamma\left(#1\right)\right|"),
    "digamma": Scalar(_digamma, r"\psi\left(#1\right)"),
    "polygamma": Scalar(_polygamma, r"\psi^{(#1)}\left(#2\right)"),
    "erfinv": Scalar(_erfinv, r"\operatorname{erf}^{-1}\left(#1\right)"),
    "i0": Scalar(_bessel(0), r"I_0\left(#1\right)"),
    "i1": Scalar(_bessel(1), r"I_1\left(#1\right)"),
    "sinc": Scalar(_sinc, r"\operatorname{sinc}\left(#1\right)"),
    "frac": Scalar(lambda x: x - math.trunc(x), r"\operatorname{frac}\left(#1\right)"),
    "fmod": Scalar(lambda x, y: math.fmod(x, y), r"\operatorname{fmod}\left(#1, #2\right)"),
    "sigmoid": Scalar(_sigmoid, r"\sigma\left(#1\right)"),
    "softplus": Scalar(_softplus, r"\ln\left(1 + e^{#1}\right)"),
    "normal_cdf": Scalar(_normal, r"\Phi\left(#1\right)"),
    "max": Scalar(max, r"\max\left(#1, #2\right)"),
    "min": Scalar(min, r"\min\left(#1, #2\right)"),
    "sum": Scalar(lambda x: x, r"\left(#1\right)"),
}
