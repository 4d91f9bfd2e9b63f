"""Recurrent layers and cells: first values, names, outputs and gradients, against PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:LSTM with projections")]

I, H, N, STEPS = 3, 4, 3, 5
Make = Callable[[Any], Any]

LAYERS: dict[str, Make] = {
    "LSTM": lambda nn: nn.LSTM(I, H),
    "LSTM_deep": lambda nn: nn.LSTM(I, H, 3, dropout=0.4, bidirectional=True),
    "LSTM_batch_first": lambda nn: nn.LSTM(I, H, 2, batch_first=True, bias=False, dropout=0.5),
    "LSTM_projected": lambda nn: nn.LSTM(I, H, 2, bidirectional=True, proj_size=2),
    "GRU": lambda nn: nn.GRU(I, H, batch_first=True),
    "GRU_deep": lambda nn: nn.GRU(I, H, 2, bias=False, dropout=0.3, bidirectional=True),
    "RNN": lambda nn: nn.RNN(I, H, 2, batch_first=True, bidirectional=True),
    "RNN_relu": lambda nn: nn.RNN(I, H, 2, "relu", dropout=0.3),
    "RNN_named": lambda nn: nn.RNN(I, H, nonlinearity="relu", bias=False),
}
CELLS: dict[str, Make] = {
    "LSTMCell": lambda nn: nn.LSTMCell(I, H),
    "LSTMCell_no_bias": lambda nn: nn.LSTMCell(I, H, bias=False),
    "GRUCell": lambda nn: nn.GRUCell(I, H),
    "RNNCell": lambda nn: nn.RNNCell(I, H, False),
    "RNNCell_relu": lambda nn: nn.RNNCell(I, H, nonlinearity="relu"),
    "GRUCell_nothing": lambda nn: nn.GRUCell(I, 0),
}


def made(T: Any, make: Make) -> Any:
    T.manual_seed(4)
    return make(T.nn)


def flat(result: Any) -> list[Any]:
    """The tensors of floats in what a layer gives."""
    if isinstance(result, tuple):
        return [t for part in result for t in flat(part)]
    return [result] if result is not None and result.is_floating_point() else []


def compared(run: Callable[[Any], tuple[Any, list[Any]]]) -> None:
    """Outputs, and the gradients of all tensors named, are PyTorch's."""
    found = []
    for T in (autograd, torch):
        result, leaves = run(T)
        outputs = flat(result)
        sum((o * T.arange(o.numel()).double().cos().reshape(o.shape)).sum() for o in outputs).backward()
        found.append([t.detach().numpy() for t in outputs] + [t.grad.numpy() for t in leaves])
    assert len(found[0]) == len(found[1])
    for ours, theirs in zip(*found, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, 1e-10, 1e-12)


@pytest.mark.parametrize("name", [*LAYERS, *CELLS])
def test_same_modules(name: str) -> None:
    ours, theirs = (made(T, {**LAYERS, **CELLS}[name]) for T in (autograd, torch))
    assert repr(ours) == repr(theirs)
    for (key, a), (their_key, b) in zip(ours.state_dict().items(), theirs.state_dict().items(), strict=True):
        assert key == their_key
        np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize("name", LAYERS)
def test_all_weights(name: str) -> None:
    ours, theirs = (made(T, LAYERS[name]) for T in (autograd, torch))
    ours.flatten_parameters()
    assert [[tuple(w.shape) for w in ws] for ws in ours.all_weights] == [
        [tuple(w.shape) for w in ws] for ws in theirs.all_weights
    ]
    assert all(w is p for w, p in zip([w for ws in ours.all_weights for w in ws], ours.parameters(), strict=True))
    for attribute in ("mode", "num_layers", "bias", "batch_first", "dropout", "bidirectional", "proj_size"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)


def states(T: Any, module: Any, batch: tuple[int, ...]) -> list[Any]:
    """Initial states of a layer or cell, as leaves."""
    count = getattr(module, "num_layers", 0) * (2 if getattr(module, "bidirectional", False) else 1)
    lead = ((count,) if count else ()) + batch
    widths = [getattr(module, "proj_size", 0) or H] + ([H] if "LSTM" in type(module).__name__ else [])
    return [T.randn(*lead, width).double().requires_grad_() for width in widths]


def given(module: Any, hx: list[Any]) -> Any:
    return tuple(hx) if "LSTM" in type(module).__name__ else hx[0]


