"""Distances between rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading
from autograd.tape.explain.rules.elementwise import applied
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, number, total


def _distance(pairs: list[tuple[Factor, Factor]], p: float) -> Sum:
    """The p-norm of the differences of pairs."""
    apart = [total(Term(1.0, (a,)), Term(-1.0, (b,))) for a, b in pairs]
    if p == 2:
        return applied("sqrt", Sum(tuple(Term(1.0, (Part("square", (difference,)),)) for difference in apart)))
    sizes = [Part("abs", (difference,)) for difference in apart]
    if p == 0:
        return total(Term(float(sum(size.value != 0 for size in sizes))))
    if math.isinf(p):
        return total(Term(1.0, (max(sizes, key=lambda size: size.value),))) if sizes else total(Term(0.0))
    if p == 1:
        return Sum(tuple(Term(1.0, (size,)) for size in sizes))
    powers = Sum(tuple(Term(1.0, (Part("pow", (total(Term(1.0, (size,))), number(p))),)) for size in sizes))
    return applied("pow", powers, number(1 / p))


def _cdist(reading: Reading, slot: int, index: Index) -> Sum:
    *lead, row, column = index

    def element(name: str, at: int, k: int) -> Factor:
        shape = reading.array(name).shape
        head = lead[len(lead) - (len(shape) - 2) :]
        return reading.factor(name, (*[0 if n == 1 else i for i, n in zip(head, shape[:-2], strict=True)], at, k))

    width = range(reading.array("x1").shape[-1])
    return _distance([(element("x1", row, k), element("x2", column, k)) for k in width], float(reading.options["p"]))


def _pdist(reading: Reading, slot: int, index: Index) -> Sum:
    rows, width = reading.array("input").shape
    first, second = (int(places[index[0]]) for places in np.triu_indices(rows, 1))
    pairs = [(reading.factor("input", (first, k)), reading.factor("input", (second, k))) for k in range(width)]
    return _distance(pairs, float(reading.options["p"]))


RULES: dict[str, Any] = {"cdist": _cdist, "pdist": _pdist}
