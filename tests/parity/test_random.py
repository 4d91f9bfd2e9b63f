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
    "bernoulli_double": lambda T: T.bernoulli(T.full((60,), 0.3, dtype=T.float64)),
    "exponential_": lambda T: T.empty(40).exponential_(1.7),
    "exponential_double": lambda T: T.empty(40, dtype=T.float64).exponential_(0.3),
    "geometric_": lambda T: T.empty(40).geometric_(0.3),
    "log_normal_": lambda T: T.empty(41).log_normal_(0.2, 0.7),
    "log_normal_double": lambda T: T.empty(41, dtype=T.float64).log_normal_(0.2, 0.7),
    "cauchy_": lambda T: T.empty(40).cauchy_(1, 2),
    "random_": lambda T: T.empty(20).random_(),
    "random_int64": lambda T: T.zeros(20, dtype=T.int64).random_(),
    "random_int32": lambda T: T.zeros(20, dtype=T.int32).random_(),
    "random_uint8": lambda T: T.zeros(20, dtype=T.uint8).random_(),
    "random_bool": lambda T: T.zeros(20, dtype=T.bool).random_(),
    "random_bounds": lambda T: T.zeros(20).random_(3, 9),
    "normal_of_tensors": lambda T: T.normal(T.arange(20.0), T.arange(1.0, 21.0)),
    "normal_of_few": lambda T: T.normal(T.arange(5.0), 2.5),
    "normal_of_deviations": lambda T: T.normal(1.5, T.arange(1.0, 40.0)),
    "multinomial_one": lambda T: T.multinomial(T.tensor([[0.1, 0.2, 0.7]] * 20), 1),
    "multinomial_one_replaced": lambda T: T.multinomial(T.tensor([[0.1, 0.2, 0.7]] * 20), 1, True),
    "multinomial_replaced": lambda T: T.multinomial(T.tensor([[0.1, 0.2, 0.7, 3.0]] * 20), 9, True),
    "multinomial": lambda T: T.multinomial(T.tensor([[0.1, 0.2, 0.7, 3.0]] * 20), 3),
    "multinomial_double": lambda T: T.multinomial(T.tensor([0.1, 0.2, 0.7, 3.0], dtype=T.float64), 4),
    "poisson": lambda T: T.poisson(T.tensor([0.0, 0.5, 3.0, 9.0, 10.0, 20.0, 1000.0] * 9)),
    "binomial": lambda T: T.binomial(T.tensor([10.0, 50.0, 500.0, 7.0] * 9), T.tensor([0.3, 0.4, 0.7, 0.95] * 9)),
    "gamma": lambda T: T.distributions.Gamma(T.tensor([0.1, 0.9, 1.0, 5.0, 300.0] * 9), 1.0).sample(),
    "gamma_double": lambda T: T.distributions.Gamma(T.tensor([0.1, 2.0] * 9, dtype=T.float64), 1.0).sample(),
    "dirichlet": lambda T: T.distributions.Dirichlet(T.tensor([[0.1, 2.0, 30.0], [1.0, 1.0, 1.0]] * 9)).sample(),
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


@pytest.mark.parametrize("name", DRAWS)
def test_state_after_a_draw_is_the_same_bytes(name: str) -> None:
    states = []
    for library in (autograd, torch):
        library.manual_seed(-7)
        states.append([library.get_rng_state().numpy()])
        DRAWS[name](library)
        states[-1].append(library.get_rng_state().numpy())
        library.rand(624)
        states[-1].append(library.get_rng_state().numpy())
    for ours, theirs in zip(*states, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("drawn", [0, 1, 5, 623, 624, 625, 2000])
def test_a_state_goes_on_in_the_other_library(drawn: int) -> None:
    for first, second in ((autograd, torch), (torch, autograd)):
        first.manual_seed(17)
        first.rand(drawn)
        first.randn(3)
        second.set_rng_state(second.from_numpy(first.get_rng_state().numpy()))
        assert second.initial_seed() == 17
        np.testing.assert_array_equal(first.randn(5).numpy(), second.randn(5).numpy())
        np.testing.assert_array_equal(first.rand(700).numpy(), second.rand(700).numpy())


def test_generators_of_their_own_agree() -> None:
    results = []
    for library in (autograd, torch):
        fresh = library.Generator()
        found = [fresh.initial_seed(), library.rand(3, generator=fresh).tolist(), str(fresh.device)]
        copy = fresh.clone_state()
        found += [library.randn(4, generator=copy).tolist(), library.randn(4, generator=fresh).tolist()]
        found.append(fresh.manual_seed(-2).initial_seed())
        with library.random.fork_rng():
            library.manual_seed(1)
        found.append(library.randint(0, 9, (4,), generator=fresh, dtype=library.float32).tolist())
        results.append(found)
    assert results[0] == results[1]


WRONG: dict[str, Callable[[Any], Any]] = {
    "state_size": lambda T: T.set_rng_state(T.zeros(10, dtype=T.uint8)),
    "state_content": lambda T: T.set_rng_state(T.zeros(5056, dtype=T.uint8)),
    "state_type": lambda T: T.set_rng_state(T.zeros(5056)),
    "seed": lambda T: T.manual_seed(1 << 65),
    "exponential": lambda T: T.empty(3).exponential_(0),
    "exponential_ints": lambda T: T.zeros(3, dtype=T.int64).exponential_(),
    "geometric": lambda T: T.empty(3).geometric_(1.5),
    "log_normal": lambda T: T.empty(3).log_normal_(0, -1),
    "cauchy": lambda T: T.empty(3).cauchy_(0, -1),
    "random": lambda T: T.empty(3).random_(4, 4),
    "normal": lambda T: T.normal(0.0, -1.0, (3,)),
    "normal_of_tensor": lambda T: T.normal(T.zeros(2), T.tensor([1.0, -1.0])),
    "poisson": lambda T: T.poisson(T.tensor([-1.0])),
    "multinomial_negative": lambda T: T.multinomial(T.tensor([1.0, -1.0]), 1),
    "multinomial_zero": lambda T: T.multinomial(T.zeros(3), 1),
    "multinomial_too_many": lambda T: T.multinomial(T.ones(3), 4),
    "multinomial_none": lambda T: T.multinomial(T.ones(3), 0),
    "multinomial_dims": lambda T: T.multinomial(T.ones(3, 3, 3), 1),
    "multinomial_ints": lambda T: T.multinomial(T.tensor([1, 2]), 1),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors(name: str) -> None:
    with pytest.raises(Exception) as theirs:
        WRONG[name](torch)
    with pytest.raises(type(theirs.value)) as ours:
        WRONG[name](autograd)
    assert str(ours.value)