@pytest.mark.parametrize("start", [False, True], ids=["zeros", "given"])
@pytest.mark.parametrize("alone", [False, True], ids=["batch", "alone"])
@pytest.mark.parametrize("training", [False, True], ids=["eval", "training"])
@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str, training: bool, alone: bool, start: bool) -> None:
    """In training the same elements are dropped between layers."""

    def run(T: Any) -> tuple[Any, list[Any]]:
        module = made(T, LAYERS[name]).double().train(training)
        lengths = (STEPS,) if alone else (N, STEPS) if module.batch_first else (STEPS, N)
        x = T.randn(*lengths, I).double().requires_grad_()
        hx = states(T, module, () if alone else (N,)) if start else []
        result = module(x, given(module, hx)) if start else module(x)
        return result, [x, *hx, *module.parameters()]

    compared(run)


@pytest.mark.parametrize("start", [False, True], ids=["zeros", "given"])
@pytest.mark.parametrize("lengths", [[5, 3, 1], [5, 5, 5], [1, 5, 3]], ids=str)
@pytest.mark.parametrize("name", LAYERS)
def test_packed_sequences(name: str, lengths: list[int], start: bool) -> None:
    """Sorted, or sorted by the packing and put back."""

    def run(T: Any) -> tuple[Any, list[Any]]:
        module, rnn = made(T, LAYERS[name]).double(), T.nn.utils.rnn
        first = module.batch_first
        x = T.randn(*((N, STEPS) if first else (STEPS, N)), I).double().requires_grad_()
        in_order = lengths == sorted(lengths, reverse=True)
        packed = rnn.pack_padded_sequence(x, T.tensor(lengths), batch_first=first, enforce_sorted=in_order)
        hx = states(T, module, (N,)) if start else []
        output, last = module(packed, given(module, hx)) if start else module(packed)
        padded, counts = rnn.pad_packed_sequence(output, batch_first=first, padding_value=-1.0, total_length=7)
        assert counts.tolist() == lengths
        return (padded, last), [x, *hx, *module.parameters()]

    compared(run)


@pytest.mark.parametrize("start", [False, True], ids=["zeros", "given"])
@pytest.mark.parametrize("alone", [False, True], ids=["batch", "alone"])
@pytest.mark.parametrize("name", [n for n in CELLS if "nothing" not in n])
def test_cells(name: str, alone: bool, start: bool) -> None:
    def run(T: Any) -> tuple[Any, list[Any]]:
        module = made(T, CELLS[name]).double()
        x = T.randn(*(() if alone else (N,)), I).double().requires_grad_()
        hx = states(T, module, () if alone else (N,)) if start else []
        result = module(x, given(module, hx)) if start else module(x)
        return result, [x, *hx, *module.parameters()]

    compared(run)


@pytest.mark.parametrize("name", ["LSTM", "LSTM_deep"])
def test_an_lstm_is_the_node_it_is_in_pytorch(name: str) -> None:
    """In float32, not packed, without a projection: one node a layer and direction."""
    names = []
    for T in (autograd, torch):
        output, _ = made(T, LAYERS[name])(T.zeros(STEPS, N, I))
        node = output.grad_fn
        names.append([node.name()])
        while name == "LSTM_deep" and node.next_functions[0][0] is not None and len(names[-1]) < 3:
            node = node.next_functions[0][0]
            names[-1].append(node.name())
    assert names[0] == names[1]


@pytest.mark.parametrize("name", LAYERS)
def test_single_precision(name: str) -> None:
    found = []
    for T in (autograd, torch):
        module = made(T, LAYERS[name]).eval()
        x = T.randn(N, STEPS, I, requires_grad=True)
        output, _ = module(x)
        output.square().sum().backward()
        found.append([output.detach().numpy(), x.grad.numpy(), *[p.grad.numpy() for p in module.parameters()]])
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, 2e-4, 2e-5)


def test_packing_says_what_it_did() -> None:
    found = []
    for T in (autograd, torch):
        rnn = T.nn.utils.rnn
        packed = rnn.pack_sequence([T.arange(n) for n in (2, 4, 3)], enforce_sorted=False)
        found.append([part.tolist() for part in packed] + [s.tolist() for s in rnn.unpack_sequence(packed)])
    assert found[0] == found[1]


def test_dropout_of_one_layer_warns() -> None:
    for nn in (autograd.nn, torch.nn):
        with pytest.warns(UserWarning, match="num_layers greater than 1"):
            nn.GRU(3, 2, dropout=0.5)
