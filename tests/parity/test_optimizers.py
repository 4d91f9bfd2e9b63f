"""Every optimizer and scheduler against PyTorch: ten steps on random problems, states exchanged both ways."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

OPTIMIZERS: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        {},
        {"lr": 0.1, "momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        {"momentum": 0.8, "nesterov": True, "maximize": True},
        {"lr": 0.1, "foreach": False, "fused": False},
    ],
    "Adam": [{}, {"lr": 0.1, "weight_decay": 0.1}, {"amsgrad": True, "maximize": True}, {"betas": (0.3, 0.5)}],
    "AdamW": [{}, {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}, {"maximize": True, "betas": (0.0, 0.9)}],
    "Adamax": [{}, {"lr": 0.1, "weight_decay": 0.1}, {"betas": (0.4, 0.6), "maximize": True}],
    "NAdam": [{}, {"lr": 0.1, "weight_decay": 0.1}, {"weight_decay": 0.1, "decoupled_weight_decay": True}],
    "RAdam": [{}, {"lr": 0.1, "weight_decay": 0.1}, {"betas": (0.4, 0.6)}, {"decoupled_weight_decay": True}],
    "Adagrad": [{}, {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1}, {"initial_accumulator_value": 0.5}],
    "Adadelta": [{}, {"lr": 0.1, "rho": 0.7, "weight_decay": 0.1}, {"maximize": True}],
    "RMSprop": [{}, {"momentum": 0.9, "weight_decay": 0.1}, {"centered": True, "alpha": 0.4}, {"maximize": True}],
    "Rprop": [{}, {"lr": 0.1, "etas": (0.4, 1.5), "step_sizes": (1e-3, 0.2)}, {"maximize": True}],
    "ASGD": [{}, {"lr": 0.1, "lambd": 0.1, "t0": 3, "weight_decay": 0.1}, {"alpha": 0.5, "maximize": True}],
    "LBFGS": [{}, {"lr": 0.3, "max_iter": 4, "history_size": 3}, {"line_search_fn": "strong_wolfe"}],
}
CASES = [(name, i) for name, sets in OPTIMIZERS.items() for i in range(len(sets))]
DTYPES = ["float32", "float64"]


class Problem:
    """Two parameters, one of them 0-d, and a bumpy loss; written once for both libraries."""

    def __init__(self, library: Any, name: str, options: dict[str, Any], dtype: str, seed: int) -> None:
        numbers = np.random.default_rng(seed)
        kind = getattr(library, dtype)
        self.library = library
        self.matrix = library.tensor(numbers.normal(size=(4, 3)), dtype=kind)
        self.targets = library.tensor(numbers.normal(size=(5, 4)), dtype=kind)
        self.w = library.tensor(numbers.normal(size=(5, 3)), dtype=kind, requires_grad=True)
        self.b = library.tensor(0.3, dtype=kind, requires_grad=True)
        self.unused = library.zeros(2, dtype=kind, requires_grad=True)
        self.optimizer = getattr(library.optim, name)([self.w, self.b, self.unused], **options)

    def closure(self) -> Any:
        self.optimizer.zero_grad()
        loss = ((self.w @ self.matrix.T + self.b - self.targets) ** 2).mean() + (self.w.sin() * self.b).sum() * 0.05
        loss.backward()
        return loss

    def run(self, steps: int) -> list[Any]:
        seen = []
        for _ in range(steps):
            loss = self.optimizer.step(self.closure)
            seen.append([loss.item(), *self.w.detach().numpy().ravel().tolist(), self.b.item()])
        return seen


def tolerances(name: str, dtype: str) -> dict[str, float]:
    if dtype == "float64":
        return {"rtol": 1e-9, "atol": 1e-11}
    # L-BFGS multiplies rounding errors by the curvature it estimates from them.
    return {"rtol": 2e-3, "atol": 2e-3} if name == "LBFGS" else {"rtol": 1e-4, "atol": 2e-6}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("name", "index"), CASES)
def test_ten_steps(name: str, index: int, seed: int, dtype: str) -> None:
    options = OPTIMIZERS[name][index]
    ours, theirs = (Problem(library, name, options, dtype, seed) for library in (autograd, torch))
    np.testing.assert_allclose(ours.run(10), theirs.run(10), **tolerances(name, dtype))
    assert str(ours.optimizer) == str(theirs.optimizer)
    mine, other = ours.optimizer.state_dict(), theirs.optimizer.state_dict()
    assert mine["param_groups"] == other["param_groups"]
    compare_states(mine["state"], other["state"])


def compare_states(mine: Any, other: Any) -> None:
    if isinstance(other, dict):
        assert mine.keys() == other.keys()
        for key in other:
            compare_states(mine[key], other[key])
    elif isinstance(other, list):
        assert len(mine) == len(other)
    elif isinstance(other, torch.Tensor) and isinstance(mine, autograd.Tensor):
        assert tuple(mine.shape) == tuple(other.shape) and str(mine.dtype) == str(other.dtype)


def converted(value: Any, library: Any) -> Any:
    """A state with its tensors made the other library's."""
    if isinstance(value, (autograd.Tensor, torch.Tensor)):
        return library.tensor(value.detach().numpy())
    if isinstance(value, dict):
        return {k: converted(v, library) for k, v in value.items()}
    if isinstance(value, list):
        return [converted(v, library) for v in value]
    return value


