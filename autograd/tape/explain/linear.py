"""Ops that are linear, wholly or where they stand: an output element is a weighted sum of input elements."""

from __future__ import annotations

import math

import numpy as np

from autograd.tape.explain.again import Again
from autograd.tape.explain.reading import Reading
from autograd.tape.explain.terms import Index, Item, Sum, Term
from autograd.tape.segment import Array, TapeError

_SMALL = 1e-9

# Ops of pieces: linear where they stand, also on a kink or a tie, where probing nearby would miss.
PIECES = frozenset({
    "relu", "relu6", "leaky_relu", "hardtanh", "threshold", "clamp", "maximum", "minimum", "max", "min", "amax", "amin",
    "abs", "sort", "topk", "kthvalue", "median", "mode", "cummax", "cummin", "max_pool1d", "max_pool2d", "max_pool3d",
    "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d", "fmax", "fmin", "prelu", "hardshrink",
})  # fmt: skip


def combination(reading: Reading, slot: int, index: Index) -> Sum | None:
    """The weighted sum that output element `index` is, with a constant where there is one; None where it is no such.

    An op is taken for linear where its derivatives are the same at the numbers it had and at two others, and what is
    left at zero is one number. An op of pieces (max, a clamp) is linear near where it stands: its derivatives do not
    change nearby, and the sum is the output, or no input has any say.
    """
    again = reading.again
    try:
        rows, output = _probe(again, slot, index, again.arrays)
    except (TapeError, ValueError):  # the op refuses these numbers
        return None
    wholly = _wholly(again, slot, index, rows, output)
    if wholly is not None:
        return _sum(reading, rows, wholly)
    left = output - _applied(rows, again.arrays)
    if not math.isfinite(left) and reading.op not in PIECES:
        return None
    none_has_a_say = not any(row is not None and row.any() for row in rows)
    if abs(left) > 1e-9 * (1 + abs(output)) and not none_has_a_say:
        return None
    if reading.op not in PIECES and not _nearby(again, slot, index, rows):
        return None
    return _sum(reading, rows, left if none_has_a_say else 0.0)


def in_one_operand(reading: Reading, slot: int, index: Index) -> Sum | None:
    """The output element as a weighted sum of one operand's elements, the others held as they are: a product's."""
    again = reading.again
    for place in again.floats():
        array = again.arrays[place]
        assert array is not None
        try:
            rows, output = _probe(again, slot, index, again.arrays)
            row = rows[place]
            if row is None or abs(_applied([row], [array]) - output) > _SMALL * (1 + abs(output)):
                continue
            moved = list(again.arrays)
            moved[place] = _moved(again, 1.0, 6)[place]
            others, value = _probe(again, slot, index, moved)
        except (TapeError, ValueError):
            continue
        if _same([row], [others[place]]) and abs(_applied([row], [moved[place]]) - value) <= _SMALL * (1 + abs(value)):
            return _sum(reading, [row if p == place else None for p in range(len(rows))], 0.0)
    return None


def _sum(reading: Reading, rows: list[Array | None], constant: float) -> Sum:
    items: list[Item] = [reading.weighted(place, row) for place, row in enumerate(rows) if row is not None]
    items = [item for item in items if len(item)]  # type: ignore[arg-type]
    if constant or not items:
        items.append(Term(constant))
    return Sum(tuple(items))


def _probe(again: Again, slot: int, index: Index, arrays: list[Array | None]) -> tuple[list[Array | None], float]:
    replaced = {place: array for place, array in enumerate(arrays) if array is not None}
    node, outputs = again.run(replaced)
    if outputs[slot].dtype.kind != "f":
        raise ValueError("an output of whole numbers")
    single = np.zeros(outputs[slot].shape)
    single[index] = 1
    return again.backward(node, slot, single), float(outputs[slot][index])


def _applied(rows: list[Array | None], arrays: list[Array | None]) -> float:
    total = 0.0
    with np.errstate(invalid="ignore"):
        for row, array in zip(rows, arrays, strict=True):
            if row is not None and array is not None:
                some = row != 0
                total += float((row[some] * array[some]).sum())
    return total


def _moved(again: Again, scale: float, seed: int) -> list[Array | None]:
    rng = np.random.default_rng(seed)
    moved: list[Array | None] = []
    for array in again.arrays:
        if array is None or array.dtype.kind != "f":
            moved.append(array)
        else:
            start = np.nan_to_num(array, nan=0.0, posinf=1.0, neginf=-1.0) if scale >= 1 else array
            size = 1 + np.abs(np.nan_to_num(array, nan=0.0, posinf=1.0, neginf=-1.0))
            moved.append(start + scale * size * rng.uniform(-1, 1, array.shape))
    return moved


def _wholly(again: Again, slot: int, index: Index, rows: list[Array | None], output: float) -> float | None:
    """The constant of an op that is linear in its inputs, at whatever numbers; None where it is not."""
    constant = None
    for seed in (1, 2):
        moved = _moved(again, 1.0, seed)
        try:
            others, value = _probe(again, slot, index, moved)
        except (TapeError, ValueError):
            return None
        if not _same(rows, others):
            return None
        left = value - _applied(rows, moved)
        if constant is not None and abs(left - constant) > _SMALL * (1 + abs(value)):
            return None
        constant = left
    constant = constant or 0.0
    if abs(_applied(rows, again.arrays) + constant - output) > _SMALL * (1 + abs(output)):
        return None
    return constant if abs(constant) > _SMALL * (1 + abs(output)) else 0.0


def _nearby(again: Again, slot: int, index: Index, rows: list[Array | None]) -> bool:
    """Whether the derivatives are the same close by, where a smooth op's would differ."""
    agree = 0
    for seed in (3, 4, 5):
        try:
            others, _ = _probe(again, slot, index, _moved(again, 1e-4, seed))
        except (TapeError, ValueError):
            return False
        agree += _same(rows, others)
    # A tie, or a kink exactly here, may go either way: one agreement is enough, for a smooth op has none.
    return agree > 0


def _same(rows: list[Array | None], others: list[Array | None]) -> bool:
    for row, other in zip(rows, others, strict=True):
        if (row is None) != (other is None):
            return False
        if row is not None and other is not None and not np.allclose(row, other, rtol=1e-12, atol=1e-14):
            return False
    return True
