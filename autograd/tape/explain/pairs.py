"""Ops that multiply two operands and add up: which element of the one meets which of the other.

The op is asked itself, with the positions of an operand's elements in their place: where a coefficient comes out as
position 7, it is the seventh element. A coefficient made of several elements shows in the squares and is refused.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd.tape.explain.again import Again, one_at, positions
from autograd.tape.explain.terms import Index
from autograd.tape.segment import Array

# The arguments an op multiplies; the others are added.
PRODUCTS: dict[str, tuple[str, str]] = {
    "linear": ("input", "weight"),
    "matmul": ("input", "other"),
    "dot": ("input", "other"),
    "mul": ("input", "other"),
    "addmm": ("mat1", "mat2"),
    "addmv": ("mat", "vec"),
    "addr": ("vec1", "vec2"),
    "baddbmm": ("batch1", "batch2"),
    "addbmm": ("batch1", "batch2"),
    "conv1d": ("input", "weight"),
    "conv2d": ("input", "weight"),
    "conv3d": ("input", "weight"),
    "conv_transpose1d": ("input", "weight"),
    "conv_transpose2d": ("input", "weight"),
    "conv_transpose3d": ("input", "weight"),
    "conv_weight": ("input", "gradient"),
    "dropout": ("input", "mask"),
}


class Pairs(NamedTuple):
    """Coefficient `coefficients[k]` stands before element `places[k]` of the one times `partners[k]` of the other."""

    coefficients: Array
    places: Array
    partners: Array


def operands(again: Again) -> tuple[int, int] | None:
    """The places of the two operands that a node multiplies; None for other ops."""
    if again.node["op"] == "einsum":
        return (0, 1) if len(again.arrays) == 2 else None
    names = PRODUCTS.get(again.node["op"])
    if names is None:
        return None
    first, second = again.place(names[0]), again.place(names[1])
    if first is None or second is None or first not in again.floats() or second not in again.floats():
        return None
    return first, second


def of_output(again: Again, slot: int, index: Index, first: int, second: int) -> Pairs | None:
    """The pairs that make output element `index`; None where an element meets several."""
    shape = _shape(again, second)
    alone, start = {}, 0
    array = again.arrays[first]
    if again.node["op"].startswith("conv") and array is not None and array.ndim == len(index):
        # A convolution knows nothing of other samples: it is asked about one alone.
        alone, start = {first: array[index[0] : index[0] + 1]}, index[0] * (array.size // len(array))
        index = (0, *index[1:])
    found = []
    for values in (np.ones(shape), positions(shape), positions(shape) ** 2):
        share = again.row(slot, index, {**alone, second: values})[first]
        if share is None:
            return None
        found.append(share.ravel())
    pairs = _matched(found[0], found[1], found[2], int(np.prod(shape, dtype=np.int64)))
    return None if pairs is None else pairs._replace(places=pairs.places + start)


def of_input(again: Again, slot: int, index: Index, place: int, other: int) -> Pairs | None:
    """The pairs that element `index` of operand `place` is in: `places` are of the output, `partners` of the other."""
    shape = _shape(again, other)
    single = {place: one_at(index, _shape(again, place))}
    zeros = {p: np.zeros(_shape(again, p)) for p in again.floats() if p not in (place, other)}
    found = []
    for values in (np.ones(shape), positions(shape), positions(shape) ** 2):
        _, outputs = again.run({**zeros, **single, other: values})
        found.append(outputs[slot].ravel())
    return _matched(found[0], found[1], found[2], int(np.prod(shape, dtype=np.int64)))


def _shape(again: Again, place: int) -> Index:
    array = again.arrays[place]
    assert array is not None
    return tuple(array.shape)


def _matched(ones: Array, first: Array, second: Array, size: int) -> Pairs | None:
    places = np.flatnonzero(ones)
    coefficients = ones[places]
    position = first[places] / coefficients
    # The mean of the squares is the square of the mean only where all are one.
    if not np.allclose(second[places] / coefficients, position**2, rtol=1e-9, atol=1e-6):
        return None
    partners = np.rint(position).astype(np.int64) - 1
    if np.abs(position - partners - 1).max(initial=0) > 1e-3 or (partners < 0).any() or (partners >= size).any():
        return None
    return Pairs(coefficients, places, partners)
