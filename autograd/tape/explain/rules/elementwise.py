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
    "erfc", "lgamma", "digamma", "sigmoid", "square", "erfinv", "i0", "i1", "sinc", "frac",
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


def _selu(reading: Reading, slot: int, index: Index) -> Sum:
    scale, alpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
    x = reading.factor(0, index)
    return _kept(x, scale) if x.value > 0 else total(Term(scale * alpha, (Part("expm1", (one(x),)),)))


def _celu(reading: Reading, slot: int, index: Index) -> Sum:
    x, alpha = reading.factor(0, index), float(reading.options.get("alpha", 1.0))
    return _kept(x, 1.0) if x.value > 0 else total(Term(alpha, (Part("expm1", (_kept(x, 1 / alpha),)),)))


def _mish(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    soft = total(Term(1.0, (Part("softplus", (one(x),)),)))
    return total(Term(1.0, (x, Part("tanh", (soft,)))))


def _log_sigmoid(reading: Reading, slot: int, index: Index) -> Sum:
    return total(Term(-1.0, (Part("softplus", (_kept(reading.factor(0, index), -1.0),)),)))


def _hard(x: Factor) -> Part:
    """min(max(x + 3, 0), 6)."""
    above = Part("max", (total(Term(1.0, (x,)), Term(3.0)), number(0.0)))
    return Part("min", (total(Term(1.0, (above,))), number(6.0)))


def _hardsigmoid(reading: Reading, slot: int, index: Index) -> Sum:
    return total(Term(1 / 6, (_hard(reading.factor(0, index)),)))


def _hardswish(reading: Reading, slot: int, index: Index) -> Sum:
    x = reading.factor(0, index)
    return total(Term(1 / 6, (x, _hard(x))))


def _softshrink(reading: Reading, slot: int, index: Index) -> Sum:
    x, limit = reading.factor(0, index), float(reading.options["lambd"])
    if abs(x.value) <= limit:
        return _kept(x, 0.0)
    return total(Term(1.0, (x,)), Term(-math.copysign(limit, x.value)))


def _glu(reading: Reading, slot: int, index: Index) -> Sum:
    shape = reading.array(0).shape
    dim = int(reading.options["dim"]) % len(shape)
    gate = (*index[:dim], index[dim] + shape[dim] // 2, *index[dim + 1 :])
    return total(Term(1.0, (reading.factor(0, index), Part("sigmoid", (one(reading.factor(0, gate)),)))))


def _logit(reading: Reading, slot: int, index: Index) -> Sum:
    x, eps = reading.factor(0, index), reading.options.get("eps")
    inside = one(x)
    if eps is not None:
        above = Part("max", (inside, number(float(eps))))
        inside = total(Term(1.0, (Part("min", (total(Term(1.0, (above,))), number(1 - float(eps)))),)))
    rest = total(Term(1.0), *[Term(-t.coefficient, t.factors) for t in inside.items if isinstance(t, Term)])
    return total(Term(1.0, (Part("log", (inside,)),)), Term(-1.0, (Part("log", (rest,)),)))


def _sum_of(reading: Reading, name: str, index: Index) -> Sum:
    coefficient, factors = _operand(reading, name, index)
    return total(Term(coefficient, factors))


def _hypot(reading: Reading, slot: int, index: Index) -> Sum:
    squares = [Term(a * a, f + f) for a, f in (_operand(reading, n, index) for n in ("input", "other"))]
    return applied("sqrt", Sum(tuple(squares)))


def _log_add(reading: Reading, slot: int, index: Index) -> Sum:
    """ln(e^a + e^b) as a + ln(1 + e^(b − a)); to base 2 with the exponents times ln 2."""
    base = math.log(2) if reading.op == "logaddexp2" else 1.0
    a, f = _operand(reading, "input", index)
    b, g = _operand(reading, "other", index)
    soft = Part("softplus", (total(Term(base * b, g), Term(-base * a, f)),))
    return total(Term(a, f), Term(1 / base, (soft,)))


def _fmod(reading: Reading, slot: int, index: Index) -> Sum:
    return applied("fmod", _sum_of(reading, "input", index), _sum_of(reading, "other", index))


def _added_product(reading: Reading, slot: int, index: Index) -> Sum:
    """addcmul and addcdiv: input + value · tensor1 (· or /) tensor2."""
    first, second = reading.spread("tensor1", index), reading.spread("tensor2", index)
    other = second if reading.op == "addcmul" else Part("reciprocal", (one(second),))
    value = float(reading.options.get("value", 1))
    return total(Term(1.0, (reading.spread("input", index),)), Term(value, (first, other)))


def _lerp(reading: Reading, slot: int, index: Index) -> Sum:
    start, end = reading.spread("input", index), reading.spread("end", index)
    weight, factors = _operand(reading, "weight", index)
    return total(Term(1.0, (start,)), Term(weight, (*factors, end)), Term(-weight, (*factors, start)))


def _where(reading: Reading, slot: int, index: Index) -> Sum:
    chosen = "input" if reading.spread("condition", index).value else "other"
    return _sum_of(reading, chosen, index)


def _masked_fill(reading: Reading, slot: int, index: Index) -> Sum:
    if not reading.spread("mask", index).value:
        return one(reading.factor("input", index))
    return _sum_of(reading, "value", index)


def _polygamma(reading: Reading, slot: int, index: Index) -> Sum:
    return applied("polygamma", number(float(reading.options["n"])), one(reading.factor(0, index)))


def _mvlgamma(reading: Reading, slot: int, index: Index) -> Sum:
    """ln Γ_p(x): the sum of ln Γ(x − j/2) for j < p, plus p (p − 1) / 4 · ln π."""
    x, p = reading.factor(0, index), int(reading.options["p"])
    gammas = [Term(1.0, (Part("lgamma", (total(Term(1.0, (x,)), Term(-j / 2)),)),)) for j in range(p)]
    return Sum((*gammas, Term(p * (p - 1) / 4 * math.log(math.pi))))


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
    "selu": _selu,
    "celu": _celu,
    "mish": _mish,
    "logsigmoid": _log_sigmoid,
    "hardsigmoid": _hardsigmoid,
    "hardswish": _hardswish,
    "softshrink": _softshrink,
    "glu": _glu,
    "logit": _logit,
    "hypot": _hypot,
    "logaddexp": _log_add,
    "logaddexp2": _log_add,
    "fmod": _fmod,
    "addcmul": _added_product,
    "addcdiv": _added_product,
    "lerp": _lerp,
    "where": _where,
    "masked_fill": _masked_fill,
    "polygamma": _polygamma,
    "mvlgamma": _mvlgamma,
    "to": _cast,
}
