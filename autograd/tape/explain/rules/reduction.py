"""Reductions that are no weighted sums: variance, norms, products; and the places that a choice gives beside values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.rules.elementwise import applied
from autograd.tape.explain.rules.softmax import along, full_index
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, number, total


def mean(factors: list[Factor]) -> Part:
    """The mean of some elements, as one factor."""
    n = len(factors)
    return Part("sum", (Sum(tuple(Term(1 / n, (factor,)) for factor in factors)),), r"\mu")


def squares(factors: list[Factor], around: Part, n: float) -> Sum:
    """The sum of squared distances from `around`, over `n`."""
    weight = 1 / n if n else math.inf
    return Sum(
        tuple(
            Term(weight, (Part("square", (total(Term(1.0, (factor,)), Term(-1.0, (around,))),)),)) for factor in factors
        )
    )


def _var(reading: Reading, slot: int, index: Index) -> Sum:
    dims, place = full_index(reading, index)
    factors, _ = along(reading, dims, place)
    return squares(factors, mean(factors), len(factors) - float(reading.options.get("correction", 1)))


def _std(reading: Reading, slot: int, index: Index) -> Sum:
    return applied("sqrt", _var(reading, slot, index))


def _norm(reading: Reading, slot: int, index: Index) -> Sum:
    dims, place = full_index(reading, index)
    factors, _ = along(reading, dims, place)
    p = float(reading.options.get("p", 2.0))
    if math.isinf(p):
        choose = max if p > 0 else min
        return applied("abs", one(choose(factors, key=lambda factor: abs(factor.value))))
    if p == 0:
        return total(Term(float(sum(factor.value != 0 for factor in factors))))
    if p == 2:
        return applied("sqrt", Sum(tuple(Term(1.0, (factor, factor)) for factor in factors)))
    sizes = [Part("abs", (one(factor),)) for factor in factors]
    if p == 1:
        return Sum(tuple(Term(1.0, (size,)) for size in sizes))
    powers = Sum(tuple(Term(1.0, (Part("pow", (total(Term(1.0, (size,))), number(p))),)) for size in sizes))
    return applied("pow", powers, number(1 / p))


def _prod(reading: Reading, slot: int, index: Index) -> Sum:
    dims, place = full_index(reading, index)
    return total(Term(1.0, tuple(along(reading, dims, place)[0])))


def _cumprod(reading: Reading, slot: int, index: Index) -> Sum:
    dim = int(reading.options["dim"]) % reading.array(0).ndim
    before = [(*index[:dim], i, *index[dim + 1 :]) for i in range(index[dim] + 1)]
    return total(Term(1.0, tuple(reading.factor(0, place) for place in before)))


_CHOICES = frozenset({
    "max", "min", "sort", "topk", "median", "nanmedian", "kthvalue", "mode", "cummax", "cummin", "max_pool1d",
    "max_pool2d", "max_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d",
    "fractional_max_pool2d", "fractional_max_pool3d",
})  # fmt: skip


def place_of_choice(reading: Reading, slot: int, index: Index) -> Sum | None:
    """The second output of max, sort and their kin: where the chosen element stood. None for other outputs."""
    if slot != 1 or reading.op not in _CHOICES or reading.output(1).dtype.kind != "i":
        return None
    row = reading.again.row(0, index)[0]
    if row is None or not row.any():
        return None
    shape = row.shape
    chosen = tuple(int(i) for i in np.unravel_index(int(np.flatnonzero(row)[0]), shape))
    if reading.op.split("_")[0] in ("max", "adaptive", "fractional") and "pool" in reading.op:
        spatial = int(reading.op[-2]) if reading.op[-1] == "d" else 2
        return total(Term(float(np.ravel_multi_index(chosen[-spatial:], shape[-spatial:]))))
    dim = reading.options.get("dim")
    if dim is None:
        return total(Term(float(np.ravel_multi_index(chosen, shape)))) if chosen else total(Term(0.0))
    return total(Term(float(chosen[int(dim) % len(shape)]))) if chosen else total(Term(0.0))


RULES: dict[str, Any] = {
    "var": _var,
    "std": _std,
    "norm": _norm,
    "prod": _prod,
    "cumprod": _cumprod,
}
