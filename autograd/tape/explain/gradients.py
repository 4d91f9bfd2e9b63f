"""Why a gradient is what it is: the shares that met in it, and what each node's backward made of what arrived."""

from __future__ import annotations

import numpy as np

from autograd.tape.explain import cross_entropy, pairs
from autograd.tape.explain.meetings import Meeting, Share, sender
from autograd.tape.explain.pages import Page
from autograd.tape.explain.reading import Reading
from autograd.tape.explain.rules.slopes import SLOPES, along_softmax
from autograd.tape.explain.terms import Column, Factor, Group, Index, Item, Products, Source, Sum, Term
from autograd.tape.segment import Array, TapeError

# Ops whose first output dimension counts the samples of a batch.
_BATCHED = frozenset({
    "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "batch_norm",
    "layer_norm", "add", "sub", "mul", "div", "matmul",
})  # fmt: skip


def gathered(page: Page, tensor: str, index: Index, meeting: Meeting) -> Sum:
    """The sum of what met; where a single share arrived, that share itself."""
    if meeting.before is None and len(meeting.shares) == 1:
        return share(page, tensor, index, meeting.shares[0])
    items: list[Item] = []
    if meeting.before is not None:
        items.append(Term(1.0, (page.factor(tensor, "gradient", meeting.before, index),)))
    for one in meeting.shares:
        reference = page.factor(tensor, one.of, one.local, index)
        try:
            items.append(Group("share", one.node, share(page, tensor, index, one), reference))
        except TapeError:  # an op that cannot be asked again: its share stands for itself
            items.append(Term(1.0, (reference,)))
    return Sum(tuple(items))


def share(page: Page, tensor: str, index: Index, of: Share) -> Sum:
    """One share as its node's backward made it of the gradients that had arrived at its outputs."""
    if of.node is None:
        array = page.held(tensor, of.of, of.local)
        assert array is not None
        return Sum((Term(float(array[index])),))
    sent = sender(page, tensor, of)
    together = cross_entropy.of_logits(page, sent, index)
    if together is not None:
        return together
    items: list[Item] = []
    for slot, name in enumerate(sent.reading.node["outputs"]):
        gradient = page.held(name, "gradient", sent.local - 1)
        if gradient is not None:
            source = page.source(name, "gradient", sent.local - 1)
            items += _through(sent.reading, slot, sent.place, index, source, gradient).items
    return Sum(tuple(items))


def _through(reading: Reading, slot: int, place: int, index: Index, source: Source, gradient: Array) -> Sum:
    """Derivatives times what arrived at output `slot`."""
    flat = np.asarray(gradient, np.float64).ravel()

    def arrived(places: Array) -> Column:
        return Column(source, gradient.shape, places, flat[places])

    def element(at: Index) -> Factor:
        return Factor(source, at, float(gradient[at]))

    again = reading.again
    array = again.arrays[place]
    known = SLOPES.get(reading.op)
    if known is not None and array is not None and array.shape in (gradient.shape, *_reduced(reading)):
        slope = known(reading, place, index)
        if slope is not None:
            return Sum((Term(slope[0], (*slope[1], element(index if gradient.shape == array.shape else ()))),))
    if reading.op in ("softmax", "log_softmax") and index:
        return along_softmax(reading, index, element)
    two = pairs.operands(again)
    if two is not None and place in two:
        other = two[1] if place == two[0] else two[0]
        found = pairs.of_input(again, slot, index, place, other)
        if found is not None:
            products = Products(
                found.coefficients, (arrived(found.places), reading.column(other, found.partners)),
                samples=_samples(reading, place, gradient.shape, found.places),
            )  # fmt: skip
            return by_sample(products)
    column = again.column(slot, place, index).ravel()
    places = np.flatnonzero(column)
    if not len(places) and array is not None and array.shape == gradient.shape:
        # A closed gate is a term too: 0 times what arrived.
        places = np.array([np.ravel_multi_index(index, gradient.shape)] if index else [0])
    samples = _samples(reading, place, gradient.shape, places)
    return by_sample(Products(column[places], (arrived(places),), samples))


def _reduced(reading: Reading) -> list[Index]:
    """The shape of a loss's elements, where the loss is one number."""
    if reading.op not in ("mse_loss", "binary_cross_entropy_with_logits") or reading.output().ndim:
        return []
    shapes = {reading.array(name).shape for name in ("input", "target") if reading.has(name)}
    return list(shapes) if len(shapes) == 1 else []


def _samples(reading: Reading, place: int, shape: Index, places: Array) -> Array | None:
    """Which sample each term comes from, where the element explained belongs to none: a weight, a bias."""
    array = reading.again.arrays[place]
    if (
        (reading.op == "matmul" and place == 0)
        or reading.op not in _BATCHED
        or len(shape) < 2
        or array is None
        or not len(places)
    ):
        return None
    name = reading.names[place]
    assert name is not None
    if reading.page.described(name)["kind"] != "parameter" or array.shape == shape:
        return None
    return np.unravel_index(places, shape)[0]


def by_sample(products: Products) -> Sum:
    """The terms, in a group per sample where a sample has several."""
    samples = products.samples
    if samples is None:
        return Sum((products,))
    numbers, counts = np.unique(samples, return_counts=True)
    if len(numbers) == 1 or counts.max() == 1:
        return Sum((products,))
    return Sum(
        tuple(
            Group("sample", int(number), Sum((products.pick(np.flatnonzero(samples == number)),))) for number in numbers
        )
    )
