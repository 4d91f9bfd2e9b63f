"""Random numbers, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

DRAWS: dict[str, Callable[[Any], Any]] = {
    "rand": lambda T: T.rand(7, 5),
    "rand_double": lambda T: T.rand(33, dtype=T.float64),
    "randn_1": lambda T: T.randn(1),
    "randn_15": lambda T: T.randn(15),
    "randn_16": lambda T: T.randn(4, 4),
    "randn_37": lambda T: T.randn(37),
    "randn_large": lambda T: T.randn(1000, 37),
    "randn_double": lambda T: T.randn(5, 7, dtype=T.float64),
    "randint": lambda T: T.randint(0, 10, (50,)),
    "randint_high": lambda T: T.randint(7, (3, 4)),
    "randint_wide": lambda T: T.randint(0, 1 << 40, (20,)),
    "randperm": lambda T: T.randperm(100),
    "normal_": lambda T: T.empty(40).normal_(1.0, 2.0),
    "uniform_": lambda T: T.empty(40).uniform_(-3, 0.5),
    "normal": lambda T: T.normal(2.0, 3.0, (21,)),
    "bernoulli": lambda T: T.bernoulli(T.full((60,), 0.3)),
    "like": lambda T: T.rand_like(T.randn_like(T.zeros(3, 6))),
    "linear": lambda T: T.cat([p.reshape(-1) for p in T.nn.Linear(17, 9).parameters()]),
    "conv2d": lambda T: T.cat([p.reshape(-1) for p in T.nn.Conv2d(3, 5, 3).parameters()]),
    "conv_transpose2d": lambda T: T.cat([p.reshape(-1) for p in T.nn.ConvTranspose2d(3, 5, 3).parameters()]),
    "embedding": lambda T: T.nn.Embedding(11, 6).weight,
    "xavier_uniform": lambda T: T.nn.init.xavier_uniform_(T.empty(6, 7)),
    "xavier_normal": lambda T: T.nn.init.xavier_normal_(T.empty(6, 7)),
    "kaiming_uniform": lambda T: T.nn.init.kaiming_uniform_(T.empty(6, 7), nonlinearity="relu"),
    "kaiming_normal": lambda T: T.nn.init.kaiming_normal_(T.empty(6, 7, 3, 3), mode="fan_out"),
}


@pytest.mark.parametrize("seed", [0, 1, 42, 123456789, (1 << 40) + 5])
@pytest.mark.parametrize("name", DRAWS)
def test_same_bits(name: str, seed: int) -> None:
    drawn = []
    for library in (autograd, torch):
        library.manual_seed(seed)
        # Twice: what one draw leaves behind (a second normal, say) must be the same too.
        drawn.append([DRAWS[name](library).detach().numpy() for _ in range(2)] + [library.randn(3).numpy()])
    for ours, theirs in zip(*drawn, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_mixture_of_draws() -> None:
    runs = []
    for library in (autograd, torch):
        library.manual_seed(3)
        order = [DRAWS[name](library).detach().numpy() for name in DRAWS for _ in range(3)]
        runs.append(order)
    for ours, theirs in zip(*runs, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_generator_of_its_own() -> None:
    drawn = []
    for library in (autograd, torch):
        g = library.Generator().manual_seed(5)
        drawn.append([library.randn(20, generator=g).numpy(), library.randperm(9, generator=g).numpy()])
        state = g.get_state()
        first = library.rand(4, generator=g)
        g.set_state(state)
        assert (first == library.rand(4, generator=g)).all()
    for ours, theirs in zip(*drawn, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("options", [{"shuffle": True}, {"shuffle": True, "drop_last": True}, {}])
def test_loader_order(options: dict[str, Any]) -> None:
    from torch.utils import data as theirs

    from autograd import data as ours

    orders = []
    for library, data in ((autograd, ours), (torch, theirs)):
        library.manual_seed(7)
        set_ = data.TensorDataset(library.arange(23), library.arange(23) * 2.0)
        first, second = data.random_split(set_, [20, 3])
        loader = data.DataLoader(first, batch_size=6, **options)
        seen = [batch[0].tolist() for _ in range(2) for batch in loader]
        orders.append((seen, [int(second[i][0]) for i in range(3)], len(loader), library.randn(2).tolist()))
    assert orders[0] == orders[1]
