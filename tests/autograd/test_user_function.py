"""`torch.autograd.Function`: what a script's own op does in the graph and on a tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import tape
from autograd.gradients import Function, grad
from autograd.gradients.function import once_differentiable


class Scale(Function):
    @staticmethod
    def forward(ctx: Any, x: Any, factor: float) -> Any:
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * ctx.factor, None


class Exp(Function):
    @staticmethod
    def forward(x: Any) -> Any:
        return x.exp()

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (result,) = ctx.saved_tensors
        return g * result


class Cube(Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 3 * x * x * g


def test_chain_of_a_users_op() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = Scale.apply(x * 2, 3.0)
    assert y.grad_fn.name() == type(y.grad_fn).__name__ == "ScaleBackward"
    assert [n.name() for n, _ in y.grad_fn.next_functions] == ["MulBackward0"]
    assert y.grad_fn.factor == 3.0 and y.grad_fn.needs_input_grad == (True, False)
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0]


def test_derivatives_of_any_order() -> None:
    x = torch.tensor([2.0], dtype=torch.float64, requires_grad=True)
    (first,) = grad(Cube.apply(x), x, create_graph=True)
    (second,) = grad(first, x, create_graph=True)
    (third,) = grad(second, x)
    assert (first.item(), second.item(), third.item()) == (12.0, 12.0, 6.0)
    (once,) = grad(Exp.apply(x), x, create_graph=True)
    (twice,) = grad(once, x)
    assert once.item() == twice.item() == pytest.approx(np.exp(2.0))


def test_a_saved_output_makes_no_circle() -> None:
    import gc
    import weakref

    x = torch.ones(2, requires_grad=True)
    y = Exp.apply(x)
    node = weakref.ref(y.grad_fn)
    gc.disable()
    try:
        del y
        assert node() is None
    finally:
        gc.enable()


def test_once_differentiable_refuses_the_second_time() -> None:
    class Squared(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, g: Any) -> Any:
            assert not torch.is_grad_enabled()
            return 2 * g * ctx.saved_tensors[0]

    x = torch.tensor([3.0], requires_grad=True)
    (slope,) = grad(Squared.apply(x) ** 2, x, create_graph=True)
    assert slope.item() == 108.0  # 4·3³
    with pytest.raises(RuntimeError, match="differentiate twice a function that was marked with @once_differentiable"):
        slope.sum().backward()


def test_an_input_written_in_place() -> None:
    class Double(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.mark_dirty(x)
            return x.mul_(2)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return 2 * g

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    assert Double.apply(y) is y and y._version == 1
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0]
    with pytest.raises(RuntimeError, match="a leaf Variable"):
        Double.apply(torch.ones(1, requires_grad=True))


def test_only_what_depends_on_a_gradient_is_in_the_graph() -> None:
    assert not Scale.apply(torch.ones(1), 2.0).requires_grad
    with torch.no_grad():
        assert not Scale.apply(torch.ones(1, requires_grad=True), 2.0).requires_grad


def test_a_tape_of_a_users_op() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with tape.record() as recorded:
        y = Scale.apply(x, 3.0)
        Exp.apply(y).sum().backward()
    kinds = [(recorded.at(i).event, recorded.at(i).phase) for i in range(len(recorded))]
    assert kinds
    graph = recorded.at("latest").graph
    nodes = {n["op"]: n for n in graph.nodes}
    # The ops inside forward and backward are none of the tape's.
    assert [n["op"] for n in graph.nodes] == ["Scale", "Exp", "sum"]
    assert nodes["Scale"]["backward"] == "ScaleBackward" and nodes["Scale"]["attributes"] == {"factor": 3.0}
    assert [n["state"] for n in graph.nodes] == ["backward"] * 3
    assert recorded.at(0).graph.nodes[0]["state"] == "forward"
    np.testing.assert_allclose(recorded.at("latest").parameters["x"].gradient, 3 * np.exp([3.0, 6.0]), rtol=1e-6)


def test_a_tape_of_an_op_that_writes_its_input() -> None:
    class Negate(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.mark_dirty(x)
            return x.neg_()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return -g

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with tape.record() as recorded:
        y = x * 2
        Negate.apply(y)
        y.sum().backward()
    assert x.grad.tolist() == [-2.0, -2.0]
    m = recorded.at("latest")
    assert [n["op"] for n in m.graph.nodes] == ["mul", "Negate", "sum"]
    made = {e["to"]: e["from"] for e in m.graph.edges}
    assert (made["Negate"], made["sum"]) == ("mul", "Negate")
    assert recorded.at(0).tensors["mul"].value.tolist() == [2.0, 4.0]
    assert m.tensors["Negate"].value.tolist() == [-2.0, -4.0]


def test_a_view_returned_by_a_users_op_cannot_be_written() -> None:
    class Same(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g

    x = torch.ones(2, requires_grad=True)
    y = Same.apply(x)
    assert y is not x and y._base is x
    with pytest.raises(RuntimeError, match="Output 0 of Same is a view and is being modified inplace"):
        y.mul_(2)
