"""Gradients of gradients: `differentiate` against `backward`, and second derivatives against numeric ones.

An op without `differentiate` refuses, naming itself. REFUSES lists the cases that do: one that newly refuses fails, and
so does one that no longer has to.
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
from test_gradients import NOT_SMOOTH, arrays_for

REFUSES = frozenset(
    [
        "adaptive_avg_pool2d",
        "addmm",
        "avg_pool2d",
        "avg_pool2d_ceil",
        "avg_pool2d_pad",
        "batch_norm",
        "batch_norm_eval",
        "bce_logits",
        "bce_logits_weight",
        "binary_cross_entropy",
        "cat",
        "cat_1",
        "chunk",
        "conv1d",
        "conv2d",
        "conv2d_1x1",
        "conv2d_5",
        "conv2d_depthwise",
        "conv2d_dilated",
        "conv2d_groups",
        "conv2d_pad",
        "conv2d_same",
        "conv2d_single",
        "conv2d_stride",
        "conv_transpose2d",
        "conv_transpose2d_groups",
        "cross_entropy",
        "cross_entropy_ignore",
        "cross_entropy_image",
        "cross_entropy_none",
        "cross_entropy_probabilities",
        "cross_entropy_single",
        "cross_entropy_smooth",
        "cross_entropy_sum",
        "cross_entropy_weight",
        "diag",
        "diag_of",
        "diagonal",
        "einsum",
        "einsum_batch",
        "einsum_sum",
        "embedding",
        "embedding_pad",
        "expand",
        "flip",
        "gather",
        "huber_loss",
        "index_ellipsis",
        "index_int",
        "index_list",
        "index_mask",
        "index_mixed",
        "index_negative",
        "index_pairs",
        "index_select",
        "index_slice",
        "index_step",
        "index_tensor",
        "iterate",
        "kl_div",
        "l1_loss",
        "l1_loss_sum",
        "layer_norm",
        "layer_norm_2",
        "masked_select",
        "matmul_batch_vector",
        "matmul_vector_batch",
        "max_pool1d",
        "max_pool2d",
        "max_pool2d_ceil",
        "max_pool2d_overlap",
        "median",
        "meshgrid",
        "mv",
        "nll_loss",
        "normalize",
        "pad",
        "pad_negative",
        "repeat",
        "repeat_interleave",
        "roll",
        "roll_flat",
        "scatter",
        "scatter_add",
        "setitem",
        "setitem_mask",
        "smooth_l1_loss",
        "split",
        "stack",
        "take",
        "tile",
        "tril",
        "triu",
        "unbind",
        "vm",
    ]
)


def gradients(case: Case, arrays: list[Any], create_graph: bool) -> tuple[list[Any], list[Any]]:
    """Inputs, and the gradient of the weighted output in each (None where it has none)."""
    inputs = [autograd.tensor(a, requires_grad=True) for a in arrays]
    output = case.call(autograd, *inputs)
    if not output.requires_grad:
        return inputs, []
    weights = autograd.tensor(np.random.default_rng(6).uniform(-1, 1, output.shape))
    found = autograd.autograd.grad(output, inputs, weights, create_graph=create_graph, allow_unused=True)
    return inputs, list(found)


TWICE = [case for case in CASES if case.name not in REFUSES]


@pytest.mark.parametrize("case", [case for case in CASES if case.name in REFUSES], ids=lambda c: c.name)
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


@pytest.mark.parametrize("case", [c for c in TWICE if c.name not in NOT_SMOOTH], ids=lambda c: c.name)
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
