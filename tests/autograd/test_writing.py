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
