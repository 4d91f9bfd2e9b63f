"""For every case of every op: the terms of an explanation add up to the recorded number, at random elements."""

from __future__ import annotations

import math
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import tape
from autograd.tape.explain import Factor, Term

sys.path.insert(0, str(Path(__file__).parents[1]))
from cases import CASES, Case
from test_gradients import arrays_for

# Relative to the number and to the terms it is made of.
CLOSE = {"float64": 1e-8, "float32": 2e-4, "int64": 0.0, "int32": 0.0, "bool": 0.0}

# What these compute is no sum of terms: an iteration, a recursion over all paths. Their gradients are explained.
WHOLE = frozenset({
    "cholesky", "ctc_loss", "eigh", "frexp", "lu", "lu_factor", "matrix_exp", "pinv", "qr", "scatter_reduce", "svd",
})  # fmt: skip
# The recorder takes what a composed op in place reads for a leaf: the graph on the tape is cut there.
CUT = frozenset({"cumsum_in_place", "tril_in_place", "unsqueeze_in_place"})


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


def elements(terms: list[Any]) -> list[Factor]:
    """The elements that are factors of terms."""
    plain = [term for term in terms if isinstance(term, Term)]
    return [factor for term in plain for factor in term.factors if isinstance(factor, Factor)]


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_terms_add_up_to_the_recorded_number(case: Case, kind: str) -> None:
    t, written = recorded(case, kind)
    if not written:  # no op was recorded: a function of whole numbers
        return

    # A function of its own for every case: hypothesis lengthens a shared one's settings by each.
    @settings(max_examples=5, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def holds(data: Any) -> None:
        adds_up(case, kind, t, written, data)

    holds()


def adds_up(case: Case, kind: str, t: tape.Tape, written: list[Any], data: Any) -> None:
    tensor, of, event, shape = data.draw(st.sampled_from(written))
    index = tuple(data.draw(st.integers(0, extent - 1)) for extent in shape)
    held = t.at(event).tensors[tensor]
    array = {"value": held.value, "gradient": held.gradient, "arriving": held.arriving}[of]
    try:
        found = t.explain(tensor, index, event, of=of)
    except tape.TapeError as error:
        node = next((n for n in t.at(event).graph.nodes if tensor in n["outputs"]), None)
        whole = node is not None and (node["op"] in WHOLE or (node["op"] == "inv" and shape[-1] > 5))
        assert case.name in CUT or (of == "value" and whole), error
        return
    assert found.value == pytest.approx(float(array[index]), rel=0, abs=0, nan_ok=True)
    if math.isfinite(found.value) and math.isfinite(found.sum.size()):
        shown = sum(term.evaluate() for term in found.terms) + found.left_out[1]
        scale = abs(found.value) + found.sum.size()
        # What a gradient is made of may cancel out: it is rounded as the largest of it.
        slack = 1e-6 * float(np.abs(array[np.isfinite(array)]).max(initial=1)) if kind == "float32" else 1e-12
        assert abs(found.evaluate() - found.value) <= CLOSE[array.dtype.name] * scale + slack
        assert shown == pytest.approx(found.evaluate(), rel=1e-9, abs=1e-12 * scale)
    elif not math.isnan(found.value) and not math.isnan(found.evaluate()):
        assert found.evaluate() == found.value
    for factor in elements(found.terms):
        there = t.at(factor.source.at).tensors[factor.source.tensor]
        source = there.value if factor.source.of == "value" else there.gradient
        assert source is not None and factor.value == pytest.approx(float(source[factor.index]), nan_ok=True)
    assert found.sentence["en"] and found.sentence["ko"] and found.latex and found.latex_numbers
