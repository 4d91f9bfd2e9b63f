"""Optimizers and schedulers, by arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

import autograd as torch
from autograd import tape


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


ALL = ["SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "Adagrad", "Adadelta", "RMSprop", "Rprop", "ASGD", "LBFGS"]


@pytest.mark.parametrize("name", ALL)
def test_every_optimizer_descends_and_says_how(name: str) -> None:
    optimizer_class = getattr(torch.optim, name)
    assert optimizer_class.formula and optimizer_class.__doc__
    w = torch.tensor(3.0, requires_grad=True)
    optimizer = optimizer_class([w], lr=0.1)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (w - 1) ** 2
        loss.backward()
        return loss

    first = optimizer.step(closure).item()
    for _ in range(20):
        optimizer.step(closure)
    assert closure().item() < first and w.shape == ()


@pytest.mark.parametrize("name", ALL)
def test_recorded_arrays_are_never_overwritten(name: str) -> None:
    w = torch.tensor([3.0, -1.0], requires_grad=True)
    options = {"line_search_fn": "strong_wolfe"} if name == "LBFGS" else {}
    optimizer = getattr(torch.optim, name)([w], lr=0.1, **options)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = ((w - 1) ** 4).sum()
        loss.backward()
        return loss

    with tape.record() as recorded:
        for _ in range(3):
            optimizer.step(closure)
    again = torch.tensor([3.0, -1.0], requires_grad=True)
    values = []
    w, optimizer = again, getattr(torch.optim, name)([again], lr=0.1, **options)
    for _ in range(3):
        optimizer.step(closure)
        values.append(again.tolist())
    moments = [recorded.at(i).parameters for i in range(len(recorded))]
    seen = [next(iter(held.values())).value.tolist() for held in moments if held]
    assert all(value in seen for value in values) and seen[-1] == values[-1]


def test_step_hooks() -> None:
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    seen: list[str] = []
    optimizer.register_step_pre_hook(lambda o, args, kwargs: seen.append(f"before {w.item()}"))
    after = optimizer.register_step_post_hook(lambda o, args, kwargs: seen.append(f"after {w.item()}"))
    w.sum().backward()
    optimizer.step()
    after.remove()
    optimizer.step()
    assert seen == ["before 1.0", "after 0.5", "before 0.5"]
    optimizer.register_step_pre_hook(lambda o, args, kwargs: 3)
    with pytest.raises(RuntimeError, match="tuple of"):
        optimizer.step()


def test_state_hooks() -> None:
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    seen: list[str] = []
    optimizer.register_state_dict_pre_hook(lambda o: seen.append("b"))
    optimizer.register_state_dict_pre_hook(lambda o: seen.append("a"), prepend=True)
    optimizer.register_state_dict_post_hook(lambda o, d: {**d, "more": 1})
    saved = optimizer.state_dict()
    assert seen == ["a", "b"] and saved["more"] == 1
    optimizer.register_load_state_dict_pre_hook(lambda o, d: {**d, "state": {}})
    optimizer.register_load_state_dict_post_hook(lambda o: seen.append("loaded"))
    optimizer.load_state_dict(saved)
    assert seen[-1] == "loaded"


def test_duplicates_are_warned_of() -> None:
    w = torch.ones(1, requires_grad=True)
    with pytest.warns(UserWarning, match="duplicate parameters"):
        torch.optim.SGD([w, w])


def test_a_tensor_as_rate() -> None:
    w = torch.ones(1, requires_grad=True)
    for name in ALL[:-1]:
        optimizer = getattr(torch.optim, name)([w], lr=torch.tensor(0.5))
        w.grad = torch.ones(1)
        optimizer.step()
        scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        optimizer.step()
        scheduler.step()
        assert optimizer.param_groups[0]["lr"].item() == 0.25


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("SGD", {}),
        ("SGD", {"momentum": 0.9}),
        ("SGD", {"momentum": 0.9, "dampening": 0.3}),
        ("Adam", {}),
        ("Adam", {"betas": (0.4, 0.99)}),
        ("AdamW", {}),
    ],
)
def test_a_step_in_place_is_the_step_out_of_place(kind: str, options: dict[str, Any]) -> None:
    """Bit for bit: a recorded run takes the one way and an ordinary run the other."""
    values = []
    for twin in (True, False):
        torch.manual_seed(1)
        p = torch.randn(3, 4, requires_grad=True)
        optimizer = getattr(torch.optim, kind)([p], lr=0.1, **options)
        if not twin:
            optimizer.write = None
        for _ in range(6):
            p.grad = torch.randn(3, 4)
            optimizer.step()
        values.append(p.detach().numpy().copy())
    assert (values[0] == values[1]).all()
