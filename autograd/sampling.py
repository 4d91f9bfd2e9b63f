"""Numbers drawn by rejection, one after the other, in the order and the precision of PyTorch's CPU code.

Each takes a varying number of words from the generator, so that there is nothing to vectorise.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.generator import Generator

# The float32 constants of PyTorch's code, as the doubles they are widened to.
_THIRD, _SQUEEZE = np.float32(1) / np.float32(3), float(np.float32(0.0331))

# log k! beyond Stirling's formula, for k to 9.
_TAIL = (
    0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
    0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287,
)  # fmt: skip


def gamma(source: Generator, alpha: Any) -> float:
    """A standard gamma number; `alpha` is a numpy number, whose precision is that of the first steps.

    G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26 (2000).
    """
    kind = type(alpha)
    scale = 1.0
    if alpha < 1:
        if alpha == 0:
            return 0.0
        scale = math.pow(1 - source.one_unit(), float(kind(1) / alpha))
        alpha = kind(alpha + kind(1))
    d = float(kind(alpha - kind(_THIRD)))
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        y = 0.0
        while y <= 0:
            x = source.one_normal()
            y = 1.0 + c * x
        v = y * y * y
        u = 1 - source.one_unit()
        xx = x * x
        if u < 1.0 - _SQUEEZE * xx * xx or math.log(u) < 0.5 * xx + d * (1.0 - v + math.log(v)):
            return scale * d * v


def poisson(source: Generator, rate: float) -> float:
    """A Poisson number: by products of uniform numbers for a small rate, else by transformed rejection.

    W. Hörmann, "The transformed rejection method for generating Poisson random variables", Insurance 12 (1993).
    """
    if rate == 0:
        return 0.0
    if rate < 10:
        limit, product, count = math.exp(-rate), 1.0, 0
        while True:
            product *= source.one_unit()
            if product <= limit:
                return float(count)
            count += 1
    root, logarithm = math.sqrt(rate), math.log(rate)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse = 1.1239 + 1.1328 / (b - 3.4)
    accepted = 0.9277 - 3.6224 / (b - 2)
    while True:
        u = source.one_unit() - 0.5
        v = source.one_unit()
        us = 0.5 - abs(u)
        if us == 0:
            continue
        k = float(math.floor((2 * a / us + b) * u + rate + 0.43))
        if us >= 0.07 and v <= accepted:
            return k
        if k < 0 or (us < 0.013 and v > us):
            continue
        left = (math.log(v) if v else -math.inf) + math.log(inverse) - math.log(a / (us * us) + b)
        if left <= -rate + k * logarithm - math.lgamma(k + 1):
            return k


def _tail(k: float) -> float:
    if k <= 9:
        return _TAIL[int(k)]
    square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)


def _rejected(source: Generator, count: Any, p: Any) -> float:
    """W. Hörmann, "The generation of binomial random variates", J. Stat. Comput. Simul. 46 (1993): BTRS."""
    kind = type(count)
    deviation = kind(np.sqrt(count * p * (kind(1) - p)))
    b = kind(1.15 + 2.53 * float(deviation))
    a = kind(-0.0873 + 0.0248 * float(b) + 0.01 * float(p))
    c = kind(float(count * p) + 0.5)
    accepted = kind(0.92 - 4.2 / float(b))
    r = p / (kind(1) - p)
    alpha = kind((2.83 + 5.1 / float(b)) * float(deviation))
    m = np.floor((count + kind(1)) * p)
    while True:
        u = kind(source.one_unit() - 0.5)
        v = kind(source.one_unit())
        us = kind(0.5 - abs(float(u)))
        if us == 0:
            continue
        k = np.floor((kind(2) * a / us + b) * u + c)
        if us >= 0.07 and v <= accepted:
            return float(k)
        if k < 0 or k > count:
            continue
        n, mode, trial, odds = float(count), float(m), float(k), float(r)
        v = kind(math.log(float(v * alpha / (a / (us * us) + b)))) if v else kind(-np.inf)
        bound = (
            (mode + 0.5) * math.log((mode + 1) / (odds * (n - mode + 1)))
            + (n + 1) * math.log((n - mode + 1) / (n - trial + 1))
            + (trial + 0.5) * math.log(odds * (n - trial + 1) / (trial + 1))
            + _tail(mode) + _tail(n - mode) - _tail(trial) - _tail(n - trial)
        )  # fmt: skip
        if v <= kind(bound):
            return float(k)


def _inverted(source: Generator, count: Any, p: Any) -> float:
    """The number of geometric waiting times that fit into `count` trials."""
    kind = type(count)
    logarithm, waited, successes = kind(np.log1p(-p)), kind(0), 0
    while True:
        u = kind(source.one_unit())
        waited = kind(waited + np.ceil(np.log(u) / logarithm)) if u else kind(np.inf)
        if waited > count:
            return float(successes)
        successes += 1


def binomial(source: Generator, count: Any, p: Any) -> float:
    """A binomial number; both are numpy numbers of one type, in which the steps are taken."""
    if count <= 0 or p <= 0:
        return 0.0
    if p >= 1:
        return float(count)
    if np.isnan(p) or np.isnan(count):
        return math.nan
    kind = type(count)
    other = p if p <= 0.5 else kind(1) - p
    drawn = (_rejected if count * other >= 10 else _inverted)(source, count, other)
    return drawn if p <= 0.5 else float(count) - drawn


def standard_gamma(source: Generator, alpha: NDArray[Any]) -> NDArray[Any]:
    """Standard gamma numbers of the parameters, at least the smallest positive number of their type."""
    drawn = np.array([gamma(source, a) for a in alpha.ravel()], np.float64).reshape(alpha.shape)
    positive: NDArray[Any] = np.maximum(drawn.astype(alpha.dtype), np.finfo(alpha.dtype).tiny)
    return positive


def dirichlet(source: Generator, alpha: NDArray[Any]) -> NDArray[Any]:
    """Points of the simplex: gamma numbers divided by their sum along the last dimension."""
    wide = alpha.astype(np.float64)
    drawn = np.array([gamma(source, a) for a in wide.ravel()], np.float64).reshape(alpha.shape)
    limits = np.finfo(alpha.dtype).tiny, np.nextafter(alpha.dtype.type(1), alpha.dtype.type(0))
    points = (drawn / drawn.sum(-1, keepdims=True)).astype(alpha.dtype)
    inner: NDArray[Any] = np.clip(points, *limits)
    return inner
