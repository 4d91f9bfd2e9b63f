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
    "sigmoid": Scalar(_sigmoid, r"\sigma\left(#1\right)"),
    "softplus": Scalar(_softplus, r"\ln\left(1 + e^{#1}\right)"),
    "normal_cdf": Scalar(_normal, r"\Phi\left(#1\right)"),
    "max": Scalar(max, r"\max\left(#1, #2\right)"),
    "min": Scalar(min, r"\min\left(#1, #2\right)"),
    "sum": Scalar(lambda x: x, r"\left(#1\right)"),
}