@pytest.mark.parametrize("start", [autograd, torch])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_states_are_exchanged(name: str, start: Any) -> None:
    options = OPTIMIZERS[name][1]
    end = torch if start is autograd else autograd
    first, second, whole = (Problem(library, name, options, "float64", 2) for library in (start, end, torch))
    first.run(4)
    expected = whole.run(8)[4:]
    with end.no_grad():
        for parameter in ("w", "b"):
            getattr(second, parameter).copy_(end.tensor(getattr(first, parameter).detach().numpy()))
    second.optimizer.load_state_dict(copy.deepcopy(converted(first.optimizer.state_dict(), end)))
    np.testing.assert_allclose(second.run(4), expected, 1e-8, 1e-9)


def parameter(T: Any) -> Any:
    return T.ones(2, requires_grad=True)


def stepped(T: Any, name: str, **options: Any) -> None:
    p = parameter(T)
    optimizer = getattr(T.optim, name)([p], **options)
    p.sum().backward()
    optimizer.step()


def shared_twice(T: Any) -> None:
    p = parameter(T)
    T.optim.SGD([{"params": [p]}, {"params": [p]}])


def grown(T: Any, group: Any) -> None:
    T.optim.SGD([parameter(T)]).add_param_group(group)


BAD: dict[str, Callable[[Any], Any]] = {
    "empty": lambda T: T.optim.Adam([]),
    "tensor": lambda T: T.optim.Adam(parameter(T)),
    "not_tensors": lambda T: T.optim.Adam([1.0]),
    "non_leaf": lambda T: T.optim.Adam([parameter(T) * 2]),
    "two_groups": shared_twice,
    "a_set": lambda T: T.optim.SGD([{"params": {parameter(T)}}]),
    "no_dict": lambda T: grown(T, [1]),
    "half_named": lambda T: T.optim.SGD([("a", parameter(T)), parameter(T)]),
    "named_and_not": lambda T: grown(T, {"params": [("a", parameter(T))]}),
    "int_betas": lambda T: T.optim.Adam([parameter(T)], betas=(0, 0.9)),
    "betas": lambda T: T.optim.NAdam([parameter(T)], betas=(0.9, 1.0)),
    "eps": lambda T: T.optim.RAdam([parameter(T)], eps=-1),
    "rho": lambda T: T.optim.Adadelta([parameter(T)], rho=2.0),
    "alpha": lambda T: T.optim.RMSprop([parameter(T)], alpha=-1),
    "etas": lambda T: T.optim.Rprop([parameter(T)], etas=(1.5, 2)),
    "lr_decay": lambda T: T.optim.Adagrad([parameter(T)], lr_decay=-1),
    "accumulator": lambda T: T.optim.Adagrad([parameter(T)], initial_accumulator_value=-1),
    "two_tensor_lr": lambda T: T.optim.SGD([parameter(T)], lr=T.ones(2)),
    "fused_foreach": lambda T: T.optim.Adam([parameter(T)], fused=True, foreach=True),
    "fused_differentiable": lambda T: T.optim.SGD([parameter(T)], fused=True, differentiable=True),
    "capturable": lambda T: stepped(T, "Adam", capturable=True),
    "differentiable": lambda T: stepped(T, "RMSprop", differentiable=True),
    "sparse": lambda T: stepped(T, "SparseAdam"),
    "lbfgs_groups": lambda T: T.optim.LBFGS([{"params": [parameter(T)]}, {"params": [parameter(T)]}]),
    "lbfgs_no_closure": lambda T: stepped(T, "LBFGS"),
    "other_groups": lambda T: T.optim.SGD([parameter(T)]).load_state_dict({"state": {}, "param_groups": []}),
    "no_optimizer": lambda T: T.optim.lr_scheduler.StepLR(None, 1),
    "resumed": lambda T: T.optim.lr_scheduler.StepLR(T.optim.SGD([parameter(T)]), 1, last_epoch=3),
    "plateau_factor": lambda T: T.optim.lr_scheduler.ReduceLROnPlateau(T.optim.SGD([parameter(T)]), factor=1.0),
    "plateau_mode": lambda T: T.optim.lr_scheduler.ReduceLROnPlateau(T.optim.SGD([parameter(T)]), mode="up"),
    "constant": lambda T: T.optim.lr_scheduler.ConstantLR(T.optim.SGD([parameter(T)]), factor=2),
    "linear": lambda T: T.optim.lr_scheduler.LinearLR(T.optim.SGD([parameter(T)]), start_factor=0),
    "one_cycle": lambda T: T.optim.lr_scheduler.OneCycleLR(T.optim.SGD([parameter(T)]), 0.1),
    "cycle_momentum": lambda T: T.optim.lr_scheduler.CyclicLR(T.optim.Adagrad([parameter(T)]), 0.1, 0.2),
    "restarts": lambda T: T.optim.lr_scheduler.CosineAnnealingWarmRestarts(T.optim.SGD([parameter(T)]), 0),
    "lambdas": lambda T: T.optim.lr_scheduler.LambdaLR(T.optim.SGD([parameter(T)]), [abs, abs]),
    "chained_nothing": lambda T: T.optim.lr_scheduler.ChainedScheduler([]),
    "sequential": lambda T: T.optim.lr_scheduler.SequentialLR(T.optim.SGD([parameter(T)]), [], [1]),
    "ema_decay": lambda T: T.optim.swa_utils.get_ema_avg_fn(2.0),
}


@pytest.mark.parametrize("name", BAD)
def test_errors(name: str) -> None:
    raised = []
    for library in (autograd, torch):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises(Exception) as caught:
                BAD[name](library)
        raised.append(caught.type)
    assert raised[0] is raised[1]
