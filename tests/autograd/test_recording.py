"""What a recorder is told, in which order, and that no array it saw changes unannounced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import recording
from autograd.nn import functional as F


class Listener:
    """Keeps every call, and copies of every array, to see later whether one changed."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.arrays: dict[int, tuple[Any, Any]] = {}

    def see(self, *arrays: Any) -> None:
        for a in arrays:
            if isinstance(a, np.ndarray):
                self.arrays.setdefault(id(a), (a, a.copy()))

    def forward(self, node: Any, inputs: Any, outputs: Any) -> None:
        self.see(*[t._array for t in (*inputs, *outputs) if t is not None])
        self.calls.append(("forward", node.op, len(inputs), outputs[0].requires_grad))

    def seed(self, root: Any, gradient: Any) -> None:
        self.calls.append(("seed", gradient.tolist()))

    def backward(self, node: Any, gradients: Any, shares: Any) -> None:
        self.see(*gradients, *shares)
        assert len(shares) == len(node.inputs)
        self.calls.append(("backward", node.op, [s is not None for s in shares]))

    def accumulate(self, tensor: Any, before: Any, share: Any, after: Any) -> None:
        self.see(before, share, after)
        self.calls.append(("accumulate", tensor.is_leaf, before is None, after.tolist()))

    def zero_grad(self, tensor: Any, before: Any, after: Any) -> None:
        self.see(before, after)
        self.calls.append(("zero_grad", before is None, None if after is None else after.tolist()))

    def begin_step(self, optimizer: Any, closure: bool) -> None:
        self.calls.append(("begin_step", type(optimizer).__name__, closure))

    def step(self, optimizer: Any, p: Any, before: Any, gradient: Any, after: Any, state: Any, options: Any) -> None:
        self.see(before, gradient, after, *state.values())
        assert p._array is after and before is not after
        self.calls.append(("step", sorted(state), options["lr"]))

    def end_step(self, optimizer: Any) -> None:
        self.calls.append(("end_step",))

    def edit(self, tensor: Any, before: Any, after: Any) -> None:
        self.calls.append(("edit", before.tolist(), after.tolist()))

    def adjust(self, tensor: Any, before: Any, after: Any, details: Any) -> None:
        self.see(before, after)
        self.calls.append(("adjust", details["by"], after.tolist()))

    def hooked(self, target: Any, before: Any, after: Any) -> None:
        self.see(before, after)
        self.calls.append(("hooked", before.tolist(), after.tolist()))

    def options(self, optimizer: Any) -> None:
        self.calls.append(("options", type(optimizer).__name__))

    def mode(self, module: Any, training: bool) -> None:
        self.calls.append(("mode", type(module).__name__, training))

    def overwrite(self, array: Any) -> None:
        self.calls.append(("overwrite",))
        memory = array if array.base is None else array.base
        for key, (seen, _) in list(self.arrays.items()):
            if np.shares_memory(memory, seen):
                del self.arrays[key]

    def enter(self, module: Any) -> None:
        self.calls.append(("enter", type(module).__name__))

    def leave(self, module: Any) -> None:
        self.calls.append(("leave", type(module).__name__))

    def intact(self) -> bool:
        return all(np.array_equal(a, kept, equal_nan=True) for a, kept in self.arrays.values())

    def names(self) -> list[str]:
        return [c[0] for c in self.calls]


@pytest.fixture
def listener() -> Iterator[Listener]:
    recording.current = listener = Listener()
    yield listener
    recording.current = None


def test_one_iteration(listener: Listener) -> None:
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    x, y = torch.ones(3, 2), torch.zeros(3, 1)
    listener.calls.clear()
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    assert listener.calls[:2] == [("zero_grad", True, None)] * 2
    assert [c[:2] for c in listener.calls[2:6]] == [
        ("enter", "Linear"),
        ("forward", "linear"),
        ("leave", "Linear"),
        ("forward", "mse_loss"),
    ]
    assert listener.calls[6] == ("seed", 1.0)
    assert listener.calls[7] == ("backward", "mse_loss", [True, False])
    assert listener.calls[8] == ("backward", "linear", [False, True, True])
    assert listener.names()[9:] == ["accumulate", "accumulate", "begin_step", "step", "step", "end_step"]
    assert listener.calls[12] == ("step", ["momentum_buffer"], 0.5)
    assert listener.intact()


