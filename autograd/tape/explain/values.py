"""Why a value is what it is: the rule of the op that made it, or the update that wrote it."""

from __future__ import annotations

import numpy as np

from autograd.tape.explain import linear, pairs
from autograd.tape.explain.reading import Reading
from autograd.tape.explain.rules import VALUES, place_of_choice
from autograd.tape.explain.terms import Index, Item, Products, Sum
from autograd.tape.segment import TapeError


def made_by(reading: Reading, slot: int, index: Index) -> Sum:
    """The sum that output element `index` of a node is. Raises TapeError for an op that has no such rule."""
    rule = VALUES.get(reading.op)
    if rule is not None:
        return rule(reading, slot, index)
    found = place_of_choice(reading, slot, index) or _products(reading, slot, index)
    if found is None:
        found = linear.combination(reading, slot, index)
    if found is None:
        found = linear.in_one_operand(reading, slot, index)
    if found is None:
        raise TapeError(
            f"“{reading.id}”: what {reading.op} computes is no sum of terms of its inputs that can be listed; its "
            f"inputs are {', '.join(name for name in reading.names if name is not None)}."
        )
    return found


def _products(reading: Reading, slot: int, index: Index) -> Sum | None:
    """A sum of products of two operands' elements, and what is added to it: a bias."""
    again = reading.again
    two = pairs.operands(again)
    if two is None:
        return None
    first, second = two
    found = pairs.of_output(again, slot, index, first, second)
    if found is None:
        return None
    columns = (reading.column(first, found.places), reading.column(second, found.partners))
    items: list[Item] = [Products(found.coefficients, columns)]
    rows = again.row(slot, index)
    for place, row in enumerate(rows):
        if place not in two and row is not None and np.any(row):
            items.append(reading.weighted(place, row))
    return Sum(tuple(items))
