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
    # A step of L-BFGS is up to 20 moves; at the minimum only rounding is left to follow.
    steps = 2 if name == "LBFGS" else 10
    np.testing.assert_allclose(ours.run(steps), theirs.run(steps), **tolerances(name, dtype))
    assert str(ours.optimizer) == str(theirs.optimizer)
    mine, other = ours.optimizer.state_dict(), theirs.optimizer.state_dict()
    assert mine["param_groups"] == other["param_groups"]
    if (name, dtype) != ("LBFGS", "float32"):  # which keeps a change by its curvature, here close to rounding
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


Make = Callable[[Any, Any], Any]
SCHEDULERS: dict[str, Make] = {
    "lambda": lambda S, o: S.LambdaLR(o, [lambda e: 0.9**e, lambda e: 1 / (e + 1)]),
    "multiplicative": lambda S, o: S.MultiplicativeLR(o, lambda e: 0.9),
    "step": lambda S, o: S.StepLR(o, 3, 0.3),
    "multi_step": lambda S, o: S.MultiStepLR(o, [2, 5, 5, 9], 0.3),
    "constant": lambda S, o: S.ConstantLR(o, 0.4, 4),
    "linear": lambda S, o: S.LinearLR(o, 0.2, 0.9, 7),
    "exponential": lambda S, o: S.ExponentialLR(o, 0.8),
    "polynomial": lambda S, o: S.PolynomialLR(o, 8, 2.0),
    "cosine": lambda S, o: S.CosineAnnealingLR(o, 5, 0.001),
    "restarts": lambda S, o: S.CosineAnnealingWarmRestarts(o, 3, 2, 0.001),
    "cyclic": lambda S, o: S.CyclicLR(o, 0.01, 0.2, 4, 3),
    "cyclic_halving": lambda S, o: S.CyclicLR(o, [0.01, 0.02], 0.2, 2, mode="triangular2"),
    "cyclic_exponential": lambda S, o: S.CyclicLR(o, 0.01, 0.2, 4, mode="exp_range", gamma=0.9),
    "cyclic_function": lambda S, o: S.CyclicLR(o, 0.01, 0.2, 4, scale_fn=lambda x: 0.5 / x, cycle_momentum=False),
    "one_cycle": lambda S, o: S.OneCycleLR(o, 0.5, total_steps=30),
    "one_cycle_line": lambda S, o: S.OneCycleLR(
        o, [0.5, 0.3], epochs=5, steps_per_epoch=5, anneal_strategy="linear", three_phase=True
    ),
    "sequential": lambda S, o: S.SequentialLR(
        o, [S.ConstantLR(o, 0.1, 3), S.ExponentialLR(o, 0.9), S.StepLR(o, 2)], [4, 9]
    ),
    "warm_up": lambda S, o: S.SequentialLR(
        o, [S.LinearLR(o, 0.1, total_iters=5), S.CosineAnnealingLR(o, 10)], milestones=[5]
    ),
    "chained": lambda S, o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 3), S.ExponentialLR(o, 0.9)]),
    "plateau": lambda S, o: S.ReduceLROnPlateau(o, factor=0.5, patience=1, cooldown=1, min_lr=[0.01, 0.03]),
    "plateau_max": lambda S, o: S.ReduceLROnPlateau(o, "max", 0.5, 2, threshold=0.05, threshold_mode="abs"),
    "swa": lambda S, o: S.SWALR(o, [0.05, 0.01], anneal_epochs=6),
    "swa_line": lambda S, o: S.SWALR(o, 0.05, 6, "linear"),
}
METRICS = [3.0, 2.0, 2.1, 1.9, 1.95, 1.9, 1.9, 1.8, 1.9, 1.9, 1.9, 1.9, 1.7, 1.7, 1.7, 1.7, 1.7, 1.7, 1.7, 1.7]
OWN = {"lambda", "cyclic_function"}


def scheduled(T: Any, name: str, kind: str) -> tuple[Any, Any]:
    groups = [{"params": [parameter(T)]}, {"params": [parameter(T)], "lr": 0.2}]
    optimizer = getattr(T.optim, kind)(groups, lr=0.1, **({"momentum": 0.9} if kind == "SGD" else {}))
    module = T.optim.swa_utils if name.startswith("swa") else T.optim.lr_scheduler
    return optimizer, SCHEDULERS[name](module, optimizer)


def advance(optimizer: Any, scheduler: Any, metrics: list[float]) -> list[Any]:
    seen = []
    for metric in metrics:
        optimizer.step()
        scheduler.step(metric) if "best" in scheduler.__dict__ else scheduler.step()
        moments = [[g.get("momentum", 0), *g.get("betas", (0, 0))] for g in optimizer.param_groups]
        seen.append([*scheduler.get_last_lr(), *[g["lr"] for g in optimizer.param_groups], *moments[0], *moments[1]])
    return seen


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedules(name: str, kind: str) -> None:
    ours, theirs = scheduled(autograd, name, kind), scheduled(torch, name, kind)
    np.testing.assert_allclose(advance(*ours, METRICS), advance(*theirs, METRICS), 1e-12, 1e-15)
    assert str(ours[0]) == str(theirs[0])
    mine, other = ours[1].state_dict(), theirs[1].state_dict()
    assert mine.keys() == other.keys()


@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedules_are_resumed(name: str) -> None:
    (theirs, source), (ours, scheduler) = scheduled(torch, name, "SGD"), scheduled(autograd, name, "SGD")
    advance(theirs, source, METRICS[:7])
    scheduler.load_state_dict(copy.deepcopy(source.state_dict()))
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()))
    np.testing.assert_allclose(
        advance(ours, scheduler, METRICS[7:]), advance(theirs, source, METRICS[7:]), 1e-12, 1e-15
    )


@pytest.mark.parametrize("name", ["step", "multi_step", "constant", "linear", "exponential", "polynomial", "cosine"])
def test_epochs_by_number(name: str) -> None:
    rates = []
    for library in (autograd, torch):
        optimizer, scheduler = scheduled(library, name, "SGD")
        optimizer.step()
        with pytest.warns(UserWarning, match="epoch parameter"):
            scheduler.step(6)
        rates.append(scheduler.get_last_lr())
    np.testing.assert_allclose(*rates, 1e-12)


@pytest.mark.parametrize("average", ["plain", "ema", "multi_ema", "buffers"])
def test_averaged_models(average: str) -> None:
    seen = []
    for T in (autograd, torch):
        utils = T.optim.swa_utils
        T.manual_seed(0)
        model = T.nn.Sequential(T.nn.Linear(3, 4), T.nn.BatchNorm1d(4), T.nn.Linear(4, 1))
        options = {
            "plain": {},
            "ema": {"avg_fn": utils.get_ema_avg_fn(0.9)},
            "multi_ema": {"multi_avg_fn": utils.get_ema_multi_avg_fn(0.9)},
            "buffers": {"use_buffers": True},
        }[average]
        averaged = utils.AveragedModel(model, **options)
        optimizer = T.optim.SGD(model.parameters(), lr=0.1)
        x = T.randn(16, 3)
        for _ in range(4):
            optimizer.zero_grad()
            model(x).pow(2).mean().backward()
            optimizer.step()
            averaged.update_parameters(model)
        utils.update_bn([x[:8], x[8:]], averaged)
        seen.append(np.concatenate([v.detach().numpy().ravel() for v in averaged.state_dict().values()]))
    np.testing.assert_allclose(*seen, 1e-5, 1e-6)
