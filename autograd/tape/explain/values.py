"""Why a value is what it is: the rule of the op that made it, or the update that wrote it."""

from __future__ import annotations

import numpy as np

from autograd.tape.explain import linear, pairs
from autograd.tape.explain.reading import Reading
from autograd.tape.explain.rules import VALUES, place_of_choice
from autograd.tape.explain.terms import Index, Item, Products, Sum, Term
from autograd.tape.segment import TapeError

_BIASED = frozenset(
    {"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"}
)


def made_by(reading: Reading, slot: int, index: Index) -> Sum:
    """The sum that output element `index` of a node is. Raises TapeError for an op that has no such rule."""
    rule = VALUES.get(reading.op)
    if rule is not None:
        return rule(reading, slot, index)
    if reading.again.options.get("scale_grad_by_freq"):
        # This changes the gradient alone, which would then be no derivative of the value.
        reading.again.options["scale_grad_by_freq"] = False
    first = reading.again.arrays[0]
    if first is not None and first.dtype.kind != "f" and reading.output(slot).dtype.kind != "f":
        # Whole numbers, and how an op moves them, are asked about as floats.
        reading.again.arrays[0] = first.astype(np.float64)
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
    added = [place for place in again.floats() if place not in two]
    if reading.op in _BIASED:
        # A bias is one number of the output's channel: there is no need to ask.
        channel = index[-1] if reading.op == "linear" else index[-int(reading.op[-2]) - 1]
        return Sum((*items, *[Term(1.0, (reading.factor(place, (channel,)),)) for place in added]))
    if added:
        rows = again.row(slot, index)
        items += [reading.weighted(place, row) for place in added if (row := rows[place]) is not None and row.any()]
    return Sum(tuple(items))
