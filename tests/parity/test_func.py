"""torch.func: derivatives and vmap as functions of functions, against PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import autograd

pytestmark = [
    pytest.mark.parity,
    pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Attempted to insert a get_attr Node:UserWarning"),
]


def as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: as_lists(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [as_lists(v) for v in value]
    if hasattr(value, "tolist"):
        assert not value.requires_grad
        return torch.tensor(value.tolist(), dtype=getattr(torch, str(value.dtype).removeprefix("torch.")))
    return float(value)


def x_of(T: Any) -> Any:
    return T.tensor([0.3, -0.7, 1.1], dtype=T.float64)


def m_of(T: Any) -> Any:
    return T.tensor([[0.3, -0.7, 1.1], [0.2, 0.5, -0.4]], dtype=T.float64)


def g_of(T: Any, x: Any) -> Any:
    return (x.sin() * x * x).sum()


CALLS: dict[str, Callable[[Any], Any]] = {
    "grad": lambda T: T.func.grad(lambda x: g_of(T, x))(x_of(T)),
    "grad of grad": lambda T: T.func.grad(T.func.grad(lambda x: x.sin() * x))(x_of(T)[0]),
    "third": lambda T: T.func.grad(T.func.grad(T.func.grad(lambda x: x.exp() * x)))(x_of(T)[0]),
    "argnums": lambda T: T.func.grad(lambda x, y: (x * y * y).sum(), argnums=(0, 1))(x_of(T), x_of(T) * 2),
    "unused": lambda T: T.func.grad(lambda x, y: (y * y).sum(), argnums=(0, 1))(x_of(T), x_of(T) * 2),
    "aux": lambda T: T.func.grad(lambda x: (g_of(T, x), {"double": x * 2, "n": [x]}), has_aux=True)(x_of(T)),
    "value": lambda T: T.func.grad_and_value(lambda x: g_of(T, x))(x_of(T)),
    "value, aux": lambda T: T.func.grad_and_value(lambda x: (g_of(T, x), x * 3), has_aux=True)(x_of(T)),
    "dict": lambda T: T.func.grad(lambda p, x: ((p["w"] * x).sum() + p["b"]) ** 2)(
        {"w": x_of(T), "b": x_of(T)[0]}, x_of(T)
    ),
    "vjp": lambda T: T.func.vjp(lambda x, y: (x * y, x.exp()), x_of(T), x_of(T))[1]((x_of(T), x_of(T) * 2)),
    "vjp, one": lambda T: (lambda o, f: (o, f(x_of(T))))(*T.func.vjp(lambda x: x.sin(), x_of(T))),
    "jvp": lambda T: T.func.jvp(lambda x, y: x * y.exp(), (x_of(T), x_of(T)), (x_of(T), x_of(T) * 2)),
    "jvp, aux": lambda T: T.func.jvp(lambda x: (x * x, x + 1), (x_of(T),), (x_of(T),), has_aux=True),
    "linearize": lambda T: (lambda o, f: (o, f(x_of(T) * 2)))(*T.func.linearize(lambda x: x.sin(), x_of(T))),
    "jacrev": lambda T: T.func.jacrev(lambda x: x * x.sum())(x_of(T)),
    "jacrev, argnums": lambda T: T.func.jacrev(lambda x, y: x * y.sum(), argnums=(0, 1))(x_of(T), m_of(T)[:, :1].sum()),
    "jacrev, tree": lambda T: T.func.jacrev(lambda x: {"a": x.sin(), "b": (x.sum(), x * 2)})(x_of(T)),
    "jacrev, aux": lambda T: T.func.jacrev(lambda x: (x * x, x), has_aux=True)(x_of(T)),
    "jacfwd": lambda T: T.func.jacfwd(lambda x: x.exp() * x.sum())(x_of(T)),
    "hessian": lambda T: T.func.hessian(lambda x: g_of(T, x))(x_of(T)),
    "hessian, two": lambda T: T.func.hessian(lambda x, y: (x * x * y).sum(), argnums=(0, 1))(x_of(T), x_of(T) * 3),
    "vmap": lambda T: T.func.vmap(lambda x: x * x.sum())(m_of(T)),
    "vmap, dims": lambda T: T.vmap(lambda x, y: (x + y, x.sum()), in_dims=(1, None), out_dims=(1, 0))(
        m_of(T), m_of(T)[:, 0]
    ),
    "vmap, tree": lambda T: T.func.vmap(
        lambda p, x: {"out": p["w"] * x + p["b"][0]}, in_dims=({"w": 0, "b": (None,)}, 1)
    )({"w": x_of(T), "b": (x_of(T)[1],)}, m_of(T)),
    "vmap, names": lambda T: T.func.vmap(lambda x, scale: x * scale)(m_of(T), scale=x_of(T)),
    "vmap of vmap": lambda T: T.vmap(T.vmap(lambda a, b: a * b, in_dims=(None, 0)), in_dims=(0, None))(
        x_of(T), x_of(T)
    ),
    "vmap of grad": lambda T: T.vmap(T.func.grad(lambda x: g_of(T, x)))(m_of(T)),
    "grad of vmap": lambda T: T.func.grad(lambda m: T.vmap(lambda x: g_of(T, x))(m).prod())(m_of(T)),
    "vmap of jacrev": lambda T: T.vmap(T.func.jacrev(lambda x: x.sin() * x.sum()))(m_of(T)),
    "vmap of hessian": lambda T: T.vmap(T.func.hessian(lambda x: g_of(T, x)))(m_of(T)),
    "under no_grad": lambda T: no_grad(T, lambda: T.func.grad(lambda x: g_of(T, x))(x_of(T))),
    "no_grad inside": lambda T: T.func.grad(lambda x: (x * no_grad(T, lambda: x * 2)).sum())(x_of(T)),
    "detach inside": lambda T: T.func.grad(lambda x: (x * x.detach()).sum())(x_of(T)),
}


def no_grad(T: Any, call: Callable[[], Any]) -> Any:
    with T.no_grad():
        return call()


@pytest.mark.parametrize("name", CALLS)
def test_same_numbers(name: str) -> None:
    torch.testing.assert_close(as_lists(CALLS[name](autograd)), as_lists(CALLS[name](torch)))


WRONG: dict[str, Callable[[Any], Any]] = {
    "not a scalar": lambda T: T.func.grad(lambda x: x * 2)(x_of(T)),
    "argnums": lambda T: T.func.grad(lambda x: x.sum(), argnums=2)(x_of(T)),
    "no aux": lambda T: T.func.grad(lambda x: x.sum(), has_aux=True)(x_of(T)),
    "sizes": lambda T: T.vmap(lambda x, y: x)(m_of(T), x_of(T)),
    "in_dims": lambda T: T.vmap(lambda x, y: x, in_dims=(0,))(m_of(T), m_of(T)),
    "in_dim too great": lambda T: T.vmap(lambda x: x, in_dims=3)(m_of(T)),
    "number mapped": lambda T: T.vmap(lambda x, y: x)(m_of(T), 3),
    "no number out": lambda T: T.vmap(lambda x: 3)(m_of(T)),
    "random": lambda T: T.vmap(lambda x: x + T.randn(3))(m_of(T)),
    "randomness": lambda T: T.vmap(lambda x: x, randomness="none")(m_of(T)),
    "tangents": lambda T: T.func.jvp(lambda x: x, (x_of(T),), ()),
    "cotangents": lambda T: T.func.vjp(lambda x: x, x_of(T))[1](m_of(T)),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name: str) -> None:
    with pytest.raises(Exception) as theirs:
        WRONG[name](torch)
    with pytest.raises(type(theirs.value)) as ours:
        WRONG[name](autograd)
    assert str(ours.value)


def test_randomness() -> None:
    autograd.manual_seed(3)
    x = autograd.zeros(4, 2)
    same = autograd.vmap(lambda r: r + autograd.randn(2), randomness="same")(x)
    different = autograd.vmap(lambda r: r + autograd.randn(2), randomness="different")(x)
    assert (same == same[0]).all() and not (different == different[0]).all()


def test_what_the_function_closes_over_stays_in_the_graph() -> None:
    found = []
    for T in (torch, autograd):
        w = T.tensor([2.0, 3.0], dtype=T.float64, requires_grad=True)
        x = T.tensor([0.5, 0.25], dtype=T.float64)
        slope = T.func.grad(lambda x: ((w * x) ** 2).sum())(x)  # noqa: B023
        assert slope.requires_grad
        slope.sum().backward()
        found.append((slope.tolist(), w.grad.tolist()))
    assert found[0] == found[1]


def network(T: Any) -> Any:
    model = T.nn.Sequential(T.nn.Linear(3, 4), T.nn.Tanh(), T.nn.Linear(4, 2)).double()
    with T.no_grad():
        for i, p in enumerate(model.parameters()):
            p.copy_(T.arange(float(p.numel()), dtype=T.float64).reshape(p.shape).sin() * (i + 1) / 2)
    return model


def test_per_sample_gradients() -> None:
    """As PyTorch's tutorial: vmap(grad(loss), in_dims=(None, None, 0, 0))."""
    found = []
    for T in (torch, autograd):
        model = network(T)
        params = {k: v.detach() for k, v in model.named_parameters()}
        buffers = {k: v.detach() for k, v in model.named_buffers()}

        def loss(params: Any, buffers: Any, sample: Any, target: Any, T: Any = T, model: Any = model) -> Any:
            predictions = T.func.functional_call(model, (params, buffers), (sample.unsqueeze(0),))
            return T.nn.functional.cross_entropy(predictions, target.unsqueeze(0))

        each = T.func.vmap(T.func.grad(loss), in_dims=(None, None, 0, 0))
        found.append(as_lists(each(params, buffers, m_of(T), T.tensor([0, 1]))))
    torch.testing.assert_close(found[0], found[1])


