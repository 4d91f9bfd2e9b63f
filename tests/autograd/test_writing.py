"""Writing to views: what a tape of it holds, and that views cost no memory."""

from __future__ import annotations

import autograd as torch
from autograd import tape


def test_a_tape_of_a_written_view_keeps_the_numbers_of_every_moment() -> None:
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with tape.record() as recorded:
        x = w * 10
        row = x[0]
        row.mul_(w[1])
        (x * x).sum().backward()
    # x = [[30, 80], [30, 40]]; ∂/∂w00 = 2·30·30, ∂/∂w10 = 2·30·10 + 2·30·10
    assert w.grad is not None
    assert w.grad.tolist() == [[1800.0, 6400.0], [1200.0, 4000.0]]
    last = recorded.at("latest")
    assert last.parameters["w"].gradient.tolist() == w.grad.tolist()
    ops = [n["op"] for n in last.graph.nodes]
    assert ops == ["mul", "getitem", "getitem", "mul", "setitem", "as_strided", "mul", "sum"]
    made = {(e["to"], e["slot"]): e["from"] for e in last.graph.edges}
    assert (made["setitem", 0], made["setitem", 1], made["mul~3", 0]) == ("mul", "mul~2", "setitem")
    assert last.tensors["mul"].value.tolist() == [[10.0, 20.0], [30.0, 40.0]]
    assert last.tensors["getitem"].value.tolist() == [10.0, 20.0]
    assert last.tensors["setitem"].value.tolist() == [[30.0, 80.0], [30.0, 40.0]]


def test_views_that_are_gone_are_forgotten() -> None:
    x = torch.zeros(3)
    for _ in range(1000):
        x.view(1, 3)
    assert x._views is not None and len(x._views) < 200


def test_a_tape_of_a_checkpoint_brings_the_same_gradients() -> None:
    from autograd.checkpoint import checkpoint

    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with tape.record() as recorded:
        y = checkpoint(lambda x: (x * x).exp(), w, use_reentrant=False)
        y.sum().backward()
    assert w.grad is not None
    last = recorded.at("latest")
    assert last.parameters["w"].gradient.tolist() == w.grad.tolist()
    # The second run is no event.
    assert [n["op"] for n in last.graph.nodes] == ["mul", "exp", "sum"]
    assert [n["state"] for n in last.graph.nodes] == ["backward"] * 3


def test_a_tape_of_a_reentrant_checkpoint_is_one_node() -> None:
    from autograd.checkpoint import checkpoint

    w, x = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0], requires_grad=True)
    with tape.record() as recorded:
        y = checkpoint(lambda x: (x * w).exp(), x, use_reentrant=True)
        y.log().sum().backward()
    # log(exp(x·w)) = x·w
    assert w.grad is not None and x.grad is not None
    assert w.grad.allclose(torch.tensor([3.0, 4.0])) and x.grad.allclose(torch.tensor([1.0, 2.0]))
    last = recorded.at("latest")
    assert [n["op"] for n in last.graph.nodes] == ["CheckpointFunction", "log", "sum"]
    assert last.parameters["w"].gradient.tolist() == w.grad.tolist()
    assert last.parameters["x"].gradient.tolist() == x.grad.tolist()


def test_listeners_leave_a_tape_as_it_is() -> None:
    def script() -> None:
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        (w * w).exp().sum().backward()

    with tape.record() as plain:
        script()
    with (
        tape.record() as watched,
        torch.autograd.set_detect_anomaly(True),
        torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t),
    ):
        script()
    assert len(plain) == len(watched)
    assert [n["op"] for n in watched.at("latest").graph.nodes] == ["mul", "exp", "sum"]
    assert torch.autograd.is_anomaly_enabled() is False
