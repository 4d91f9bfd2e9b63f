"""Every op's gradient against numeric differentiation in float64, and its forward against a run without a graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, Case

SMOOTH = [c for c in CASES if not c.rough]


def arrays_for(case: Case) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(5)
    arrays = []
    for spec in case.inputs:
        ranged = len(spec) == 2 and isinstance(spec[0], tuple)
        shape, (low, high) = spec if ranged else (spec, (-2.0, 2.0))
        arrays.append(np.asarray(rng.uniform(low, high, shape)))
    return arrays


def value(case: Case, arrays: list[Any], weights: Any) -> float:
    with autograd.no_grad():
        output = case.call(autograd, *[autograd.tensor(a) for a in arrays])
    return float((output.numpy() * weights).sum())


@pytest.mark.parametrize("case", SMOOTH, ids=lambda c: c.name)
def test_gradient_is_the_derivative(case: Case) -> None:
    arrays = arrays_for(case)
    inputs = [autograd.tensor(a, requires_grad=True) for a in arrays]
    output = case.call(autograd, *inputs)
    if not output.requires_grad:
        return  # indices and comparisons have none
    weights = np.random.default_rng(6).uniform(-1, 1, output.shape)
    output.backward(autograd.tensor(weights))
    step = 1e-6
    for array, tensor in zip(arrays, inputs, strict=True):
        if tensor.grad is None:
            continue
        numeric = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + step
            up = value(case, arrays, weights)
            array[place] = kept - step
            down = value(case, arrays, weights)
            array[place] = kept
            numeric[place] = (up - down) / (2 * step)
        np.testing.assert_allclose(tensor.grad.numpy(), numeric, 1e-5, 1e-6)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_node_describes_itself(case: Case) -> None:
    import json

    inputs = [autograd.tensor(a, requires_grad=True) for a in arrays_for(case)]
    node = case.call(autograd, *inputs).grad_fn
    if node is None:
        return
    assert node.op and node.name() and node.formula
    assert len(node.inputs) == len(node.edges) == len(node.next_functions)
    assert set(node.saves) <= {*node.arguments, "output"}
    assert set(node.derivatives) <= set(node.arguments)
    assert node.derivatives
    json.dumps(node.attributes)
