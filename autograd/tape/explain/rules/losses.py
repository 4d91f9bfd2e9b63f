"""Losses: one sum per element, added up or averaged as `reduction` says."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, number, total
from autograd.tape.segment import TapeError

# A loss of more elements than this is not listed term by term.
_MOST = 300_000

Each = Callable[[Reading, Index], list[Term]]


def _difference(reading: Reading, index: Index) -> Sum:
    return total(Term(1.0, (reading.spread("input", index),)), Term(-1.0, (reading.spread("target", index),)))


def _squared(reading: Reading, index: Index) -> list[Term]:
    return [Term(1.0, (Part("square", (_difference(reading, index),)),))]


def _absolute(reading: Reading, index: Index) -> list[Term]:
    return [Term(1.0, (Part("abs", (_difference(reading, index),)),))]


def _bent(reading: Reading, index: Index, knee: float, scale: float) -> list[Term]:
    """d²/2 up to the knee and a line beyond, times `scale`."""
    difference = _difference(reading, index)
    if abs(difference.evaluate()) <= knee and knee:
        return [Term(0.5 * scale, (Part("square", (difference,)),))]
    return [Term(knee * scale, (Part("abs", (difference,)),)), Term(-0.5 * knee * knee * scale)]


def _smooth(reading: Reading, index: Index) -> list[Term]:
    beta = float(reading.options["beta"])
    return _bent(reading, index, beta, 1 / beta) if beta else _absolute(reading, index)


def _huber(reading: Reading, index: Index) -> list[Term]:
    return _bent(reading, index, float(reading.options["delta"]), 1.0)


def _weighted(reading: Reading, index: Index, terms: list[Term]) -> list[Term]:
    if not reading.has("weight"):
        return terms
    weight = reading.spread("weight", index)
    return [Term(term.coefficient, (*term.factors, weight)) for term in terms]


def _binary(reading: Reading, index: Index) -> list[Term]:
    """−t ln x − (1 − t) ln(1 − x), the logarithms kept above −100 as PyTorch does."""
    x, t = reading.spread("input", index), reading.spread("target", index)
    first = Part("max", (total(Term(1.0, (Part("log", (one(x),)),))), number(-100.0)))
    other = Part("log1p", (total(Term(-1.0, (x,))),))
    second = Part("max", (total(Term(1.0, (other,))), number(-100.0)))
    return _weighted(reading, index, [Term(-1.0, (t, first)), Term(-1.0, (second,)), Term(1.0, (t, second))])


def _logits(reading: Reading, index: Index) -> list[Term]:
    """(1 − t) x + (1 + (w − 1) t) ln(1 + e^−x)."""
    x, t = reading.spread("input", index), reading.spread("target", index)
    soft = Part("softplus", (total(Term(-1.0, (x,))),))
    terms = [Term(1.0, (x,)), Term(-1.0, (t, x)), Term(1.0, (soft,))]
    if reading.has("pos_weight"):
        terms += [Term(1.0, (reading.spread("pos_weight", index), t, soft)), Term(-1.0, (t, soft))]
    return _weighted(reading, index, terms)


def _divergence(reading: Reading, index: Index) -> list[Term]:
    """t (ln t − x); with `log_target` e^t (t − x)."""
    x, t = reading.spread("input", index), reading.spread("target", index)
    if reading.options.get("log_target"):
        weight = Part("exp", (one(t),))
        return [Term(1.0, (weight, t)), Term(-1.0, (weight, x))]
    terms = [Term(-1.0, (t, x))]
    return [Term(1.0, (t, Part("log", (one(t),)))), *terms] if t.value > 0 else terms


def _soft_margin(reading: Reading, index: Index) -> list[Term]:
    x, t = reading.spread("input", index), reading.spread("target", index)
    return [Term(1.0, (Part("softplus", (total(Term(-1.0, (t, x))),)),))]


def _reduced(each: Each) -> Callable[[Reading, int, Index], Sum]:
    def rule(reading: Reading, slot: int, index: Index) -> Sum:
        reduction = reading.options.get("reduction", "mean")
        if reduction == "none":
            return Sum(tuple(each(reading, index)))
        shapes = [reading.array(name).shape for name in ("input", "target", "weight") if reading.has(name)]
        shape = np.broadcast_shapes(*shapes)
        size = math.prod(shape)
        if size > _MOST:
            raise TapeError(f"“{reading.id}” adds up {size:,} losses: too many to list them.")
        over = {"mean": size, "batchmean": shape[0] if shape else 1}.get(reduction, 1)
        scale = 1 / over if over else math.nan
        return Sum(
            tuple(
                Term(scale * term.coefficient, term.factors)
                for place in np.ndindex(shape)
                for term in each(reading, place)
            )
        )

    return rule


def counted(reading: Reading) -> tuple[list[tuple[Index, Index, float]], float]:
    """Of nll_loss: (place in target, place in input, weight) of each target that counts, and what to divide by."""
    x, target = reading.array("input"), reading.array("target")
    ignored = reading.options.get("ignore_index", -100)
    found = []
    for place in np.ndindex(target.shape):
        label = int(target[place])
        if label == ignored:
            continue
        at = (label,) if x.ndim == 1 else (place[0], label, *place[1:])
        weight = float(reading.array("weight")[label]) if reading.has("weight") else 1.0
        found.append((place, at, weight))
    whole = sum(weight for _, _, weight in found) if reading.options.get("reduction", "mean") == "mean" else 1.0
    return found, whole


def _nll(reading: Reading, slot: int, index: Index) -> Sum:
    found, whole = counted(reading)
    scale = -1 / whole if whole else math.nan
    if reading.options.get("reduction") == "none":
        found, scale = [one for one in found if one[0] == tuple(index)], -1.0

    def factors(at: Index) -> tuple[Factor, ...]:
        x = reading.factor("input", at)
        if not reading.has("weight"):
            return (x,)
        label = at[0] if len(at) == 1 else at[1]
        return reading.factor("weight", (label,)), x

    terms = tuple(Term(scale, factors(at), place[0] if place else None) for place, at, _ in found)
    return Sum(terms or (Term(math.nan if scale != scale else 0.0),))


def _of_probabilities(reading: Reading, slot: int, index: Index) -> Sum:
    """−1/N Σ target · input, of the old kind that is one node."""
    x = reading.array("input")
    dim = min(1, x.ndim - 1)
    none = reading.options.get("reduction") == "none"
    count = x.size // x.shape[dim] if reading.options.get("reduction") == "mean" else 1
    terms = []
    for place in np.ndindex(x.shape):
        if none and (*place[:dim], *place[dim + 1 :]) != tuple(index):
            continue
        both: tuple[Factor, ...] = (reading.factor("target", place), reading.factor("input", place))
        if reading.has("weight"):
            both += (reading.factor("weight", (place[dim],)),)
        terms.append(Term(-1 / count, both))
    return Sum(tuple(terms))


def _margins(reading: Reading, slot: int, index: Index) -> Sum:
    """multi_margin_loss: w_y / C · max(0, margin − x_y + x_i)^p over the wrong classes i."""
    x, y = reading.array("input"), np.atleast_1d(reading.array("target"))
    classes, power = x.shape[-1], int(reading.options["p"])
    terms = []
    for row in _rows(reading, index, len(y)):
        label = int(y[row])
        for i in range(classes):
            if i != label:
                terms += _margin(reading, row, label, i, float(reading.options["margin"]), power)
    weighed = terms if not reading.has("weight") else []
    if reading.has("weight"):
        for sample, term in terms:
            weight = reading.factor("weight", (int(y[sample]),))
            weighed.append((sample, Term(term.coefficient, (*term.factors, weight))))
    return _spread(reading, [term for _, term in weighed], classes, len(y))


def _labels(reading: Reading, slot: int, index: Index) -> Sum:
    """multilabel_margin_loss: max(0, 1 − x_j + x_i) / C over labels j and classes i that are no label."""
    x, y = np.atleast_2d(reading.array("input")), np.atleast_2d(reading.array("target"))
    terms = []
    for row in _rows(reading, index, len(y)):
        labels = [int(label) for label in y[row][: int(np.argmax(np.append(y[row], -1) < 0))]]
        for label in labels:
            for i in range(x.shape[1]):
                if i not in labels:
                    terms += _margin(reading, row, label, i, 1.0, 1)
    return _spread(reading, [term for _, term in terms], x.shape[1], len(y))


def _rows(reading: Reading, index: Index, count: int) -> range:
    none = reading.options.get("reduction") == "none"
    return range(index[0], index[0] + 1) if none and index else range(count)


def _margin(reading: Reading, row: int, label: int, i: int, margin: float, power: int) -> list[tuple[int, Term]]:
    single = reading.array("input").ndim == 1
    own, other = (reading.factor("input", (k,) if single else (row, k)) for k in (label, i))
    excess = total(Term(margin), Term(-1.0, (own,)), Term(1.0, (other,)))
    if excess.evaluate() <= 0:
        return []
    return [(row, Term(1.0, (Part("sum" if power == 1 else "square", (excess,)),), row))]


def _spread(reading: Reading, terms: list[Term], classes: int, count: int) -> Sum:
    scale = 1 / classes / (count if reading.options.get("reduction", "mean") == "mean" else 1)
    return Sum(tuple(Term(scale * t.coefficient, t.factors, t.sample) for t in terms) or (Term(0.0),))


RULES: dict[str, Any] = {
    "mse_loss": _reduced(_squared),
    "l1_loss": _reduced(_absolute),
    "smooth_l1_loss": _reduced(_smooth),
    "huber_loss": _reduced(_huber),
    "binary_cross_entropy": _reduced(_binary),
    "binary_cross_entropy_with_logits": _reduced(_logits),
    "kl_div": _reduced(_divergence),
    "soft_margin_loss": _reduced(_soft_margin),
    "multi_margin_loss": _margins,
    "multilabel_margin_loss": _labels,
    "nll_loss": _nll,
    "cross_entropy": _of_probabilities,
}
