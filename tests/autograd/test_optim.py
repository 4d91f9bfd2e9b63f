"""Optimizers and schedulers, by arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

import autograd as torch


def run(make: Any, gradients: list[float]) -> list[float]:
    w = torch.tensor([1.0], requires_grad=True, dtype=torch.float64)
    optimizer = make([w])
    seen = []
    for g in gradients:
        optimizer.zero_grad()
        (w * g).sum().backward()
        optimizer.step()
        seen.append(w.item())
    return seen


def test_sgd() -> None:
    assert run(lambda p: torch.optim.SGD(p, lr=0.1), [1.0, 2.0]) == pytest.approx([0.9, 0.7])


def test_momentum() -> None:
    # buffer: 1, then 0.5·1 + 2
    assert run(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.5), [1.0, 2.0]) == pytest.approx([0.9, 0.65])
    nesterov = run(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.5, nesterov=True), [1.0, 2.0])
    assert nesterov == pytest.approx([1 - 0.1 * 1.5, 1 - 0.1 * 1.5 - 0.1 * (2 + 0.5 * 2.5)])


def test_adam_first_step_is_the_rate() -> None:
    assert run(lambda p: torch.optim.Adam(p, lr=0.1), [5.0])[0] == pytest.approx(0.9, abs=1e-8)
    assert run(lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.5), [5.0])[0] == pytest.approx(0.85, abs=1e-8)


def test_a_parameter_without_gradient_is_left_alone() -> None:
    used, unused = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    optimizer = torch.optim.Adam([used, unused], lr=0.1)
    used.sum().backward()
    optimizer.step()
    assert unused.item() == 1.0 and list(optimizer.state) == [used]


def test_groups_and_state() -> None:
    a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [a], "lr": 1.0}, {"params": b}], lr=0.1, momentum=0.9)
    (a + b).sum().backward()
    optimizer.step()
    assert (a.item(), round(b.item(), 6)) == (0.0, 0.9)
    saved = optimizer.state_dict()
    assert saved["param_groups"][1]["params"] == [1] and saved["state"][0]["momentum_buffer"].tolist() == [1.0]
    other = torch.optim.SGD([{"params": [a]}, {"params": [b]}], lr=5.0)
    other.load_state_dict(saved)
    assert other.param_groups[0]["lr"] == 1.0 and other.param_groups[0]["momentum"] == 0.9
    with pytest.raises(ValueError, match="different number of parameter groups"):
        torch.optim.SGD([a]).load_state_dict(saved)


def test_bad_arguments() -> None:
    w = torch.ones(1, requires_grad=True)
    for bad in (
        lambda: torch.optim.SGD([], lr=0.1),
        lambda: torch.optim.SGD([w], lr=-0.1),
        lambda: torch.optim.Adam([w], betas=(1.0, 0.9)),
        lambda: torch.optim.SGD([w], nesterov=True),
        lambda: torch.optim.SGD([w * 2]),
    ):
        with pytest.raises(ValueError):
            bad()
    with pytest.raises(TypeError, match="iterable of Tensors"):
        torch.optim.SGD(w, lr=0.1)


def test_closure_is_called_with_gradients_on() -> None:
    w = torch.tensor([3.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 9.0
    assert w.item() == 0.0


def test_a_step_is_seen_by_whoever_shares_the_memory() -> None:
    w = torch.ones(1, requires_grad=True)
    looking = w.detach()
    w.sum().backward()
    torch.optim.SGD([w], lr=0.5).step()
    assert looking.item() == 0.5


def test_schedulers() -> None:
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.1)
    rates = []
    for _ in range(5):
        optimizer.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([1.0, 0.1, 0.1, 0.01, 0.01])
    fresh = torch.optim.lr_scheduler.ExponentialLR(torch.optim.SGD([w], lr=1.0), 0.5)
    with pytest.warns(UserWarning, match=r"before `optimizer.step\(\)`"):
        fresh.step()
