"""For every case of every op: the terms of an explanation add up to the recorded number, at random elements."""

from __future__ import annotations

import functools
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd
from autograd import tape

sys.path.insert(0, str(Path(__file__).parents[1]))
from cases import CASES, Case
from test_gradients import arrays_for

# Relative to the number and to the terms it is made of.
CLOSE = {"float64": 1e-8, "float32": 2e-4, "int64": 0.0, "bool": 0.0}


@functools.cache
def recorded(case: Case, kind: str) -> tuple[tape.Tape, list[tuple[str, str, int, tuple[int, ...]]]]:
    """The case on a tape, forwards and backwards, and (tensor, slot, event, shape) of every array written."""
    arrays = [a.astype(kind) for a in arrays_for(case)]
    with tape.record() as t:
        inputs = [autograd.tensor(a, requires_grad=True) for a in arrays]
        output = case.call(autograd, *inputs)
        if output.requires_grad:
            seed = zlib.crc32(case.name.encode())
            weights = np.random.default_rng(seed).uniform(-1, 1, output.shape)
            (output * autograd.tensor(weights.astype(output.detach().numpy().dtype))).sum().backward()
    written = []
    for event in t.events():
        for write in event["writes"]:
            held = t.at(event["index"]).tensors[write["tensor"]]
            array = {"value": held.value, "gradient": held.gradient, "arriving": held.arriving}[write["of"]]
            if array is not None and array.size:
                written.append((write["tensor"], write["of"], event["index"], array.shape))
    return t, written


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_terms_add_up_to_the_recorded_number(case: Case, kind: str, data: Any) -> None:
    t, written = recorded(case, kind)
    if not written:  # no op was recorded: a function of whole numbers
        return
    tensor, of, event, shape = data.draw(st.sampled_from(written))
    index = tuple(data.draw(st.integers(0, extent - 1)) for extent in shape)
    held = t.at(event).tensors[tensor]
    array = {"value": held.value, "gradient": held.gradient, "arriving": held.arriving}[of]
    found = t.explain(tensor, index, event, of=of)
    assert found.value == float(array[index])
    shown = sum(term.evaluate() for term in found.terms) + found.left_out[1]
    scale = abs(found.value) + found.sum.size()
    assert abs(found.evaluate() - found.value) <= CLOSE[array.dtype.name] * scale + 1e-12
    assert shown == pytest.approx(found.evaluate(), rel=1e-9, abs=1e-12 * scale)
    assert found.sentence["en"] and found.sentence["ko"] and found.latex and found.latex_numbers
