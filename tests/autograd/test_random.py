"""Random numbers: PyTorch's for a seed (constants printed by PyTorch 2.13), and the generator's state."""

from __future__ import annotations

import struct

import numpy as np
import pytest

import autograd as torch
from autograd.functions.gamma import gammainc_array, lgamma_array

DRAWN = {
    "rand": (lambda: torch.rand(3), [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]),
    "randn": (
        lambda: torch.randn(4),
        [1.5409960746765137, -0.293428897857666, -2.1787893772125244, 0.5684312582015991],
    ),
    "randn_many": (lambda: torch.randn(17)[-3:], [0.946298360824585, -0.843676745891571, 0.9318265914916992]),
    "randint": (lambda: torch.randint(0, 10, (6,)), [4, 9, 3, 0, 3, 9]),
    "randperm": (lambda: torch.randperm(6), [2, 5, 3, 0, 1, 4]),
    "linear": (
        lambda: torch.nn.Linear(2, 2).weight.flatten(),
        [-0.005293981172144413, 0.37932288646698, -0.5819807648658752, -0.5203874707221985],
    ),
    "conv2d": (
        lambda: torch.nn.Conv2d(1, 1, 2).weight.flatten(),
        [-0.003743410110473633, 0.26822179555892944, -0.4115225672721863, -0.3679695129394531],
    ),
    "uniform": (
        lambda: torch.empty(3).uniform_(-1, 1),
        [-0.007486820220947266, 0.5364435911178589, -0.8230451345443726],
    ),
    "bernoulli": (lambda: torch.bernoulli(torch.full((8,), 0.5)), [1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_numbers_of_seed_0(name: str) -> None:
    draw, expected = DRAWN[name]
    torch.manual_seed(0)
    assert draw().tolist() == expected


def test_state_comes_back() -> None:
    torch.manual_seed(1)
    torch.randn(3)
    state = torch.get_rng_state()
    first = torch.randn(5)
    torch.set_rng_state(state)
    assert torch.equal(first, torch.randn(5))
    with torch.random.fork_rng():
        torch.rand(100)
    torch.set_rng_state(state)
    assert torch.equal(first, torch.randn(5))
    assert torch.initial_seed() == 1


def test_a_generator_does_not_touch_the_default_one() -> None:
    torch.manual_seed(2)
    expected = torch.rand(3)
    torch.manual_seed(2)
    own = torch.Generator().manual_seed(9)
    torch.rand(5, generator=own)
    assert torch.equal(torch.rand(3), expected)


def test_bad_bounds() -> None:
    with pytest.raises(RuntimeError, match="'from' to be less than 'to'"):
        torch.randint(3, 3, (2,))
    with pytest.raises(RuntimeError, match="n_sample"):
        torch.multinomial(torch.ones(2), 3)


def test_permutation_and_multinomial() -> None:
    assert sorted(torch.randperm(50).tolist()) == list(range(50))
    drawn = torch.multinomial(torch.tensor([0.0, 1.0, 3.0]), 1000, replacement=True)
    counts = np.bincount(drawn.numpy(), minlength=3)
    assert counts[0] == 0 and 650 < counts[2] < 850
    assert sorted(torch.multinomial(torch.ones(4), 4).tolist()) == [0, 1, 2, 3]


def test_a_state_has_the_layout_of_pytorch() -> None:
    generator = torch.Generator().manual_seed(7)
    fresh = generator.get_state().numpy().tobytes()
    assert len(fresh) == 5056
    # seed, words left, whether seeded, place of the next word
    assert struct.unpack_from("<QiiQ", fresh) == (7, 1, 1, 0)
    torch.rand(3, generator=generator)
    assert struct.unpack_from("<QiiQ", generator.get_state().numpy().tobytes()) == (7, 622, 1, 3)
    torch.randn(1, generator=generator)
    second, _, valid = struct.unpack_from("<ddi", generator.get_state().numpy().tobytes(), 5024)
    assert valid == 1 and torch.randn(1, dtype=torch.float64, generator=generator).item() == second


@pytest.mark.parametrize("concentration", [0.3, 1.0, 4.0, 60.0])
def test_gamma_samples_move_with_their_parameter(concentration: float) -> None:
    """The slope of a sample keeps its place in the distribution: F(a + h, x + h dx/da) = F(a, x)."""
    torch.manual_seed(0)
    a = torch.full((200,), concentration, dtype=torch.float64, requires_grad=True)
    x = torch.distributions.Gamma(a, 1.0).rsample()
    x.sum().backward()
    assert a.grad is not None
    slope, drawn, step = a.grad.numpy(), x.detach().numpy(), 1e-5 * concentration
    low, _ = gammainc_array(np.full(200, concentration - step), drawn - step * slope)
    high, _ = gammainc_array(np.full(200, concentration + step), drawn + step * slope)
    width = np.exp((concentration - 1) * np.log(drawn) - drawn - lgamma_array(np.array(concentration)))
    np.testing.assert_allclose((high - low) / (2 * step) / width / (1 + np.abs(slope)), 0, atol=2e-5)


def test_beta_samples_have_the_slope_of_their_mean() -> None:
    """The mean of dx/da is the derivative of the mean a / (a + b) = 2 / 5: 3 / 25."""
    torch.manual_seed(1)
    a = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    torch.distributions.Beta(a, 3.0).rsample((40_000,)).mean().backward()
    assert a.grad is not None and abs(a.grad.item() - 3 / 25) < 2e-3
