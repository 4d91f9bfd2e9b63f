"""Gradients of gradients: `differentiate` against `backward`, and second derivatives against numeric ones.

An op without `differentiate` refuses, naming itself. A case marked `twice=False` must refuse: one that no longer has
to fails.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, Case
from test_gradients import arrays_for


def gradients(case: Case, arrays: list[Any], create_graph: bool) -> tuple[list[Any], list[Any]]:
    """Inputs, and the gradient of the weighted output in each (None where it has none)."""
    inputs = [autograd.tensor(a, requires_grad=True) for a in arrays]
    output = case.call(autograd, *inputs)
    if not output.requires_grad:
        return inputs, []
    weights = autograd.tensor(np.random.default_rng(6).uniform(-1, 1, output.shape))
    found = autograd.autograd.grad(output, inputs, weights, create_graph=create_graph, allow_unused=True)
    return inputs, list(found)


TWICE = [case for case in CASES if case.twice]


@pytest.mark.parametrize("case", [case for case in CASES if not case.twice], ids=lambda c: c.name)
def test_an_op_that_cannot_be_differentiated_twice_says_so(case: Case) -> None:
    with pytest.raises(RuntimeError, match=r"^derivative for \w+ is not implemented: .* cannot go through it$"):
        gradients(case, arrays_for(case), True)


@pytest.mark.parametrize("case", TWICE, ids=lambda c: c.name)
def test_the_graph_of_the_gradient_holds_the_same_numbers(case: Case) -> None:
    arrays = arrays_for(case)
    _, twice = gradients(case, arrays, True)
    _, once = gradients(case, arrays, False)
    for a, b in zip(twice, once, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a.detach().numpy(), b.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", [c for c in TWICE if not c.rough], ids=lambda c: c.name)
def test_the_second_derivative_is_the_derivative_of_the_first(case: Case) -> None:
    arrays = arrays_for(case)
    inputs, first = gradients(case, arrays, True)
    rng = np.random.default_rng(7)
    directions = [rng.uniform(-1, 1, a.shape) for a in arrays]
    weighted = [(g, d) for g, d in zip(first, directions, strict=False) if g is not None and g.requires_grad]
    if not weighted:
        return
    total = sum((g * autograd.tensor(d)).sum() for g, d in weighted)
    second = autograd.autograd.grad(total, inputs, allow_unused=True)

    def slope(at: list[Any]) -> float:
        _, found = gradients(case, at, False)
        pairs = zip(found, first, directions, strict=True)
        return sum(float((g.numpy() * d).sum()) for g, f, d in pairs if f is not None and f.requires_grad)

    step = 1e-6
    for index, array in enumerate(arrays):
        if first[index] is None:
            continue  # detached in the call: a constant, such as a loss's weight
        for place in list(np.ndindex(array.shape))[:6]:
            kept = array[place]
            array[place] = kept + step
            up = slope(arrays)
            array[place] = kept - step
            down = slope(arrays)
            array[place] = kept
            exact = second[index]
            expected = 0.0 if exact is None else exact.numpy()[place]
            assert (up - down) / (2 * step) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_ops_that_learners_differentiate_twice_can_be() -> None:
    """A polynomial, tanh and a product: f = tanh(x)³ y, ∂²f/∂x∂y = 3 tanh²(x) (1 − tanh²(x))."""
    x = autograd.tensor(0.5, dtype=autograd.float64, requires_grad=True)
    y = autograd.tensor(2.0, dtype=autograd.float64, requires_grad=True)
    (slope,) = autograd.autograd.grad(autograd.tanh(x) ** 3 * y, x, create_graph=True)
    (mixed,) = autograd.autograd.grad(slope, y)
    t = np.tanh(0.5)
    assert mixed.item() == pytest.approx(3 * t**2 * (1 - t**2), rel=1e-12)