def test_ensemble() -> None:
    """As PyTorch's tutorial: stack_module_state, and vmap over the models."""
    import copy

    found = []
    for T in (torch, autograd):
        models = [network(T), network(T)]
        with T.no_grad():
            models[1][0].weight.mul_(2)
        params, buffers = T.func.stack_module_state(models)
        base = copy.deepcopy(models[0])

        def call(params: Any, buffers: Any, x: Any, T: Any = T, base: Any = base) -> Any:
            return T.func.functional_call(base, (params, buffers), (x,))

        out = T.vmap(call, in_dims=(0, 0, None))(params, buffers, m_of(T))
        out.pow(2).sum().backward()
        found.append((as_lists(out.detach()), {k: as_lists(v.grad) for k, v in params.items()}))
    torch.testing.assert_close(found[0], found[1])


def test_functional_call_leaves_the_module_alone_and_ties() -> None:
    for T in (torch, autograd):
        model = T.nn.Sequential(T.nn.Linear(2, 2, bias=False), T.nn.Linear(2, 2, bias=False))
        model[1].weight = model[0].weight
        before = model[0].weight
        x = T.eye(2)
        assert T.func.functional_call(model, {"0.weight": 2 * T.eye(2)}, (x,)).tolist() == [[4.0, 0.0], [0.0, 4.0]]
        assert model[0].weight is before
        with pytest.raises(RuntimeError):
            T.func.functional_call(model, {"0.weight": T.eye(2), "9": T.eye(2)}, x, strict=True)
