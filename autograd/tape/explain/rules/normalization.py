"""Normalisation: the distance from a mean, over the root of a variance, scaled and shifted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.rules.reduction import mean, squares
from autograd.tape.explain.terms import Factor, Index, Item, Part, Sum, Term, total


def _elements(reading: Reading, places: Any) -> list[Factor]:
    """The input's elements at places counted in order."""
    array, source = reading.array("input"), reading.source("input")
    return [
        Factor(source, tuple(int(i) for i in np.unravel_index(int(place), array.shape)), float(array.flat[int(place)]))
        for place in places
    ]


def _normal(reading: Reading, index: Index, middle: Part | Factor, spread: Sum, own: Index) -> Sum:
    """(x − middle) / √(spread + ε) · weight + bias; `own` is the place of weight and bias."""
    centred = Part("sum", (total(Term(1.0, (reading.factor("input", index),)), Term(-1.0, (middle,))),))
    width = Part(
        "rsqrt", (Sum((*spread.items, Term(float(reading.options["eps"])))),), r"1/\sqrt{\sigma^2 + \varepsilon}"
    )
    factors: tuple[Factor | Part, ...] = (centred, width)
    if reading.has("weight"):
        factors += (reading.factor("weight", own),)
    items: list[Item] = [Term(1.0, factors)]
    if reading.has("bias"):
        items.append(Term(1.0, (reading.factor("bias", own),)))
    return Sum(tuple(items))


def _by(reading: Reading, index: Index, places: Any, own: Index) -> Sum:
    factors = _elements(reading, places)
    middle = mean(factors)
    return _normal(reading, index, middle, squares(factors, middle, len(factors)), own)


def _batch_norm(reading: Reading, slot: int, index: Index) -> Sum:
    channel = (index[1],)
    if reading.has("running_mean") and not reading.options.get("training"):
        middle = reading.factor("running_mean", channel)
        return _normal(reading, index, middle, one(reading.factor("running_var", channel)), channel)
    shape = reading.array("input").shape
    places = np.arange(math.prod(shape)).reshape(shape)[:, index[1]].ravel()
    return _by(reading, index, places, channel)


def _layer_norm(reading: Reading, slot: int, index: Index) -> Sum:
    shape = reading.array("input").shape
    count = len(reading.options["normalized_shape"])
    places = np.arange(math.prod(shape)).reshape(shape)[index[: len(index) - count]].ravel()
    return _by(reading, index, places, index[len(index) - count :])


def _group_norm(reading: Reading, slot: int, index: Index) -> Sum:
    shape = reading.array("input").shape
    size = shape[1] // int(reading.options["num_groups"])
    first = index[1] // size * size
    places = np.arange(math.prod(shape)).reshape(shape)[index[0], first : first + size].ravel()
    return _by(reading, index, places, (index[1],))


RULES: dict[str, Any] = {"batch_norm": _batch_norm, "layer_norm": _layer_norm, "group_norm": _group_norm}
