"""The error and gamma functions over arrays, which numpy lacks.

Sources: erfinv as PyTorch (a rational approximation and two steps of Newton's method); digamma and the Hurwitz zeta
function by recurrence and their asymptotic series (Abramowitz and Stegun 6.3.18 and 23.2, Euler and Maclaurin's sum).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def _each(function: Callable[[float], float], x: Array) -> Array:
    return np.fromiter(map(function, x.ravel().tolist()), np.float64, x.size).reshape(x.shape).astype(x.dtype)


def erfc_array(x: Array) -> Array:
    """`1 - erf(x)`, by the C library."""
    return _each(math.erfc, x)


def lgamma_array(x: Array) -> Array:
    """`log |gamma(x)|`, by the C library; infinite at whole numbers below 1."""

    def one(v: float) -> float:
        if v <= 0 and v == math.floor(v):
            return math.inf
        return math.lgamma(v)

    return _each(one, x)


def erfinv_array(x: Array, erf: Callable[[Array], Array]) -> Array:
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
            root = root - (np.asarray(erf(root)) - y) / (2 / math.sqrt(math.pi) * np.exp(-root * root))
    root = np.where(np.abs(y) == 1, np.copysign(np.inf, y), root)
    return np.asarray(np.where(np.abs(y) > 1, np.nan, root)).astype(x.dtype)


def digamma_array(x: Array) -> Array:
    """The derivative of lgamma; NaN at negative whole numbers, infinite at 0."""
    given = x.astype(np.float64)
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
    return np.where(given == 0, np.copysign(np.inf, -given), value).astype(x.dtype)


def zeta_array(s: float, q: Array) -> Array:
    """Hurwitz's zeta function: the sum of (q + k)^-s."""
    v = q.astype(np.float64)
    total = np.zeros_like(v)
    with np.errstate(all="ignore"):
        for _ in range(400):
            small = v < 12
            if not small.any():
                break
            total = np.where(small, total + v**-s, total)
            v = np.where(small, v + 1, v)
        value = total + v ** (1 - s) / (s - 1) + 0.5 * v**-s
        factor, power = s, v ** (-s - 1)
        for i, b in enumerate(_BERNOULLI):
            n = 2 * i + 2
            value = value + b / math.factorial(n) * factor * power
            factor *= (s + n - 1) * (s + n)
            power = power / (v * v)
    return np.asarray(value)


def polygamma_array(n: int, x: Array) -> Array:
    """The n-th derivative of digamma, n at least 1."""
    sign = 1.0 if n % 2 else -1.0
    return (sign * math.factorial(n) * zeta_array(n + 1.0, x)).astype(x.dtype)