def test_shares_of_a_tensor_used_twice(listener: Listener) -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    (y * y).sum().backward()
    accumulated = [c for c in listener.calls if c[0] == "accumulate"]
    # The first share at y is part of `backward`; the second is told; then the leaf.
    assert accumulated == [("accumulate", False, False, [4.0, 8.0]), ("accumulate", True, True, [8.0, 16.0])]
    assert listener.intact()


def test_gradients_accumulate_out_of_place(listener: Listener) -> None:
    x = torch.ones(2, requires_grad=True)
    for _ in range(3):
        (x * 3).sum().backward()
    assert [c[3] for c in listener.calls if c[0] == "accumulate"] == [[3.0] * 2, [6.0] * 2, [9.0] * 2]
    assert listener.intact()


def test_evaluation_is_told_and_data_preparation_is_not(listener: Listener) -> None:
    x = torch.randn(3, 2) * 2 + 1
    assert listener.calls == []
    with torch.no_grad():
        (x @ x.t()).sum()
    assert [c[1] for c in listener.calls] == ["t", "matmul", "sum"]
    assert not any(c[3] for c in listener.calls)


def test_edits(listener: Listener) -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with torch.no_grad():
        w -= 1
    assert listener.calls[-1] == ("edit", [1.0, 2.0], [0.0, 1.0])
    w.data.add_(2)
    assert listener.calls[-1] == ("edit", [0.0, 1.0], [2.0, 3.0])
    w.data -= torch.ones(2)
    assert listener.calls[-1] == ("edit", [2.0, 3.0], [1.0, 2.0])
    assert listener.names().count("edit") == 3
    w.data = torch.tensor([5.0, 6.0])
    assert listener.calls[-1] == ("edit", [1.0, 2.0], [5.0, 6.0])
    with torch.no_grad():
        w[0] = 9.0
    assert listener.calls[-1] == ("edit", [5.0, 6.0], [9.0, 6.0])
    torch.nn.init.zeros_(w)
    assert listener.calls[-1] == ("edit", [9.0, 6.0], [0.0, 0.0])


def test_gradients_cleared_by_hand(listener: Listener) -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    w.sum().backward()
    assert w.grad is not None
    w.grad.zero_()
    assert listener.calls[-1] == ("zero_grad", False, [0.0, 0.0])
    w.sum().backward()
    w.grad.data.zero_()
    assert listener.calls[-1] == ("zero_grad", False, [0.0, 0.0])
    w.grad = None
    assert listener.calls[-1] == ("zero_grad", False, None)
    linear = torch.nn.Linear(1, 1)
    linear.zero_grad()
    assert listener.names()[-2:] == ["zero_grad", "zero_grad"]


def test_zero_grad_to_zeros(listener: Listener) -> None:
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    w.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert listener.calls[-1] == ("zero_grad", False, [0.0])
    assert listener.intact()


def test_every_write_in_place_is_announced(listener: Listener) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(inplace=True))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
    x = torch.randn(5, 4)
    for _ in range(3):
        loss = (net(x) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.1)
        optimizer.step()
        x += 1
        x[0] = 0.0
    assert listener.intact()


def test_a_step_reaches_whoever_shares_the_memory(listener: Listener) -> None:
    w = torch.tensor([1.0], requires_grad=True)
    looking = w.detach()
    optimizer = torch.optim.SGD([w], lr=0.5)
    w.sum().backward()
    optimizer.step()
    assert looking.item() == w.item() == 0.5
    assert listener.intact()


def test_a_closure_is_the_scripts_own(listener: Listener) -> None:
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    names = listener.names()
    assert listener.calls[0] == ("begin_step", "SGD", True)
    assert names.index("forward") > 0 and names[-2:] == ["step", "end_step"]


def test_an_optimizer_of_the_scripts_own(listener: Listener) -> None:
    class Mine(torch.optim.Optimizer):
        def step(self, closure: Any = None) -> None:
            for group in self.param_groups:
                for p in group["params"]:
                    p.add_(p.grad * -group["lr"])

    w = torch.tensor([1.0], requires_grad=True)
    optimizer = Mine([w], {"lr": 0.5})
    w.sum().backward()
    listener.calls.clear()
    optimizer.step()
    assert listener.names() == ["begin_step", "overwrite", "edit", "end_step"]


def test_a_module_that_raises_is_left(listener: Listener) -> None:
    with pytest.raises(RuntimeError):
        torch.nn.Linear(2, 2)(torch.ones(1, 3))
    assert listener.names()[-2:] == ["enter", "leave"]
