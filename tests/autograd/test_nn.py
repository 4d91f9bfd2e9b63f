"""Modules: what they hold, their modes, state, hooks and text; layers by arithmetic."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import nn
from autograd.nn import functional as F


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.norm = nn.BatchNorm1d(3)
        self.rest = nn.Sequential(nn.ReLU(), nn.Dropout(0.5), nn.Linear(3, 1, bias=False))
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("offset", torch.zeros(1))

    def forward(self, x: Any) -> Any:
        return self.rest(self.norm(self.first(x))) * self.scale + self.offset


def test_what_a_module_holds() -> None:
    net = Net()
    assert [n for n, _ in net.named_parameters()] == [
        "scale",
        "first.weight",
        "first.bias",
        "norm.weight",
        "norm.bias",
        "rest.2.weight",
    ]
    assert [n for n, _ in net.named_buffers()] == [
        "offset",
        "norm.running_mean",
        "norm.running_var",
        "norm.num_batches_tracked",
    ]
    assert [n for n, _ in net.named_children()] == ["first", "norm", "rest"]
    assert net.get_submodule("rest.2") is net.rest[2]
    assert sum(p.numel() for p in net.parameters()) == 1 + 6 + 3 + 3 + 3 + 3
    assert repr(net.rest) == (
        "Sequential(\n  (0): ReLU()\n  (1): Dropout(p=0.5, inplace=False)\n"
        "  (2): Linear(in_features=3, out_features=1, bias=False)\n)"
    )


def test_modes_and_freezing() -> None:
    net = Net()
    net.eval()
    assert not net.rest[1].training
    x = torch.randn(4, 2)
    assert torch.equal(net(x), net(x))
    net.train()
    assert net.rest[1].training
    net.requires_grad_(False)
    assert not net(x).requires_grad


def test_state_dict_there_and_back() -> None:
    a, b = Net(), Net()
    b.load_state_dict(a.state_dict())
    a.eval(), b.eval()
    x = torch.randn(3, 2)
    assert torch.equal(a(x), b(x))
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "weight", "bias"'):
        nn.Linear(2, 2).load_state_dict({})
    with pytest.raises(RuntimeError, match="size mismatch for weight"):
        nn.Linear(2, 2).load_state_dict(nn.Linear(3, 2).state_dict())
    result = nn.Linear(2, 2).load_state_dict({"other": torch.ones(1)}, strict=False)
    assert result.unexpected_keys == ["other"] and result.missing_keys == ["weight", "bias"]


def test_attributes() -> None:
    net = nn.Module()
    net.w = nn.Parameter(torch.ones(1))
    net.w = None
    assert net.w is None and list(net.parameters()) == []
    with pytest.raises(TypeError, match="cannot assign"):
        net.w = torch.ones(1)
    with pytest.raises(AttributeError, match="has no attribute 'missing'"):
        net.missing  # noqa: B018

    class Forgetful(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"before Module.__init__\(\) call"):
        Forgetful()


def test_a_shared_parameter_counts_once() -> None:
    a, b = nn.Linear(2, 2), nn.Linear(2, 2)
    b.weight = a.weight
    both = nn.ModuleList([a, b])
    assert len(list(both.parameters())) == 3
    (both[1](both[0](torch.ones(1, 2)))).sum().backward()
    assert a.weight.grad is b.weight.grad


def test_hooks() -> None:
    layer = nn.Linear(1, 1)
    seen = []
    handle = layer.register_forward_hook(lambda m, args, out: seen.append(out.item()))
    layer.register_forward_pre_hook(lambda m, args: (args[0] * 0,))
    out = layer(torch.ones(1, 1))
    assert seen == [out.item()] and out.item() == layer.bias.item()
    handle.remove()
    layer(torch.ones(1, 1))
    assert len(seen) == 1


def test_convolution_by_hand() -> None:
    x = torch.arange(9.0).view(1, 1, 3, 3)
    w = torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]])
    assert F.conv2d(x, w).tolist() == [[[[-4.0, -4.0], [-4.0, -4.0]]]]  # x[i][j] - x[i+1][j+1]
    assert F.conv2d(x, w, torch.tensor([10.0]), stride=2, padding=1).shape == (1, 1, 2, 2)


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 5)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1), (2, 0)])
@pytest.mark.parametrize("stride, groups", [((1, 1), 1), ((1, 1), 2), ((2, 3), 1)])
@pytest.mark.parametrize("samples", [1, 3, 7])
def test_all_ways_of_convolution_agree(
    kernel: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
    groups: int,
    samples: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from autograd.functions import correlation as c

    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(7, 4, 7, 8)), rng.normal(size=(6, 4 // groups, *kernel))
    geometry = c.Geometry(stride, padding, (1, 1), groups)
    g = rng.normal(size=(7, 6, *c.places(x.shape[2:], kernel, geometry)))
    found = []
    for rows, columns in product((1, 1000), (1, 1000)):
        monkeypatch.setattr(c, "_ROWS", rows)  # the kernel's rows, or all of it gathered
        monkeypatch.setattr(c, "_COLUMNS", columns)  # a product for each sample, or for all
        monkeypatch.setattr(c, "_samples", lambda *_: samples)  # the last round has fewer than the others
        found.append(
            [
                c.correlate(x, w, w[:, 0, 0, 0], geometry),
                c.spread(g, w, geometry, x.shape[2:]),
                c.weigh(x, g, kernel, geometry),
            ]
        )
    for others in found[1:]:
        for a, b in zip(found[0], others, strict=True):
            np.testing.assert_allclose(a, b, 1e-12, 1e-12)


def test_one_weight_used_twice() -> None:
    layer = nn.Conv2d(1, 1, 3, padding=1).double()
    x = torch.randn(2, 1, 5, 5, dtype=torch.float64)
    layer(layer(x)).sum().backward()
    first, second = nn.Conv2d(1, 1, 3, padding=1).double(), nn.Conv2d(1, 1, 3, padding=1).double()
    first.load_state_dict(layer.state_dict()), second.load_state_dict(layer.state_dict())
    second(first(x)).sum().backward()
    np.testing.assert_allclose(layer.weight.grad.numpy(), (first.weight.grad + second.weight.grad).numpy(), 1e-10)


def test_batch_norm_statistics() -> None:
    norm = nn.BatchNorm1d(1)
    x = torch.tensor([[1.0], [3.0]])
    assert norm(x).flatten().tolist() == pytest.approx([-1.0, 1.0], abs=1e-4)
    assert norm.running_mean.item() == pytest.approx(0.2)  # 0.9·0 + 0.1·2
    assert norm.running_var.item() == pytest.approx(1.1)  # 0.9·1 + 0.1·2
    assert norm.num_batches_tracked.item() == 1
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        norm(torch.ones(1, 1))


def test_dropout() -> None:
    torch.manual_seed(0)
    out = F.dropout(torch.ones(10000), 0.25)
    assert out.unique().tolist() == pytest.approx([0.0, 4 / 3])
    assert 0.7 < (out > 0).float().mean().item() < 0.8
    assert F.dropout(out, 0.5, training=False) is out
    with pytest.raises(ValueError, match="between 0 and 1"):
        nn.Dropout(1.5)


def test_cross_entropy_is_two_nodes() -> None:
    logits = torch.zeros(2, 4, requires_grad=True)
    loss = nn.CrossEntropyLoss()(logits, torch.tensor([0, 3]))
    assert loss.item() == pytest.approx(np.log(4))
    assert loss.grad_fn is not None and loss.grad_fn.op == "nll_loss"
    inner = loss.grad_fn.next_functions[0][0]
    assert inner.op == "log_softmax" and inner.name() == "LogSoftmaxBackward0"
    loss.backward()
    assert logits.grad is not None
    assert logits.grad[0].tolist() == pytest.approx([-0.375, 0.125, 0.125, 0.125])
    with pytest.raises(IndexError, match="Target 4 is out of bounds"):
        F.cross_entropy(logits, torch.tensor([0, 4]))


def test_linear_is_one_node() -> None:
    layer = nn.Linear(2, 3)
    assert layer(torch.ones(1, 2)).grad_fn.name() == "AddmmBackward0"
    assert layer(torch.ones(1, 4, 2)).grad_fn.name() == "ViewBackward0"


def test_shapes_that_differ_warn() -> None:
    with pytest.warns(UserWarning, match="Using a target size"):
        F.mse_loss(torch.ones(3, 1), torch.ones(3))


def test_clipping() -> None:
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    (w * w.detach()).sum().backward()
    assert nn.utils.clip_grad_norm_([w], 1.0).item() == 5.0
    assert w.grad is not None and w.grad.tolist() == pytest.approx([0.6, 0.8], abs=1e-6)
    nn.utils.clip_grad_value_([w], 0.7)
    assert w.grad.tolist() == pytest.approx([0.6, 0.7], abs=1e-6)
