"""What a number is made of: sums of terms, a term a coefficient times factors.

A factor is an element of a tensor, or a *part*: a function of sums (`exp` of one, `1/x` of another). `evaluate`
anywhere reads nothing but coefficients and factors' values, in float64.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd.tape.explain.functions import FUNCTIONS
from autograd.tape.segment import Array

Index = tuple[int, ...]

# In JSON: how deep functions within functions go, and how many terms each argument shows.
_DEPTH, _WITHIN = 3, 6


@dataclass(frozen=True, slots=True)
class Source:
    """An array on the tape: what a tensor had in a slot just after event `at` (-1: before the first)."""

    tensor: str
    of: str
    at: int


@dataclass(frozen=True, slots=True)
class Factor:
    """One element of a source; it can be explained in turn."""

    source: Source
    index: Index
    value: float

    def to_json(self) -> dict[str, Any]:
        source = self.source
        return {
            "tensor": source.tensor, "index": list(self.index), "of": source.of, "at": source.at, "value": self.value
        }  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A function of sums; `symbol` is what a formula calls it (LaTeX), where it has a name: a mean is `\\mu`."""

    function: str
    arguments: tuple[Sum, ...]
    symbol: str | None = None

    @cached_property
    def value(self) -> float:
        """The function's value, by Python's own arithmetic."""
        try:
            return FUNCTIONS[self.function].evaluate(*[argument.evaluate() for argument in self.arguments])
        except (ArithmeticError, ValueError):
            return math.nan

    def to_json(self, limit: int, depth: int) -> dict[str, Any]:
        """With its arguments, down to `depth` functions within one another."""
        arguments = [argument.to_json(limit, depth - 1) for argument in self.arguments] if depth else None
        return {"function": self.function, "symbol": self.symbol, "arguments": arguments, "value": self.value}


@dataclass(frozen=True, slots=True)
class Term:
    """`coefficient` times the factors. `sample`: which sample of the batch it comes from, where that is how to read."""

    coefficient: float
    factors: tuple[Factor | Part, ...] = ()
    sample: int | None = None

    def evaluate(self) -> float:
        value = float(self.coefficient)
        for factor in self.factors:
            value *= factor.value
        return value

    def to_json(self, limit: int, depth: int) -> dict[str, Any]:
        return {
            "coefficient": self.coefficient,
            "factors": [f.to_json(limit, depth) if isinstance(f, Part) else f.to_json() for f in self.factors],
            "sample": self.sample,
            "value": self.evaluate(),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that belong together: `by` is "sample" (`key` its number) or "share" (`key` the node that sent it).

    `reference` is the element that the terms add up to, where the tape has it.
    """

    by: str
    key: int | str | None
    sum: Sum
    reference: Factor | None = None

    def evaluate(self) -> float:
        return self.sum.evaluate()

    def to_json(self, limit: int, depth: int) -> dict[str, Any]:
        reference = None if self.reference is None else self.reference.to_json()
        return {"group": self.by, "key": self.key, "reference": reference, **self.sum.to_json(limit, depth)}


@dataclass(frozen=True, slots=True)
class Column:
    """Elements of one source, a factor of as many terms."""

    source: Source
    shape: Index
    places: Array  # counted in order over the whole array
    values: Array

    def at(self, row: int) -> Factor:
        index = tuple(int(i) for i in np.unravel_index(int(self.places[row]), self.shape))
        return Factor(self.source, index, float(self.values[row]))


@dataclass(frozen=True, slots=True)
class Products:
    """Many terms of one form, kept as columns: a coefficient and one element of each column's source a row."""

    coefficients: Array
    columns: tuple[Column, ...]
    samples: Array | None = None

    def __len__(self) -> int:
        return len(self.coefficients)

    def values(self) -> Array:
        values = self.coefficients.astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            for column in self.columns:
                values = values * column.values
        return values

    def row(self, row: int) -> Term:
        sample = None if self.samples is None else int(self.samples[row])
        return Term(float(self.coefficients[row]), tuple(column.at(row) for column in self.columns), sample)

    def pick(self, rows: Array) -> Products:
        """The terms of some rows."""
        columns = tuple(Column(c.source, c.shape, c.places[rows], c.values[rows]) for c in self.columns)
        samples = None if self.samples is None else self.samples[rows]
        return Products(self.coefficients[rows], columns, samples)


Item = Term | Group | Products


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms and groups of terms, added up."""

    items: tuple[Item, ...] = field(default=())

    def evaluate(self) -> float:
        """What the terms add up to: their coefficients and factors' values, and nothing else."""
        values: list[float] = []
        for item in self.items:
            values += item.values().tolist() if isinstance(item, Products) else [item.evaluate()]
        return _added(values)

    def __len__(self) -> int:
        return sum(len(item) if isinstance(item, Products) else 1 for item in self.items)

    def size(self) -> float:
        """The sum of the terms' absolute values: what rounding is to be measured by."""
        found = 0.0
        for item in self.items:
            if isinstance(item, Products):
                found += float(np.nansum(np.abs(item.values())))
            elif isinstance(item, Group):
                found += item.sum.size()
            else:
                found += abs(item.evaluate()) if math.isfinite(item.evaluate()) else 0.0
        return found

    def largest(self, limit: int) -> tuple[list[Term | Group], int, float]:
        """The `limit` terms of the largest absolute value, how many are left out, and what those add up to."""
        found: list[tuple[float, int, int | None]] = []
        for place, item in enumerate(self.items):
            if isinstance(item, Products):
                values = item.values()
                order = np.argsort(-np.abs(values), kind="stable")[:limit]
                found += [(float(values[row]), place, int(row)) for row in order]
            else:
                found.append((item.evaluate(), place, None))
        # Python's sort is stable: terms of one size stay in the order of the sum. NaN comes first: it decides the sum.
        found.sort(key=lambda one: -math.inf if math.isnan(one[0]) else -abs(one[0]))
        shown = []
        for _, place, row in found[:limit]:
            item = self.items[place]
            shown.append(item.row(row or 0) if isinstance(item, Products) else item)
        left = len(self) - len(shown)
        if not left:
            return shown, 0, 0.0
        return shown, left, self.evaluate() - _added([value for value, _, _ in found[:limit]])

    def to_json(self, limit: int, depth: int = _DEPTH) -> dict[str, Any]:
        """`terms`, largest first; `left_out`: how many more there are and what they add up to.

        Terms within functions are fewer, and within `depth` of those none.
        """
        shown, count, value = self.largest(limit if depth == _DEPTH else min(limit, _WITHIN))
        return {
            "terms": [item.to_json(limit, depth) for item in shown],
            "left_out": {"count": count, "value": value},
            "value": self.evaluate(),
        }


def _added(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):  # infinities of both signs, or a sum beyond float64
        return float(np.sum(np.array(values)))


def total(*items: Item) -> Sum:
    """The sum of terms."""
    return Sum(items)


def number(value: float) -> Sum:
    """A sum that is one number."""
    return Sum((Term(float(value)),))
