"""Softmax and its kin: exponentials and their sum, from which the largest is taken first so that none overflows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading
from autograd.tape.explain.terms import Factor, Index, Part, Products, Sum, Term, total


def along(reading: Reading, dims: tuple[int, ...], index: Index) -> tuple[list[Factor], Factor]:
    """The elements of the first input that share `index` but for `dims`, and the largest of them."""
    array = reading.array(0)
    grid = [range(n) if axis in dims else (index[axis],) for axis, n in enumerate(array.shape)]
    places = [
        tuple(int(i) for i in place) for place in np.stack(np.meshgrid(*grid, indexing="ij"), -1).reshape(-1, len(grid))
    ]
    source = reading.source(0)
    found = [Factor(source, place, float(array[place])) for place in places]
    return found, max(found, key=lambda factor: -math.inf if math.isnan(factor.value) else factor.value)


def shifted(of: Factor, largest: Factor) -> Sum:
    """x − the largest; where that is −∞ the exponentials of plain x."""
    if math.isinf(largest.value):
        return total(Term(1.0, (of,)))
    return total(Term(1.0, (of,)), Term(-1.0, (largest,)))


def power(of: Factor, largest: Factor) -> Part:
    """e to the power of it."""
    return Part("exp", (shifted(of, largest),))


def powers(factors: list[Factor], largest: Factor) -> Sum:
    """The sum of all of them."""
    return Sum(tuple(Term(1.0, (power(factor, largest),)) for factor in factors))


def probability(reading: Reading, dim: int, index: Index) -> tuple[Part, Part]:
    """The two factors of a softmax: the power of an element, and 1 over the sum of all."""
    factors, largest = along(reading, (dim,), index)
    own = reading.factor(0, index)
    return power(own, largest), Part("reciprocal", (powers(factors, largest),))


def _softmax(reading: Reading, slot: int, index: Index) -> Sum:
    if not index:
        return total(Term(1.0))
    factors, largest = along(reading, (_dim(reading),), index)
    if reading.op == "_safe_softmax" and all(f.value == -math.inf for f in factors):
        return total(Term(0.0))
    own, whole = power(reading.factor(0, index), largest), Part("reciprocal", (powers(factors, largest),))
    return total(Term(1.0, (own, whole)))


def _dim(reading: Reading) -> int:
    dim = int(reading.options.get("dim", -1))
    return dim % reading.array(0).ndim


def _log_softmax(reading: Reading, slot: int, index: Index) -> Sum:
    if not index:
        return total(Term(0.0))
    factors, largest = along(reading, (_dim(reading),), index)
    normal = Term(-1.0, (Part("log", (powers(factors, largest),)),))
    return Sum((*shifted(reading.factor(0, index), largest).items, normal))


def _dims(reading: Reading) -> tuple[int, ...]:
    """The dimensions a reduction runs over."""
    ndim = reading.array(0).ndim
    dim = reading.options.get("dim")
    if dim is None:
        return tuple(range(ndim))
    return tuple(d % ndim for d in (dim if isinstance(dim, tuple | list) else (dim,)))


def full_index(reading: Reading, index: Index) -> tuple[tuple[int, ...], Index]:
    """The reduced dimensions, and an output index with a place (0) for each of them."""
    dims = _dims(reading)
    ndim = reading.array(0).ndim
    if len(index) == ndim:
        return dims, tuple(0 if axis in dims else i for axis, i in enumerate(index))
    rest = iter(index)
    return dims, tuple(0 if axis in dims else next(rest) for axis in range(ndim))


def _logsumexp(reading: Reading, slot: int, index: Index) -> Sum:
    dims, place = full_index(reading, index)
    factors, largest = along(reading, dims, place)
    log = Term(1.0, (Part("log", (powers(factors, largest),)),))
    return total(log) if math.isinf(largest.value) else total(Term(1.0, (largest,)), log)


def _attention(reading: Reading, slot: int, index: Index) -> Sum:
    """scaled_dot_product_attention: the softmax of scores weighs the rows of `value`."""
    query, key, value = (reading.array(name) for name in ("query", "key", "value"))
    *lead, row, column = index
    scale = reading.options.get("scale")
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)

    def places(array: Any, *last: int) -> Index:
        # Several heads of the query may share one of the keys and values.
        head = zip(lead, query.shape[:-2], array.shape[:-2], strict=True)
        return (*[i * n // of for i, of, n in head], *last)

    mask = reading.array("attn_mask") if reading.has("attn_mask") else None
    scores: list[tuple[int, Sum]] = []
    for other in range(key.shape[-2]):
        if reading.options.get("is_causal") and other > row:
            continue
        width = np.arange(query.shape[-1])
        left = np.ravel_multi_index(places(query, row, 0), query.shape) + width
        right = np.ravel_multi_index(places(key, other, 0), key.shape) + width
        columns = (reading.column("query", left), reading.column("key", right))
        score = Sum((Products(np.full(len(width), scale), columns),))
        if mask is not None:
            at = reading.spread("attn_mask", (*lead, row, other))
            if mask.dtype.kind == "b":
                if not at.value:
                    continue
            else:
                score = Sum((*score.items, Term(1.0, (at,))))
        scores.append((other, score))
    if not scores:
        return total(Term(0.0))
    highest = max((score.evaluate() for _, score in scores), default=0.0)
    if not math.isfinite(highest):
        highest = 0.0
    weights = [(other, Part("exp", (Sum((*score.items, Term(-highest))),))) for other, score in scores]
    whole = Part("reciprocal", (Sum(tuple(Term(1.0, (weight,)) for _, weight in weights)),))
    return Sum(
        tuple(
            Term(1.0, (weight, whole, reading.factor("value", places(value, other, column))))
            for other, weight in weights
        )
    )


def _logcumsumexp(reading: Reading, slot: int, index: Index) -> Sum:
    dim = int(reading.options["dim"]) % len(index) if index else 0
    before = [(*index[:dim], i, *index[dim + 1 :]) for i in range(index[dim] + 1)] if index else [()]
    factors = [reading.factor(0, place) for place in before]
    largest = max(factors, key=lambda factor: factor.value)
    return total(Term(1.0, (largest,)), Term(1.0, (Part("log", (powers(factors, largest),)),)))


RULES: dict[str, Any] = {
    "softmax": _softmax,
    "_safe_softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "logcumsumexp": _logcumsumexp,
    "scaled_dot_product_attention": _attention,
}
