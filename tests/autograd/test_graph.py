"""The graph and its backward pass: leaves, accumulation, versions, freeing, hooks, modes."""

from __future__ import annotations

import numpy as np
import pytest

import autograd as torch


def test_chain_rule_by_hand() -> None:
    x = torch.tensor(3.0, requires_grad=True)
    y = x * x + 2 * x
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 8.0  # 2·3 + 2
    assert y.grad_fn is not None
    assert y.grad_fn.name() == "AddBackward0"
    assert [f.name() for f, _ in y.grad_fn.next_functions] == ["MulBackward0", "MulBackward0"]
    assert y.grad_fn.next_functions[0][0].next_functions[0][0].variable is x


def test_gradients_pile_up() -> None:
    x = torch.ones(2, requires_grad=True)
    for _ in range(3):
        (x * 2).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 6.0]


def test_scalars_are_attributes_not_inputs() -> None:
    x = torch.ones(2, requires_grad=True)
    for result, attributes in ((x * 3, {"other": 3}), (1 - x, {"input": 1}), (x**2, {"exponent": 2})):
        assert result.grad_fn is not None
        assert len(result.grad_fn.inputs) == 1
        assert result.grad_fn.attributes == attributes


def test_one_share_to_two_leaves_is_two_arrays() -> None:
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    (a + b).sum().backward()
    assert a.grad is not None and b.grad is not None
    a.grad.zero_()
    assert b.grad.tolist() == [1.0, 1.0]


def test_deep_graph_needs_no_recursion() -> None:
    x = torch.ones(1, requires_grad=True)
    y = x
    for _ in range(5000):
        y = y + 1
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0


def test_second_backward() -> None:
    x = torch.ones(2, requires_grad=True)
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [4.0, 4.0]
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        loss.backward()
    # Nothing saved, nothing freed.
    total = (x + 1).sum()
    total.backward()
    total.backward()


def test_backward_frees_the_graph() -> None:
    x = torch.ones(2, requires_grad=True)
    loss = x.exp().sum()
    node = loss.grad_fn
    assert node is not None
    inner = node.next_functions[0][0]
    loss.backward()
    assert inner.saved is None and inner.inputs == ()


def test_stale_saved_tensor() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    y.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
    a = torch.ones(2)
    z = x * a
    a[0] = 5.0
    with pytest.raises(RuntimeError, match="MulBackward0 saved is at version 1; expected the version it was saved at"):
        z.sum().backward()


def test_views_share_memory_and_version() -> None:
    x = torch.zeros(2, 3)
    row = x[1]
    row.fill_(7)
    assert x.tolist() == [[0, 0, 0], [7, 7, 7]]
    assert x._version == row._version == 1
    assert x.detach()._version == 1
    assert x.data._version == 0
    assert x.view(3, 2).numpy().base is not None


def test_leaf_rules() -> None:
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        x += 1
    with pytest.raises(RuntimeError, match="a view of a leaf Variable"):
        x[0].fill_(2)
    with torch.no_grad():
        x += 1
    assert x.tolist() == [2.0, 2.0] and x.is_leaf and x.requires_grad
    x.data -= 1
    assert x.tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="leaf variables"):
        (x * 2).requires_grad_(False)


def test_in_place_on_an_inner_tensor() -> None:
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 2
    z = y * 1
    y[0] = 10.0
    y.add_(1)
    (y.sum() + z.sum()).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 4.0, 4.0]
    assert y.tolist() == [11.0, 5.0, 7.0]


def test_gradient_argument_and_shapes() -> None:
    x = torch.ones(3, requires_grad=True)
    (x * 2).backward(torch.tensor([1.0, 0.0, 2.0]))
    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 0.0, 4.0]
    with pytest.raises(RuntimeError, match="only for scalar outputs"):
        (x * 2).backward()
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        (x * 2).backward(torch.ones(2))
    with pytest.raises(RuntimeError, match="does not require grad"):
        torch.ones(1).backward()
    x.grad = None
    (x * x).sum().backward(create_graph=True)
    assert x.grad is not None and x.grad.requires_grad


