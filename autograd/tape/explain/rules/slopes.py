"""Derivatives that a person knows by heart, written with the numbers they are of: 1 − y² for tanh.

Each gives what stands before the gradient that arrived, for an input of the output's shape; other derivatives are found
by asking the op (`again.py`), and are then plain numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, total

Slope = tuple[float, tuple[Factor | Part, ...]]
Rule = Callable[[Reading, int, Index], Slope | None]


def _of(*terms: Term) -> Part:
    """A sum, as one factor."""
    return Part("sum", (Sum(terms),))


def _y(reading: Reading, index: Index) -> Factor:
    return reading.made(0, index)


def _tanh(reading: Reading, place: int, index: Index) -> Slope:
    y = _y(reading, index)
    return 1.0, (_of(Term(1.0), Term(-1.0, (y, y))),)


def _sigmoid(reading: Reading, place: int, index: Index) -> Slope:
    y = _y(reading, index)
    return 1.0, (y, _of(Term(1.0), Term(-1.0, (y,))))


def _exp(reading: Reading, place: int, index: Index) -> Slope:
    return 1.0, (_y(reading, index),)


def _log(reading: Reading, place: int, index: Index) -> Slope:
    return 1.0, (Part("reciprocal", (one(reading.factor(0, index)),)),)


def _sqrt(reading: Reading, place: int, index: Index) -> Slope:
    return 0.5, (Part("reciprocal", (one(_y(reading, index)),)),)


def _sin(reading: Reading, place: int, index: Index) -> Slope:
    return 1.0, (Part("cos", (one(reading.factor(0, index)),)),)


def _cos(reading: Reading, place: int, index: Index) -> Slope:
    return -1.0, (Part("sin", (one(reading.factor(0, index)),)),)


def _pow(reading: Reading, place: int, index: Index) -> Slope | None:
    exponent = reading.options.get("exponent")
    if exponent is None or float(exponent) not in (2.0, 3.0):
        return None
    x = reading.factor("input", index)
    return float(exponent), (x,) * (int(exponent) - 1)


def _div(reading: Reading, place: int, index: Index) -> Slope | None:
    if not reading.has("other") or reading.options.get("rounding_mode") is not None:
        return None
    below = Part("reciprocal", (one(reading.spread("other", index)),))
    if place == 0:
        return 1.0, (below,)
    return -1.0, (reading.spread("input", index), below, below)


def _count(reading: Reading) -> float:
    """What a loss divides by."""
    names = [name for name in ("input", "target", "weight") if reading.has(name)]
    size = math.prod(np.broadcast_shapes(*[reading.array(name).shape for name in names]))
    return float(size) if reading.options.get("reduction", "mean") == "mean" else 1.0


def _mse(reading: Reading, place: int, index: Index) -> Slope:
    """2 (x − t) / N, and the other way round for the target."""
    x, t = reading.factor("input", index), reading.factor("target", index)
    sign = 1.0 if place == 0 else -1.0
    terms = [Term(1.0, (x,)), Term(-1.0, (t,))]
    if reading.has("weight"):
        return 2 * sign / _count(reading), (_of(*terms), reading.spread("weight", index))
    return 2 * sign / _count(reading), (_of(*terms),)


def _logits(reading: Reading, place: int, index: Index) -> Slope | None:
    """(σ(x) − t) / N."""
    if place != 0 or reading.has("weight") or reading.has("pos_weight"):
        return None
    x, t = reading.factor("input", index), reading.factor("target", index)
    p = Part("sigmoid", (one(x),), "p")
    return 1 / _count(reading), (_of(Term(1.0, (p,)), Term(-1.0, (t,))),)


SLOPES: dict[str, Rule] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "pow": _pow,
    "div": _div,
    "mse_loss": _mse,
    "binary_cross_entropy_with_logits": _logits,
}


def along_softmax(reading: Reading, index: Index, arrived: Callable[[Index], Factor]) -> Sum:
    """Softmax: y_i g_i − y_i Σ_j y_j g_j; log-softmax: g_i − e^{y_i} Σ_j g_j."""
    dim = int(reading.options.get("dim", -1)) % len(index)
    places = [(*index[:dim], j, *index[dim + 1 :]) for j in range(reading.output().shape[dim])]
    y = _y(reading, index)
    if reading.op == "log_softmax":
        p = Part("exp", (one(y),), "p_i")
        return total(Term(1.0, (arrived(index),)), *[Term(-1.0, (p, arrived(place))) for place in places])
    away = [Term(-1.0, (y, _y(reading, place), arrived(place))) for place in places]
    return total(Term(1.0, (y, arrived(index))), *away)
