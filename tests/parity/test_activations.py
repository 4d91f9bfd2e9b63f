"""Activation modules, random activations and edge values, against PyTorch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

MODULES: dict[str, Any] = {
    "CELU": lambda T: T.nn.CELU(1.5, inplace=True),
    "ELU": lambda T: T.nn.ELU(0.5, True),
    "GELU": lambda T: T.nn.GELU("tanh"),
    "GLU": lambda T: T.nn.GLU(1),
    "Hardshrink": lambda T: T.nn.Hardshrink(0.7),
    "Hardsigmoid": lambda T: T.nn.Hardsigmoid(True),
    "Hardswish": lambda T: T.nn.Hardswish(True),
    "Hardtanh": lambda T: T.nn.Hardtanh(-0.5, 2.0, True),
    "LeakyReLU": lambda T: T.nn.LeakyReLU(0.2, True),
    "LogSigmoid": lambda T: T.nn.LogSigmoid(),
    "LogSoftmax": lambda T: T.nn.LogSoftmax(1),
    "Mish": lambda T: T.nn.Mish(True),
    "PReLU": lambda T: T.nn.PReLU(4, 0.3),
    "RReLU": lambda T: T.nn.RReLU(0.1, 0.2, True),
    "ReLU": lambda T: T.nn.ReLU(True),
    "ReLU6": lambda T: T.nn.ReLU6(True),
    "SELU": lambda T: T.nn.SELU(True),
    "SiLU": lambda T: T.nn.SiLU(True),
    "Sigmoid": lambda T: T.nn.Sigmoid(),
    "Softmax": lambda T: T.nn.Softmax(1),
    "Softmin": lambda T: T.nn.Softmin(1),
    "Softplus": lambda T: T.nn.Softplus(2.0, 5.0),
    "Softshrink": lambda T: T.nn.Softshrink(0.2),
    "Softsign": lambda T: T.nn.Softsign(),
    "Tanh": lambda T: T.nn.Tanh(),
    "Tanhshrink": lambda T: T.nn.Tanhshrink(),
    "Threshold": lambda T: T.nn.Threshold(0.1, 20.0, True),
}


@pytest.mark.parametrize("name", MODULES)
def test_module(name: str) -> None:
    x = np.random.default_rng(3).uniform(-3, 3, (3, 4)).astype(np.float32)
    found = []
    for library in (autograd, torch):
        module = MODULES[name](library).eval()
        given = library.tensor(x)
        output = module(given).detach().numpy().copy()
        found.append((repr(module), {k: tuple(v.shape) for k, v in module.state_dict().items()}, output, given.numpy()))
    ours, theirs = found
    assert ours[:2] == theirs[:2]
    np.testing.assert_allclose(ours[2], theirs[2], 2e-6, 2e-6)
    np.testing.assert_allclose(ours[3], theirs[3], 2e-6, 2e-6)  # in place, the input is written as PyTorch writes it


def test_softmax2d() -> None:
    x = np.random.default_rng(3).uniform(-3, 3, (2, 3, 4, 5)).astype(np.float32)
    ours, theirs = (library.nn.Softmax2d()(library.tensor(x)).numpy() for library in (autograd, torch))
    np.testing.assert_allclose(ours, theirs, 2e-6, 2e-6)
    assert repr(autograd.nn.Softmax2d()) == repr(torch.nn.Softmax2d())


EDGES = [float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 0.5, -0.5, 6.0, 100.0, -100.0]
FUNCTIONS = [
    "celu", "elu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softshrink", "softsign", "tanh", "tanhshrink",
]  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_edge_values(name: str) -> None:
    found = []
    for library in (autograd, torch):
        # PyTorch's gelu of an infinity is nan, which is no property to keep.
        values = [v for v in EDGES if name != "gelu" or abs(v) != float("inf")]
        x = library.tensor(values, requires_grad=True)
        with np.errstate(invalid="ignore", over="ignore"):
            y = getattr(library.nn.functional, name)(x)
            y.sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy()))
    np.testing.assert_allclose(found[0][0], found[1][0], 2e-6, 1e-30 if name in ("sigmoid",) else 2e-6)
    finite = slice(1, None) if name == "relu" else slice(None)  # the gradient at nan is 0 here
    np.testing.assert_allclose(found[0][1][finite], found[1][1][finite], 2e-6, 2e-6)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("hard", [False, True])
def test_gumbel_softmax_draws(kind: str, hard: bool) -> None:
    logits = np.random.default_rng(2).standard_normal((50, 7))
    found = []
    for library in (autograd, torch):
        library.manual_seed(11)
        x = library.tensor(logits, dtype=getattr(library, kind))
        found.append(library.nn.functional.gumbel_softmax(x, tau=0.5, hard=hard).numpy())
        found.append(library.rand(3).numpy())  # the generator is left at the same place
    np.testing.assert_allclose(found[0], found[2], 1e-5, 1e-6)
    np.testing.assert_array_equal(found[1], found[3])


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_rrelu_draws(kind: str) -> None:
    x = np.random.default_rng(2).standard_normal((40, 9))
    found = []
    for library in (autograd, torch):
        library.manual_seed(5)
        module = library.nn.RReLU(0.1, 0.3)
        found.append(module(library.tensor(x, dtype=getattr(library, kind))).numpy())
        found.append(library.rand(3).numpy())
    np.testing.assert_allclose(found[0], found[2], 1e-6)
    np.testing.assert_array_equal(found[1], found[3])


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4), (2, 3, 2, 2)])
def test_implicit_dimension_warns(name: str, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(2).standard_normal(shape)
    found = []
    for library in (autograd, torch):
        with pytest.warns(UserWarning, match="Implicit dimension choice"):
            found.append(getattr(library.nn.functional, name)(library.tensor(x)).numpy())
    np.testing.assert_allclose(found[0], found[1], 1e-12)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("scale", [1.0, 30.0, 300.0, 1e5])
@pytest.mark.parametrize("dim", [0, 1, 2])
def test_softmax_of_large_numbers(name: str, scale: float, dim: int) -> None:
    x = (np.random.default_rng(2).standard_normal((20, 15, 40)) * scale).astype(np.float32)
    x[0, 0, 3] = -np.inf
    x[1] = -np.inf
    ours, theirs = (getattr(library, name)(library.tensor(x), dim).numpy() for library in (autograd, torch))
    np.testing.assert_allclose(ours, theirs, 3e-6, 1e-30 if name == "softmax" else 1e-6)


def test_hardtanh_older_names() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        module = autograd.nn.Hardtanh(min_value=-2.0, max_value=3.0)
    assert [w.category for w in caught] == [FutureWarning, FutureWarning]
    assert (module.min_val, module.max_val) == (-2.0, 3.0)


@pytest.mark.parametrize("head_bias", [False, True])
def test_adaptive_log_softmax(head_bias: bool) -> None:
    x = np.random.default_rng(1).standard_normal((30, 16)).astype(np.float32)
    y = np.random.default_rng(1).integers(0, 40, 30)
    y[0], y[1], y[2] = 2, 9, 33
    found = []
    for library in (autograd, torch):
        library.manual_seed(0)
        module = library.nn.AdaptiveLogSoftmaxWithLoss(16, 40, [5, 12, 25], div_value=2.0, head_bias=head_bias)
        given = library.tensor(x, requires_grad=True)
        output, loss = module(given, library.tensor(y))
        loss.backward()
        single = module(library.tensor(x[3]), library.tensor(y[3]))
        numbers = [output, loss, module.log_prob(given), module.predict(given), given.grad, single.output, single.loss]
        numbers += [p for _, p in module.named_parameters()] + [p.grad for p in module.parameters()]
        found.append((repr(module), list(module.state_dict()), [n.detach().numpy() for n in numbers]))
    assert found[0][:2] == found[1][:2]
    for a, b in zip(found[0][2], found[1][2], strict=True):
        np.testing.assert_allclose(a, b, 2e-5, 2e-6)
    for bad in ((x, y + 40), (x[:3], y), (x[0], y)):
        for library in (autograd, torch):
            module = library.nn.AdaptiveLogSoftmaxWithLoss(16, 40, [5, 12])
            with pytest.raises(RuntimeError):
                module(library.tensor(bad[0]), library.tensor(bad[1]))
    for cutoffs in ([], [5, 5], [7, 3], [0, 4], [40]):
        for library in (autograd, torch):
            with pytest.raises(ValueError):
                library.nn.AdaptiveLogSoftmaxWithLoss(16, 40, cutoffs)
