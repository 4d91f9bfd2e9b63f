"""Writing in place to views and what they look into: gradients, versions, names and errors against PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import autograd

pytestmark = pytest.mark.parity


def row_added(T: Any, x: Any, b: Any) -> Any:
    x[0] += b
    return (x * x).sum()


def flat_element(T: Any, x: Any, b: Any) -> Any:
    x.view(-1)[3] = b[0]
    return (x * x).sum()


def column_scaled(T: Any, x: Any, b: Any) -> Any:
    x[:, 0].mul_(2)
    return (x * x).sum()


def another_view_follows(T: Any, x: Any, b: Any) -> Any:
    row, column = x[1], x[:, 1]
    row.mul_(b)
    return (column * column).sum() + (row**3).sum()


def view_follows_its_base(T: Any, x: Any, b: Any) -> Any:
    row = x.t()[1]
    x.mul_(b)
    return (row * row).sum()


def base_outside_the_graph(T: Any, x: Any, b: Any) -> Any:
    y = T.zeros(3, 4)
    row = y[0]
    y[0] = b
    return (row * row).sum() + x.sum()


def operand_needs_what_was_overwritten(T: Any, x: Any, b: Any) -> Any:
    x.mul_(b)
    return (x * x).sum()


def transposed_and_twice(T: Any, x: Any, b: Any) -> Any:
    x.t()[0].copy_(b[:3])
    x[0, 1:3] = b[1:3]
    return (x * x).sum()


def view_of_a_view(T: Any, x: Any, b: Any) -> Any:
    flat = x.view(-1)
    part = flat[2:6]
    part.mul_(b)
    flat.mul_(2)
    return (part * x[1]).sum() + (flat**2).sum()


def diagonal_filled(T: Any, x: Any, b: Any) -> Any:
    x.diagonal().fill_(7)
    return (x * x).sum()


def detached_shares_memory(T: Any, x: Any, b: Any) -> Any:
    x.detach()[0] = 5
    return x.sum() + x._version


def columns_built_one_by_one(T: Any, x: Any, b: Any) -> Any:
    out = T.zeros(3, 4)
    for i in range(4):
        out[:, i] = x[:, i] * b[i] + (out[:, i - 1] if i else 0)
    return (out * out).sum()


def activation_of_a_view(T: Any, x: Any, b: Any) -> Any:
    (x - 6)[1:].relu_().sum().backward(retain_graph=True)
    y = x - 6
    y[1:].tanh_()
    return (y * b).sum()


def retained(T: Any, x: Any, b: Any) -> Any:
    x.retain_grad()
    x[0] = 0
    (x * b).sum().backward(retain_graph=True)
    return x.sum() + x.grad.sum()


def under_no_grad(T: Any, x: Any, b: Any) -> Any:
    with T.no_grad():
        x[0].zero_()
    return (x + b).sum()


def one_of_many(T: Any, x: Any, b: Any) -> Any:
    x.unbind(0)[0].mul_(2)
    return x.sum()


def saved_then_written(T: Any, x: Any, b: Any) -> Any:
    squares = x * x
    x[0].zero_()
    return squares.sum()


def made_without_gradients(T: Any, x: Any, b: Any) -> Any:
    with T.no_grad():
        row = x[0]
    row.mul_(2)
    return x.sum()


def view_of_a_leaf(T: Any, x: Any, b: Any) -> Any:
    b[:2].mul_(2)
    return x.sum()


def view_made_before_its_base_was_wanted(T: Any, x: Any, b: Any) -> Any:
    y = T.zeros(3)
    part = y[:2]
    y.requires_grad_()
    part.add_(1)
    return x.sum()


def expanded(T: Any, x: Any, b: Any) -> Any:
    x.expand(2, 3, 4).add_(1)
    return x.sum()


def detached_in_place(T: Any, x: Any, b: Any) -> Any:
    x[0].detach_()
    return x.sum()


GRADIENTS = [
    row_added,
    flat_element,
    column_scaled,
    another_view_follows,
    view_follows_its_base,
    base_outside_the_graph,
    operand_needs_what_was_overwritten,
    transposed_and_twice,
    view_of_a_view,
    diagonal_filled,
    detached_shares_memory,
    columns_built_one_by_one,
    activation_of_a_view,
    retained,
    under_no_grad,
]
ERRORS = [
    one_of_many,
    saved_then_written,
    made_without_gradients,
    view_of_a_leaf,
    view_made_before_its_base_was_wanted,
    expanded,
    detached_in_place,
]


def run(T: Any, call: Callable[..., Any]) -> list[Any]:
    a = T.arange(1.0, 13.0, dtype=T.float64).reshape(3, 4).requires_grad_()
    b = T.tensor([2.0, 3.0, 4.0, 5.0], dtype=T.float64, requires_grad=True)
    x = a * 1
    loss = call(T, x, b)
    loss.backward()
    return [loss.item(), x._version, a.grad.tolist(), None if b.grad is None else b.grad.tolist()]


@pytest.mark.parametrize("call", GRADIENTS, ids=lambda c: c.__name__)
def test_gradients_through_written_views(call: Callable[..., Any]) -> None:
    ours, theirs = run(autograd, call), run(torch, call)
    assert ours[1] == theirs[1]
    for a, b in zip(ours, theirs, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            torch.testing.assert_close(torch.tensor(a), torch.tensor(b))


@pytest.mark.parametrize("call", ERRORS, ids=lambda c: c.__name__)
def test_what_may_not_be_written(call: Callable[..., Any]) -> None:
    said = []
    for library in (torch, autograd):
        with pytest.raises(RuntimeError) as raised:
            run(library, call)
        said.append(str(raised.value)[:40])
    assert said[0] == said[1]


def test_nodes_of_written_views() -> None:
    names = []
    for library in (torch, autograd):
        x = library.ones(4, requires_grad=True) * 1
        whole = x.view(2, 2)
        row = whole[0]
        row.mul_(3)
        # PyTorch calls it `torch::autograd::CopySlices`, and prints `CopySlices`.
        names.append([node.name().split("::")[-1] for node in (x.grad_fn, row.grad_fn, whole.grad_fn)])
        assert row._base is x
    assert names[0] == names[1]


def test_second_derivatives_through_a_written_view() -> None:
    found = []
    for T in (torch, autograd):
        a = T.tensor([1.0, 2.0, 3.0], dtype=T.float64, requires_grad=True)
        x = a * a
        x.view(3, 1).t().mul_(a)
        (slope,) = T.autograd.grad((x**2).sum(), a, create_graph=True)
        (second,) = T.autograd.grad(slope.sum(), a)
        found.append((slope.tolist(), second.tolist()))
    assert found[0] == found[1]


def vector(T: Any, *numbers: float, grad: bool = False) -> Any:
    return T.tensor(list(numbers), dtype=T.float64, requires_grad=grad)


def plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    return (value.requires_grad, tuple(value.shape), [round(v, 9) for v in value.detach().reshape(-1).tolist()])


FUNCTIONAL = {
    "jacobian": lambda T, F: F.jacobian(lambda x: x.exp() * x.sum(), vector(T, 0.1, 0.2)),
    "jacobian, tuples": lambda T, F: F.jacobian(
        lambda x, y: (x * y.sum(), x.sum()), (vector(T, 0.1, 0.2), vector(T, 3.0))
    ),
    "jacobian, graph": lambda T, F: F.jacobian(lambda x: x**3, vector(T, 1.0, 2.0, grad=True), create_graph=True),
    "jacobian, independent": lambda T, F: F.jacobian(lambda x: T.ones(2, dtype=T.float64), vector(T, 1.0, 2.0)),
    "jacobian, vectorize": lambda T, F: F.jacobian(lambda x: x**2, vector(T, 1.0, 2.0), vectorize=True),
    "hessian": lambda T, F: F.hessian(lambda x: (x**3).sum() * x.exp().sum(), vector(T, 1.0, 2.0)),
    "hessian, two": lambda T, F: F.hessian(lambda x, y: (x * x * y).sum(), (vector(T, 1.0, 2.0), vector(T, 3.0, 4.0))),
    "vjp": lambda T, F: F.vjp(lambda x: x.exp(), vector(T, 1.0, 2.0), vector(T, 3.0, 4.0)),
    "vjp, none": lambda T, F: F.vjp(lambda x, y: (x * y).sum(), (vector(T, 1.0, 2.0), vector(T, 3.0, 4.0))),
    "jvp": lambda T, F: F.jvp(lambda x: x.exp(), vector(T, 1.0, 2.0), vector(T, 3.0, 4.0)),
    "jvp, two": lambda T, F: F.jvp(
        lambda x, y: (x * y, x), (vector(T, 1.0), vector(T, 2.0)), (vector(T, 3.0), vector(T, 4.0))
    ),
    "vhp": lambda T, F: F.vhp(lambda x: (x**3).sum(), vector(T, 1.0, 2.0), vector(T, 3.0, 4.0)),
    "hvp": lambda T, F: F.hvp(lambda x: (x**3).prod(), vector(T, 1.0, 2.0), vector(T, 3.0, 4.0)),
    "hvp, graph": lambda T, F: F.hvp(
        lambda x: (x**4).sum(), vector(T, 1.0, 2.0, grad=True), vector(T, 3.0, 4.0), create_graph=True
    ),
}


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_functional(name: str) -> None:
    call = FUNCTIONAL[name]
    assert plain(call(autograd, autograd.autograd.functional)) == plain(call(torch, torch.autograd.functional))


WRONG_FUNCTIONAL = {
    "strict": lambda T, F: F.jacobian(lambda x: T.ones(2), vector(T, 1.0), strict=True),
    "strict, one": lambda T, F: F.jacobian(lambda x, y: x * 2, (vector(T, 1.0), vector(T, 1.0)), strict=True),
    "no tensor": lambda T, F: F.jacobian(lambda x: 3, vector(T, 1.0)),
    "no tensor in": lambda T, F: F.vjp(lambda x: x, 3),
    "v": lambda T, F: F.vjp(lambda x: x, vector(T, 1.0, 2.0)),
    "v shape": lambda T, F: F.jvp(lambda x: x, vector(T, 1.0, 2.0), vector(T, 1.0)),
    "hessian of many": lambda T, F: F.hessian(lambda x: x, vector(T, 1.0, 2.0)),
    "hvp of a tuple": lambda T, F: F.hvp(lambda x: (x.sum(),), vector(T, 1.0, 2.0), vector(T, 1.0, 2.0)),
}


@pytest.mark.parametrize("name", WRONG_FUNCTIONAL)
def test_functional_refuses(name: str) -> None:
    call = WRONG_FUNCTIONAL[name]
    with pytest.raises(Exception) as theirs:
        call(torch, torch.autograd.functional)
    with pytest.raises(type(theirs.value)) as ours:
        call(autograd, autograd.autograd.functional)
    assert str(ours.value)


def wrong_square(T: Any) -> Any:
    class Square(T.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return 3 * ctx.saved_tensors[0] * g

    return Square.apply


@pytest.mark.parametrize("fast", [False, True])
def test_gradcheck(fast: bool) -> None:
    for T in (torch, autograd):
        check, twice = T.autograd.gradcheck, T.autograd.gradgradcheck
        x, y = vector(T, 0.4, 0.7, grad=True), vector(T, 1.4, 1.7, grad=True)
        assert check(lambda x, y: (x.sin() * y, (x * y).sum()), (x, y), fast_mode=fast) is True
        assert twice(lambda x, y: x.sin() * y * y, (x, y), fast_mode=fast) is True
        wrong = wrong_square(T)
        with pytest.raises(RuntimeError, match="Jacobian mismatch for output 0 with respect to input 0"):
            check(wrong, (x,), fast_mode=fast)
        assert check(wrong, x, raise_exception=False, fast_mode=fast) is False
        with pytest.raises(ValueError, match="at least one input tensor to require gradient"):
            check(wrong, (vector(T, 1.0),), fast_mode=fast)
        assert x.tolist() == [0.4, 0.7]


def numbers(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [numbers(v) for v in value]
    return value.tolist() if hasattr(value, "tolist") else value


def node_hooks(T: Any) -> Any:
    x, log = vector(T, 1.0, 2.0, grad=True), []
    y = x * x
    y.grad_fn.register_hook(lambda gi, go: log.append(("post", gi, go)))
    y.grad_fn.register_prehook(lambda go: log.append(("pre", go)))
    y.register_hook(lambda g: log.append(("tensor", g)))
    (y * y).sum().backward()
    return log, x.grad


def node_hooks_replace(T: Any) -> Any:
    x = vector(T, 1.0, 2.0, grad=True)
    y = x.exp()
    handle = y.grad_fn.register_hook(lambda gi, go: (gi[0] * 10,))
    y.grad_fn.register_prehook(lambda go: (go[0] + 1,))
    y.sum().backward(retain_graph=True)
    handle.remove()
    y.sum().backward()
    return x.grad


def node_hooks_in_a_graph(T: Any) -> Any:
    x = vector(T, 1.0, 2.0, grad=True)
    y = x.exp()
    y.grad_fn.register_hook(lambda gi, go: (gi[0] * gi[0],))
    (slope,) = T.autograd.grad(y.sum(), x, create_graph=True)
    return T.autograd.grad(slope.sum(), x)


def leaf_hooks(T: Any) -> Any:
    x, log = vector(T, 1.0, 2.0, grad=True), []
    leaf = (x * 1).grad_fn.next_functions[0][0]
    leaf.register_hook(lambda gi, go: log.append(numbers((gi, go))))
    leaf.register_prehook(lambda go: (go[0] * 3,))
    (x * 2).sum().backward()
    (x * 2).sum().backward()
    return log, x.grad


def order_and_removal(T: Any) -> Any:
    x, log = vector(T, 1.0, grad=True), []
    y = x * 2
    first = y.register_hook(lambda g: log.append("first") or g * 2)
    y.register_hook(lambda g: log.append(g.item()))
    y.sum().backward(retain_graph=True)
    first.remove()
    y.sum().backward()
    return log, x.grad


def packed(T: Any) -> Any:
    x, log = vector(T, 1.0, 2.0, grad=True), []
    with T.autograd.graph.saved_tensors_hooks(lambda t: log.append(tuple(t.shape)) or t * 2, lambda t: t):
        y = (x * x).exp().sum()
    y.backward()
    with T.autograd.graph.save_on_cpu():
        (x * x).sum().backward()
    return log, x.grad


def packed_by_name(T: Any) -> Any:
    x, kept = vector(T, 1.0, 2.0, grad=True), {}

    def pack(t: Any) -> str:
        kept[str(len(kept))] = t.clone()
        return str(len(kept) - 1)

    with T.autograd.graph.saved_tensors_hooks(pack, lambda name: kept[name]):
        y = x.sin() * x
    y.sum().backward()
    return len(kept), x.grad


def batched(T: Any) -> Any:
    x = vector(T, 1.0, 2.0, grad=True)
    return T.autograd.grad(x * x, x, T.eye(2, dtype=T.float64), is_grads_batched=True)


def gradient_edges(T: Any) -> Any:
    x = vector(T, 1.0, 2.0, grad=True)
    y = x * 3
    edge = T.autograd.graph.get_gradient_edge(y)
    leaf = T.autograd.graph.get_gradient_edge(x)
    return edge.output_nr, T.autograd.grad((y * y).sum(), [edge, leaf])


def several_gradients(T: Any) -> Any:
    x, log = vector(T, 1.0, 2.0, grad=True), []
    u, v = x * 1, x * 2
    T.autograd.graph.register_multi_grad_hook((u, v), log.append)
    any_of = T.autograd.graph.register_multi_grad_hook((u, v), lambda g: log.append(g), mode="any")
    u.sum().backward(retain_graph=True)
    any_of.remove()
    (u + v).sum().backward()
    return log


def inferred(T: Any) -> Any:
    with T.inference_mode():
        x = vector(T, 1.0) * 2
        state = (T.is_inference_mode_enabled(), T.is_grad_enabled(), x.is_inference())
        with T.inference_mode(False):
            inner = (T.is_inference_mode_enabled(), T.is_grad_enabled())
    raised = []
    for call in (lambda: x.requires_grad_(), lambda: x.add_(1)):
        with pytest.raises(RuntimeError) as error:
            call()
        raised.append(str(error.value)[:40])
    return state, inner, raised, x.clone().is_inference(), T.is_inference_mode_enabled()


def decorated(T: Any) -> Any:
    @T.no_grad()
    def steps() -> Any:
        got = yield T.is_grad_enabled()
        try:
            yield got
        except ValueError:
            yield "caught", T.is_grad_enabled()

    @T.set_grad_enabled(False)
    def plain_function() -> Any:
        return T.is_grad_enabled()

    @T.inference_mode
    def inference() -> Any:
        return T.is_inference_mode_enabled()

    running = steps()
    found = [next(running), T.is_grad_enabled(), running.send(5), running.throw(ValueError())]
    return [*found, plain_function(), T.is_grad_enabled(), inference()]


def backward_into(T: Any) -> Any:
    x, w = vector(T, 1.0, 2.0, grad=True), vector(T, 3.0, 4.0, grad=True)
    y = x * w
    y.retain_grad()
    (y * y).sum().backward(inputs=[x])
    with pytest.raises(RuntimeError):
        (x * 2).sum().backward(inputs=[])
    return x.grad, w.grad is None


API = [
    node_hooks,
    node_hooks_replace,
    node_hooks_in_a_graph,
    leaf_hooks,
    order_and_removal,
    packed,
    packed_by_name,
    batched,
    gradient_edges,
    several_gradients,
    inferred,
    decorated,
    backward_into,
]


@pytest.mark.parametrize("call", API, ids=lambda c: c.__name__)
def test_same_calls_and_numbers(call: Callable[[Any], Any]) -> None:
    assert numbers(call(autograd)) == numbers(call(torch))


def test_anomalies() -> None:
    for T in (torch, autograd):
        x = vector(T, 0.0, grad=True)
        with pytest.warns(UserWarning) as warned, T.autograd.detect_anomaly():
            z = (x * 1).sqrt()
            with pytest.raises(
                RuntimeError, match=r"^Function 'SqrtBackward0' returned nan values in its 0th output\."
            ):
                (z * 0).sum().backward()
        said = [str(w.message) for w in warned]
        assert said[0].startswith("Anomaly Detection has been enabled.")
        traced = next(s for s in said if s.startswith("Error detected in SqrtBackward0. Traceback of forward call"))
        assert "z = (x * 1).sqrt()" in traced
        with T.autograd.set_detect_anomaly(True, check_nan=False):
            (((x * 1).sqrt()) * 0).sum().backward()
        assert not T.is_anomaly_enabled() if T is torch else not T.autograd.is_anomaly_enabled()


def test_grad_of_an_inner_tensor_warns() -> None:
    for T in (torch, autograd):
        y = vector(T, 1.0, grad=True) * 2
        with pytest.warns(UserWarning, match="that is not a leaf Tensor is being accessed"):
            assert y.grad is None
        y.retain_grad()
        assert y.grad is None


def checkpointed(T: Any, reentrant: bool, count: list[int]) -> Any:
    import importlib

    utils = importlib.import_module("torch.utils.checkpoint" if T is torch else "autograd.checkpoint")
    model = T.nn.Sequential(T.nn.Linear(3, 4), T.nn.Tanh(), T.nn.Linear(4, 2)).double()
    with T.no_grad():
        for i, p in enumerate(model.parameters()):
            p.copy_(T.arange(float(p.numel()), dtype=T.float64).reshape(p.shape).sin() * (i + 1) / 2)
    x = vector(T, 0.1, -0.4, 0.7, grad=True)

    def part(x: Any) -> Any:
        count[0] += 1
        return model(x) * 2

    y = utils.checkpoint(part, x * 1, use_reentrant=reentrant)
    (y * y).sum().backward()
    z = utils.checkpoint_sequential(model, 2, x * 1, use_reentrant=reentrant)
    z.sum().backward()
    name = y.grad_fn.name()
    return numbers([x.grad, *[p.grad for p in model.parameters()]]), name, count[0]


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoint(reentrant: bool) -> None:
    ours, theirs = checkpointed(autograd, reentrant, [0]), checkpointed(torch, reentrant, [0])
    torch.testing.assert_close(torch.cat([torch.tensor(v).reshape(-1) for v in ours[0]]),
                               torch.cat([torch.tensor(v).reshape(-1) for v in theirs[0]]))  # fmt: skip
    assert ours[1:] == theirs[1:]


def test_checkpoint_draws_the_same_numbers_and_refuses_another_function() -> None:
    from autograd.checkpoint import CheckpointError, checkpoint

    x = autograd.ones(50, requires_grad=True)
    y = checkpoint(lambda x: autograd.nn.functional.dropout(x * x), x, use_reentrant=False)
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == (2 * y).tolist()
    turns = iter([1, 2])
    z = checkpoint(lambda x: x.exp() if next(turns) == 1 else x.exp().exp(), x, use_reentrant=False)
    with pytest.raises(CheckpointError):
        z.sum().backward()


def op(T: Any, forward: Any, backward: Any) -> Any:
    return type("Op", (T.autograd.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})


def saves(ctx: Any, a: Any) -> Any:
    ctx.save_for_backward(a)
    return a * 2


def dirties(ctx: Any, a: Any) -> Any:
    ctx.mark_dirty(a)
    return a.mul_(2)


def dirties_in_vain(ctx: Any, a: Any) -> Any:
    ctx.mark_dirty(a)
    return a.mul_(2) * 1


def saves_a_number(ctx: Any, a: Any) -> Any:
    ctx.save_for_backward(3)
    return a * 2


def again(T: Any, x: Any) -> None:
    y = op(T, saves, lambda ctx, g: g * ctx.saved_tensors[0]).apply(x).sum()
    y.backward()
    y.backward()


WRONG_OPS: dict[str, Callable[[Any, Any], Any]] = {
    "too few": lambda T, x: op(T, lambda c, a, k: a * k, lambda c, g: g).apply(x, 3).sum().backward(),
    "too many": lambda T, x: op(T, lambda c, a: a * 2, lambda c, g: (g, g)).apply(x).sum().backward(),
    "of a number": lambda T, x: op(T, lambda c, a, k: a * 2, lambda c, g: (g, g)).apply(x, 3).sum().backward(),
    "shape": lambda T, x: op(T, lambda c, a: a * 2, lambda c, g: g[:2]).apply(x).sum().backward(),
    "no tensor": lambda T, x: op(T, lambda c, a: a * 2, lambda c, g: 3.0).apply(x).sum().backward(),
    "saves a number": lambda T, x: op(T, saves_a_number, lambda c, g: g).apply(x),
    "dirty leaf": lambda T, x: op(T, dirties, lambda c, g: g).apply(x),
    "dirty, not returned": lambda T, x: op(T, dirties_in_vain, lambda c, g: g).apply(x * 1),
    "second time": again,
    "view of itself": lambda T, x: op(T, lambda c, a: a, lambda c, g: g).apply(x * 1).mul_(2),
    "no forward": lambda T, x: type("Op", (T.autograd.Function,), {}).apply(x),
    "no backward": lambda T, x: (
        type("Op", (T.autograd.Function,), {"forward": staticmethod(lambda c, a: a * 2)}).apply(x).sum().backward()
    ),
}


@pytest.mark.parametrize("name", WRONG_OPS)
def test_a_users_op_fails_with_the_same_words(name: str) -> None:
    said = []
    for T in (torch, autograd):
        with pytest.raises((RuntimeError, TypeError, NotImplementedError)) as raised:
            WRONG_OPS[name](T, vector(T, 1.0, 2.0, 3.0, grad=True))
        said.append((type(raised.value), str(raised.value)[:60]))
    assert said[0] == said[1]


def test_a_users_op_of_several_outputs() -> None:
    found = []
    for T in (torch, autograd):
        log: list[Any] = []

        def forward(ctx: Any, a: Any, b: Any) -> Any:
            ctx.set_materialize_grads(False)
            second = b * 3
            third = a + b
            ctx.mark_non_differentiable(third)
            return a * b, second, third

        def backward(ctx: Any, g: Any, h: Any, i: Any, log: list[Any] = log) -> Any:
            log.append((g is None, numbers(h), ctx.needs_input_grad))
            return None, h * 3

        a, b = vector(T, 1.0, 2.0), vector(T, 3.0, 4.0, grad=True)
        first, second, third = op(T, forward, backward).apply(a, b)
        second.sum().backward()
        states = (first.requires_grad, second.output_nr, third.requires_grad, third.is_leaf, first.grad_fn.name())
        found.append((log, states, b.grad.tolist()))
    assert found[0] == found[1]
