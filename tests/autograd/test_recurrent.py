"""What holds of recurrent layers whatever PyTorch says: the same numbers by another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import nn
from autograd.nn import packing

KINDS = ["LSTM", "GRU", "RNN"]


def layer(kind: str, **options: Any) -> Any:
    autograd.manual_seed(1)
    return getattr(nn, kind)(3, 4, **options).double()


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_is_its_cell_step_by_step(kind: str) -> None:
    whole = layer(kind)
    cell = getattr(nn, f"{kind}Cell")(3, 4).double()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in whole.state_dict().items()})
    x = autograd.randn(5, 2, 3).double()
    output, _ = whole(x)
    state = None
    for t in range(5):
        state = cell(x[t], state)
        hidden = state[0] if kind == "LSTM" else state
        np.testing.assert_allclose(output[t].detach().numpy(), hidden.detach().numpy(), 1e-12, 1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_a_packed_batch_is_its_sequences_one_by_one(kind: str) -> None:
    rnn = layer(kind, bidirectional=True, num_layers=2)
    sequences = [autograd.randn(n, 3).double() for n in (2, 5, 3)]
    packed, _ = rnn(packing.pack_sequence(sequences, enforce_sorted=False))
    for sequence, found in zip(sequences, packing.unpack_sequence(packed), strict=True):
        alone, _ = rnn(sequence)
        np.testing.assert_allclose(found.detach().numpy(), alone.detach().numpy(), 1e-12, 1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_backwards_is_forwards_over_the_turned_sequence(kind: str) -> None:
    both, one = layer(kind, bidirectional=True), layer(kind)
    one.load_state_dict({n.removesuffix("_reverse"): v for n, v in both.state_dict().items() if "_reverse" in n})
    x = autograd.randn(5, 2, 3).double()
    forwards, _ = one(x.flip(0))
    output, _ = both(x)
    np.testing.assert_allclose(output[..., 4:].detach().numpy(), forwards.flip(0).detach().numpy(), 1e-12, 1e-14)


def test_only_what_needs_a_gradient_gets_one() -> None:
    rnn = layer("LSTM")
    rnn.weight_ih_l0.requires_grad_(False)
    rnn.bias_hh_l0.requires_grad_(False)
    output, (_, cell) = rnn(autograd.randn(5, 2, 3).double())
    (output.sum() + cell.sum()).backward()
    assert rnn.weight_ih_l0.grad is None and rnn.bias_hh_l0.grad is None
    assert rnn.weight_hh_l0.grad.abs().sum().item() > 0 and rnn.bias_ih_l0.grad.abs().sum().item() > 0


def test_a_second_backward_gives_the_same_gradient() -> None:
    """The node's own buffers are not spent by a backward."""
    rnn = layer("LSTM")
    x = autograd.randn(5, 2, 3).double().requires_grad_()
    output, _ = rnn(x)
    first, second = (autograd.autograd.grad(output.square().sum(), x, retain_graph=True)[0] for _ in range(2))
    np.testing.assert_array_equal(first.numpy(), second.numpy())


def test_the_last_state_is_a_tensor_of_its_own() -> None:
    """Writing to it leaves the outputs."""
    output, (hidden, _) = layer("LSTM")(autograd.randn(5, 2, 3).double())
    before = output.detach().numpy().copy()
    with autograd.no_grad():
        hidden.zero_()
    np.testing.assert_array_equal(output.detach().numpy(), before)
