"""Functions of one element, or of two that broadcasting brings together."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, number, total

Rule = Callable[[Reading, int, Index], Sum]

_SAME_NAME = (
    "exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "sign", "floor", "ceil",
    "trunc", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf",
    "erfc", "lgamma", "digamma", "sigmoid", "square",
)  # fmt: skip


def applied(function: str, *arguments: Sum) -> Sum:
    """A sum that is one function of sums."""
    return Sum((Term(1.0, (Part(function, arguments),)),))


def _unary(function: str) -> Rule:
    return lambda reading, slot, index: applied(function, one(reading.factor(0, index)))


def _kept(x: Factor, coefficient: float) -> Sum:
    return total(Term(coefficient, (x,)))


def _relu(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    return _kept(x, float(x.value > 0))


def _leaky_relu(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    return _kept(x, 1.0 if x.value > 0 else float(reading.options["negative_slope"]))


def _elu(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    if x.value > 0:
        return _kept(x, 1.0)
    return total(Term(float(reading.options.get("alpha", 1.0)), (Part("expm1", (one(x),)),)))


def _silu(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    return total(Term(1.0, (x, Part("sigmoid", (one(x),)))))


def _softplus(reading: Reading, slot: int, index: Index) -> Sum:
    x, beta = reading.factor(0, index), float(reading.options.get("beta", 1.0))
    if x.value * beta > float(reading.options.get("threshold", 20.0)):
        return _kept(x, 1.0)
    return total(Term(1 / beta, (Part("softplus", (_kept(x, beta),)),)))


def _gelu(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    if reading.options.get("approximate", "none") == "none":
        return total(Term(1.0, (x, Part("normal_cdf", (one(x),)))))
    slope = math.sqrt(2 / math.pi)
    inner = total(Term(slope, (x,)), Term(slope * 0.044715, (x, x, x)))
    gate = total(Term(1.0), Term(1.0, (Part("tanh", (inner,)),)))
    return total(Term(0.5, (x, Part("sum", (gate,)))))


def _operand(reading: Reading, name: str, index: Index) -> tuple[float, tuple[Factor, ...]]:
    """An operand that is a tensor's element, or a number of the script's."""
    if reading.has(name):
        return 1.0, (reading.spread(name, index),)
    return float(reading.options[name]), ()


def _added(sign: float) -> Rule:
    """input + sign · alpha · other."""

    def rule(reading: Reading, slot: int, index: Index) -> Sum:
        left, first = _operand(reading, "input", index)
        right, second = _operand(reading, "other", index)
        alpha = reading.options.get("alpha")
        return total(Term(left, first), Term(sign * right * (1.0 if alpha is None else float(alpha)), second))

    return rule


def _mul(reading: Reading, slot: int, index: Index) -> Sum:
    left, first = _operand(reading, "input", index)
    right, second = _operand(reading, "other", index)
    return total(Term(left * right, first + second))


def _neg(reading: Reading, slot: int, index: Index) -> Sum:
    return _kept(reading.factor(0, index), -1.0)


def _pow(reading: Reading, slot: int, index: Index) -> Sum:
    """A tensor to a number, a number to a tensor, or a tensor to a tensor."""
    if reading.has("input"):
        x = reading.spread("input", index)
        if reading.has("exponent"):
            return applied("pow", one(x), one(reading.spread("exponent", index)))
        exponent = float(reading.options["exponent"])
        if exponent in (2.0, 3.0):
            return total(Term(1.0, (x,) * int(exponent)))
        return applied("pow", one(x), number(exponent))
    return applied("pow", number(float(reading.options["input"])), one(reading.spread("exponent", index)))


def _div(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.spread("input", index)
    if reading.has("other"):
        quotient = Term(1.0, (x, Part("reciprocal", (one(reading.spread("other", index)),))))
    else:
        quotient = Term(_inverse(float(reading.options["other"])), (x,))
    mode = reading.options.get("rounding_mode")
    return total(quotient) if mode is None else applied(mode, total(quotient))


def _inverse(value: float) -> float:
    return 1 / value if value else math.copysign(math.inf, value)


def _remainder(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.spread("input", index)
    other = one(reading.spread("other", index)) if reading.has("other") else number(float(reading.options["other"]))
    return applied("remainder", one(x), other)


def _round(reading: Reading, slot: int, index: Index) -> Sum:
    x, scale = reading.factor(0, index), 10.0 ** int(reading.options.get("decimals", 0))
    return total(Term(1 / scale, (Part("round", (_kept(x, scale),)),)))


def _atan2(reading: Reading, slot: int, index: Index) -> Sum:
    return applied("atan2", one(reading.spread(0, index)), one(reading.spread(1, index)))


def _cast(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    return one(x) if np.dtype(reading.output(slot).dtype).kind == "f" else applied("trunc", one(x))


RULES: dict[str, Any] = {
    **{name: _unary(name) for name in _SAME_NAME},
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "silu": _silu,
    "softplus": _softplus,
    "gelu": _gelu,
    "add": _added(1.0),
    "sub": _added(-1.0),
    "rsub": _added(-1.0),
    "mul": _mul,
    "neg": _neg,
    "pow": _pow,
    "div": _div,
    "remainder": _remainder,
    "round": _round,
    "atan2": _atan2,
    "to": _cast,
}
