"""Every optimizer: the terms of an update, and of what it remembers, add up to what is on the tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import tape

OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.2),
    "sgd_maximize": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.5, weight_decay=0.1, maximize=True),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "adam_decay": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.9), weight_decay=0.3),
    "amsgrad": lambda p: torch.optim.Adam(p, lr=0.1, amsgrad=True, maximize=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.2),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.1, weight_decay=0.1),
    "nadam_apart": lambda p: torch.optim.NAdam(p, lr=0.1, weight_decay=0.1, decoupled_weight_decay=True),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.1, weight_decay=0.1),
    "radam_trusting": lambda p: torch.optim.RAdam(p, lr=0.1, betas=(0.9, 0.9)),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.1, weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.1),
    "rmsprop_centered": lambda p: torch.optim.RMSprop(p, lr=0.1, momentum=0.9, centered=True, weight_decay=0.1),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=1.0, weight_decay=0.1),
    "asgd": lambda p: torch.optim.ASGD(p, lr=0.1, lambd=0.01, weight_decay=0.1),
    "rprop": lambda p: torch.optim.Rprop(p, lr=0.1),
    "lbfgs": lambda p: torch.optim.LBFGS(p, lr=0.1, max_iter=3, line_search_fn="strong_wolfe"),
}
STEPS = 7


@pytest.fixture(scope="module", params=list(OPTIMIZERS))
def trained(request: pytest.FixtureRequest) -> tape.Tape:
    torch.manual_seed(1)
    w = torch.randn(2, 3, requires_grad=True)
    x, y = torch.randn(8, 2), torch.randn(8, 3)
    optimizer = OPTIMIZERS[request.param]([w])

    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((x @ w).tanh() - y).pow(2).mean()
        loss.backward()
        return loss

    with tape.record() as t:
        for _ in range(STEPS):
            if request.param == "lbfgs":
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()
    return t


def test_updates_and_states_add_up(trained: tape.Tape) -> None:
    steps = [event for event in trained.events() if event["kind"] == "step"]
    assert len(steps) >= STEPS
    rng = np.random.default_rng(2)
    for event in steps:
        at = event["index"]
        index = tuple(int(i) for i in (rng.integers(2), rng.integers(3)))
        before, after = trained.at(at - 1).parameters["w"], trained.at(at).parameters["w"]
        change = float(after.value[index]) - float(before.value[index])
        found = trained.explain("w", index, at, of="update")
        assert found.value == change
        assert found.evaluate() == pytest.approx(change, rel=1e-4, abs=1e-6)
        value = trained.explain("w", index, at)
        assert value.evaluate() == pytest.approx(float(after.value[index]), rel=1e-6, abs=1e-6)
        for name, array in after.state.items():
            if name not in ("ax", "prev", "step_size", "direction"):
                remembered = trained.explain("w", index, at, of=f"state.{name}")
                assert remembered.evaluate() == pytest.approx(float(array[index]), rel=1e-4, abs=1e-7)
        assert found.sentence["en"].startswith(event["details"]["optimizer"])
