"""Values, gradients, dtypes, shapes and node names of every op, against PyTorch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd

sys.path.insert(0, str(Path(__file__).parents[1] / "autograd"))
from cases import CASES, WRONG, Case, Wrong

pytestmark = pytest.mark.parity


STEPS = 64  # how many values an element may have: few, so that equal ones are common


def shape_and_range(spec: Any) -> tuple[tuple[int, ...], tuple[float, float]]:
    ranged = len(spec) == 2 and isinstance(spec[0], tuple)
    return spec if ranged else (spec, (-2.0, 2.0))


def drawn(case: Case, seed: int) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    return [rng.uniform(*bounds, shape) for shape, bounds in map(shape_and_range, case.inputs)]


@st.composite
def inputs_of(draw: Any, case: Case) -> list[np.ndarray[Any, Any]]:
    """Arrays of the shapes of a case, of elements of its ranges, many of them equal (or none: `distinct`)."""
    found = []
    for spec in case.inputs:
        shape, (low, high) = shape_and_range(spec)
        size = int(np.prod(shape))
        if case.generic:
            found.append(np.random.default_rng(draw(st.integers(0, 2**16))).uniform(low, high, shape))
        elif case.distinct:
            places = np.array(draw(st.permutations(range(size))), np.float64)
            found.append((low + (high - low) * (places + 0.5) / max(size, 1)).reshape(shape))
        else:
            # One number decides each element: arrays of equals, of few values and of many.
            seed, values = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, STEPS))
            places = np.random.default_rng(seed).integers(0, STEPS + 1, values)
            chosen = places[np.random.default_rng(seed + 1).integers(0, values, size)]
            found.append((low + (high - low) * (chosen + 0.5) / (STEPS + 1)).reshape(shape))
    return found


def run(library: Any, case: Case, arrays: list[Any], dtype: Any) -> tuple[Any, list[Any]]:
    inputs = [library.tensor(a, dtype=dtype, requires_grad=True) for a in arrays]
    output = case.call(library, *inputs)
    if output.requires_grad:
        weights = np.random.default_rng(9).uniform(-1, 1, tuple(output.shape))
        output.backward(library.tensor(weights, dtype=output.dtype))
    return output, [i.grad for i in inputs]


GENERATED = settings(
    derandomize=True, database=None, deadline=None, max_examples=6, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_values_and_gradients(case: Case) -> None:
    # A function of its own for each case: hypothesis chains the settings of one that is run for a thousand of them.
    @settings(GENERATED)
    @given(inputs_of(case))
    def agree(arrays: list[np.ndarray[Any, Any]]) -> None:
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

    agree()


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


DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
NUMBERS = {"number": 1.5, "whole": 2, "truth": True}
SHAPES = [((2,), (2,)), ((2,), ()), ((), (2,)), ((), ())]
BINARY = [
    *("add", "sub", "mul", "div", "pow", "remainder", "floor_divide", "fmod", "maximum", "minimum", "fmax", "fmin"),
    *("eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "bitwise_and", "bitwise_or", "bitwise_xor"),
    *("atan2", "hypot", "float_power", "copysign", "bitwise_left_shift"),
]


@pytest.mark.parametrize("left", DTYPES)
@pytest.mark.parametrize("op", BINARY)
def test_promotion(left: str, op: str) -> None:
    """The type and shape of every pair of types, 0-dim tensors and numbers; or the same refusal."""

    def outcome(library: Any, right: str, shapes: Any) -> Any:
        a = library.ones(shapes[0], dtype=getattr(library, left))
        b = NUMBERS[right] if right in NUMBERS else library.ones(shapes[1], dtype=getattr(library, right))
        try:
            result = getattr(library, op)(a, b)
        except (RuntimeError, TypeError) as error:
            return type(error).__name__
        return repr(result.dtype), tuple(result.shape), np.round(result.double().tolist(), 3).tolist()

    different = []
    for right in [*DTYPES, *NUMBERS]:
        for shapes in SHAPES:
            ours, theirs = outcome(autograd, right, shapes), outcome(torch, right, shapes)
            if ours != theirs:
                different.append((right, shapes, ours, theirs))
    assert not different
