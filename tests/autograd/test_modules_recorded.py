"""Hooks, lazy modules and parametrized weights while a tape records."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as torch
from autograd import nn, tape
from autograd.nn.utils import parametrizations, prune


def run(model: Any, x: Any) -> Any:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        model(x).pow(2).sum().backward()
        optimizer.step()
    return {name: p.detach().numpy().copy() for name, p in model.named_parameters()}


def same_with_and_without_a_tape(make: Any) -> Any:
    torch.manual_seed(0)
    plain = run(make(), torch.randn(4, 2))
    torch.manual_seed(0)
    with tape.record() as t:
        recorded = run(make(), torch.randn(4, 2))
    for name, value in plain.items():
        np.testing.assert_array_equal(recorded[name], value, err_msg=name)
    held = t.at("latest").parameters
    for name, value in plain.items():
        np.testing.assert_array_equal(held[name].value, value, err_msg=name)
    return t


def test_a_watched_module() -> None:
    def make() -> Any:
        net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        net[1].register_full_backward_hook(lambda m, gi, go: (gi[0] * 2,))
        net[2].register_full_backward_pre_hook(lambda m, go: (go[0] * 3,))
        net[0].register_forward_hook(lambda m, args, out: out + 1)
        return net

    t = same_with_and_without_a_tape(make)
    ops = [node["op"] for node in t.at("latest").graph.nodes]
    assert ops.count("module_hook") == 4  # at both ends of each watched module


def test_a_lazy_module() -> None:
    t = same_with_and_without_a_tape(lambda: nn.Sequential(nn.LazyLinear(3), nn.Tanh(), nn.LazyLinear(1)))
    assert t.iterations == 3


def test_weights_made_of_others() -> None:
    def make() -> Any:
        net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        parametrizations.weight_norm(net[0])
        parametrizations.spectral_norm(net[2])
        return net

    same_with_and_without_a_tape(make)


def test_a_pruned_weight() -> None:
    def make() -> Any:
        net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        prune.l1_unstructured(net[0], "weight", 2)
        return net

    same_with_and_without_a_tape(make)
