"""Values, gradients, dtypes, shapes and node names of every op, against PyTorch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import autograd

sys.path.insert(0, str(Path(__file__).parents[1] / "autograd"))
from cases import CASES, WRONG, Case, Wrong

pytestmark = pytest.mark.parity


def drawn(case: Case, seed: int) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    arrays = []
    for spec in case.inputs:
        ranged = len(spec) == 2 and isinstance(spec[0], tuple)
        shape, (low, high) = spec if ranged else (spec, (-2.0, 2.0))
        arrays.append(rng.uniform(low, high, shape))
    return arrays


def run(library: Any, case: Case, arrays: list[Any], dtype: Any) -> tuple[Any, list[Any]]:
    inputs = [library.tensor(a, dtype=dtype, requires_grad=True) for a in arrays]
    output = case.call(library, *inputs)
    if output.requires_grad:
        weights = np.random.default_rng(9).uniform(-1, 1, tuple(output.shape))
        output.backward(library.tensor(weights, dtype=output.dtype))
    return output, [i.grad for i in inputs]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_values_and_gradients(case: Case, seed: int) -> None:
    arrays = drawn(case, seed)
    ours, our_grads = run(autograd, case, arrays, autograd.float64)
    theirs, their_grads = run(torch, case, arrays, torch.float64)
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert repr(ours.dtype) == repr(theirs.dtype)
    assert ours.requires_grad == theirs.requires_grad
    tolerance = case.tolerance
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), tolerance, tolerance)
    for a, b in zip(our_grads, their_grads, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a.numpy(), b.numpy(), tolerance, tolerance)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_float32(case: Case) -> None:
    arrays = drawn(case, 2)
    ours, our_grads = run(autograd, case, arrays, autograd.float32)
    theirs, their_grads = run(torch, case, arrays, torch.float32)
    assert repr(ours.dtype) == repr(theirs.dtype)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), case.single, case.single)
    for a, b in zip(our_grads, their_grads, strict=True):
        if a is not None:
            assert a.dtype is autograd.float32
            np.testing.assert_allclose(a.numpy(), b.numpy(), 5 * case.single, 5 * case.single)


@pytest.mark.parametrize("case", [c for c in CASES if not c.composed], ids=lambda c: c.name)
def test_node_names(case: Case) -> None:
    arrays = drawn(case, 0)
    ours, _ = run(autograd, case, arrays, autograd.float64)
    theirs, _ = run(torch, case, arrays, torch.float64)
    names = [None if t.grad_fn is None else t.grad_fn.name() for t in (ours, theirs)]
    assert names[0] == names[1]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: w.name)
def test_errors(wrong: Wrong) -> None:
    with pytest.raises(Exception) as theirs:
        wrong.call(torch)
    with pytest.raises(type(theirs.value)) as ours:
        wrong.call(autograd)
    assert str(ours.value)


@pytest.mark.parametrize("left", ["bool", "uint8", "int32", "int64", "float32", "float64"])
@pytest.mark.parametrize("right", ["bool", "uint8", "int32", "int64", "float32", "float64", "number", "whole", "truth"])
@pytest.mark.parametrize("shapes", [((2,), (2,)), ((2,), ()), ((), (2,)), ((), ())])
@pytest.mark.parametrize("op", ["add", "mul", "div", "gt"])
def test_promotion(left: str, right: str, shapes: Any, op: str) -> None:
    kinds = []
    for library in (autograd, torch):
        a = library.ones(shapes[0], dtype=getattr(library, left))
        numbers = {"number": 1.5, "whole": 2, "truth": True}
        b = numbers[right] if right in numbers else library.ones(shapes[1], dtype=getattr(library, right))
        result = {"add": lambda: a + b, "mul": lambda: a * b, "div": lambda: a / b, "gt": lambda: a > b}[op]()  # noqa: B023
        kinds.append((repr(result.dtype), tuple(result.shape)))
    assert kinds[0] == kinds[1]