def test_grad_returns_and_does_not_write() -> None:
    x, w = torch.tensor(2.0, requires_grad=True), torch.tensor(5.0, requires_grad=True)
    y = x * w
    z = y * y
    gx, gy = torch.autograd.grad(z, [x, y], retain_graph=True)
    assert gx is not None and gy is not None
    assert (gx.item(), gy.item()) == (100.0, 20.0)  # 2y·w and 2y
    assert x.grad is None and w.grad is None
    unused = torch.ones(1, requires_grad=True)
    with pytest.raises(RuntimeError, match="not have been used"):
        torch.autograd.grad(z, unused, retain_graph=True)
    assert torch.autograd.grad(z, unused, allow_unused=True) == (None,)


def test_backward_into_chosen_inputs() -> None:
    x, w = torch.tensor(2.0, requires_grad=True), torch.tensor(5.0, requires_grad=True)
    (x * w).backward(inputs=[x])
    assert x.grad is not None
    assert x.grad.item() == 5.0 and w.grad is None


def test_retain_grad_and_hooks() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    y.retain_grad()
    assert y.retains_grad and not x.retains_grad
    seen: list[list[float]] = []
    handle = y.register_hook(lambda g: seen.append(g.tolist()))
    x.register_hook(lambda g: g * 10)
    (y * y).sum().backward()
    assert y.grad is not None and x.grad is not None
    assert y.grad.tolist() == [6.0, 12.0] and seen == [[6.0, 12.0]]
    assert x.grad.tolist() == [180.0, 360.0]
    handle.remove()
    after: list[bool] = []
    x.register_post_accumulate_grad_hook(lambda t: after.append(t.grad is not None))
    (x * 2).sum().backward()
    assert after == [True]


def test_modes() -> None:
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        assert not (x * 2).requires_grad
        with torch.enable_grad():
            assert (x * 2).requires_grad

    @torch.no_grad()
    def evaluate() -> torch.Tensor:
        return x * 2

    assert not evaluate().requires_grad and torch.is_grad_enabled()
    with torch.set_grad_enabled(False):
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    with torch.inference_mode():
        assert not (x * 2).requires_grad
    y = x.detach()
    assert not y.requires_grad and np.shares_memory(y.numpy(), x.detach().numpy())


def test_mixed_types_give_gradients_of_their_own() -> None:
    a = torch.ones(2, requires_grad=True)
    b = torch.ones(2, dtype=torch.float64, requires_grad=True)
    (a * b).sum().backward()
    assert a.grad is not None and b.grad is not None
    assert a.grad.dtype is torch.float32 and b.grad.dtype is torch.float64


def test_hash_and_equality() -> None:
    a, b = torch.ones(2), torch.ones(2)
    assert (a == b).tolist() == [True, True]
    assert len({a, b, a}) == 2
    assert hash(b) > hash(a)


def test_an_op_takes_any_number_of_tensors() -> None:
    parts = [torch.ones(1) for _ in range(40)]
    assert torch.cat(parts).shape == (40,)
    x = torch.ones(2, requires_grad=True)
    torch.stack([x] * 40).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [40.0, 40.0]


@pytest.mark.parametrize(
    ("write", "slope"),
    [
        (lambda y: y.pow_(2), [6.0, -4.0, 1.0]),
        (lambda y: y.clamp_(-1, 1), [0.0, 0.0, 1.0]),
        (lambda y: y.abs_(), [1.0, -1.0, 1.0]),
        (lambda y: y.mul_(y.detach().clone()), [3.0, -2.0, 0.5]),
    ],
    ids=["pow_", "clamp_", "abs_", "mul_"],
)
def test_an_op_in_place_differentiates_what_was_there_before(write: object, slope: list[float]) -> None:
    x = torch.tensor([3.0, -2.0, 0.5], requires_grad=True)
    y = x * 1
    write(y)  # type: ignore[operator]
    y.sum().backward()
    assert x.grad is not None and x.grad.tolist() == slope


def test_the_other_operand_of_a_product_in_place_gets_the_old_value() -> None:
    x, z = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0], requires_grad=True)
    y = x * 1
    y.mul_(z)
    y.sum().backward()
    assert x.grad is not None and z.grad is not None
    assert (x.grad.tolist(), z.grad.tolist()) == ([3.0, 4.0], [1.0, 2.0])
