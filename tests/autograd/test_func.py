"""torch.func and torch.autograd.functional by arithmetic; compared with PyTorch in tests/parity."""

from __future__ import annotations

from typing import Any

import pytest

import autograd as torch
from autograd import compat


def test_derivatives_of_a_polynomial() -> None:
    def f(x: Any) -> Any:
        return x * x * x

    x = torch.tensor(2.0)
    assert torch.func.grad(f)(x).item() == 12.0
    assert torch.func.grad(torch.func.grad(f))(x).item() == 12.0
    assert torch.func.grad(torch.func.grad(torch.func.grad(f)))(x).item() == 6.0
    assert not torch.func.grad(f)(x).requires_grad and x.grad is None


def test_jacobians_and_hessian_by_hand() -> None:
    def f(x: Any) -> Any:
        return torch.stack([x[0] * x[1], x[0] + 3 * x[1]])

    x = torch.tensor([2.0, 5.0])
    expected = [[5.0, 2.0], [1.0, 3.0]]
    assert torch.func.jacrev(f)(x).tolist() == torch.func.jacfwd(f)(x).tolist() == expected
    assert torch.autograd.functional.jacobian(f, x).tolist() == expected
    square = torch.func.hessian(lambda x: (x * x).sum() * 3)
    assert square(x).tolist() == [[6.0, 0.0], [0.0, 6.0]]


def test_vmap_of_a_dot_product() -> None:
    a, b = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 1.0], [2.0, 0.5]])
    assert torch.vmap(torch.dot)(a, b).tolist() == [3.0, 8.0]
    assert torch.vmap(torch.dot, in_dims=(1, None))(a, b[1]).tolist() == [3.5, 6.0]
    with pytest.raises(RuntimeError, match="randomness error mode"):
        torch.vmap(lambda x: x + torch.rand(2))(a)


def test_names_as_scripts_import_them() -> None:
    import importlib
    import sys

    before = {name: m for name, m in sys.modules.items() if name == "torch" or name.startswith("torch.")}
    compat.install()
    try:
        for module, names in {
            "torch.func": ("grad", "vmap", "jacrev", "hessian", "functional_call", "stack_module_state"),
            "torch.autograd": ("Function", "gradcheck", "gradgradcheck", "graph", "functional"),
            "torch.autograd.function": ("Function", "FunctionCtx", "InplaceFunction", "once_differentiable"),
            "torch.autograd.functional": ("jacobian", "hessian", "vjp", "jvp", "vhp", "hvp"),
            "torch.autograd.gradcheck": ("gradcheck", "gradgradcheck", "GradcheckError"),
            "torch.autograd.graph": ("Node", "saved_tensors_hooks", "save_on_cpu", "get_gradient_edge"),
            "torch.utils.checkpoint": ("checkpoint", "checkpoint_sequential"),
        }.items():
            found = importlib.import_module(module)
            assert all(callable(getattr(found, n)) or n in ("graph", "functional") for n in names)
    finally:
        for name in [n for n in sys.modules if n == "torch" or n.startswith("torch.")]:
            del sys.modules[name]
        sys.modules.update(before)
