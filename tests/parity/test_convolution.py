"""Convolution, padding and folding modules against PyTorch: first values, text, names, and outputs of their own."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

WITH_WEIGHTS = {
    "Conv1d": lambda nn: nn.Conv1d(4, 6, 3, 2, 1, groups=2),
    "Conv1d_same": lambda nn: nn.Conv1d(4, 6, 4, padding="same"),
    "Conv2d": lambda nn: nn.Conv2d(3, 5, (3, 2), padding=(1, 0), dilation=2),
    "Conv2d_no_bias": lambda nn: nn.Conv2d(3, 5, 3, bias=False),
    "Conv2d_valid": lambda nn: nn.Conv2d(3, 5, 3, padding="valid", padding_mode="reflect"),
    "Conv2d_reflect": lambda nn: nn.Conv2d(3, 5, 4, padding="same", padding_mode="reflect"),
    "Conv2d_replicate": lambda nn: nn.Conv2d(3, 5, 3, stride=2, padding=(2, 1), padding_mode="replicate"),
    "Conv2d_circular": lambda nn: nn.Conv2d(3, 6, 3, padding=2, groups=3, padding_mode="circular"),
    "Conv2d_wide": lambda nn: nn.Conv2d(16, 24, 5, padding=2),
    "Conv3d": lambda nn: nn.Conv3d(2, 4, (2, 3, 2), padding=1),
    "ConvTranspose1d": lambda nn: nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, groups=2),
    "ConvTranspose2d": lambda nn: nn.ConvTranspose2d(3, 5, 4, 2, 1),
    "ConvTranspose2d_options": lambda nn: nn.ConvTranspose2d(4, 6, 3, (3, 2), 1, (2, 1), 2, False, (1, 2)),
    "ConvTranspose3d": lambda nn: nn.ConvTranspose3d(2, 4, 2, 2, output_padding=(1, 0, 1)),
}
WITHOUT = {
    "Unfold": lambda nn: nn.Unfold((2, 3), padding=1),
    "Fold": lambda nn: nn.Fold((4, 5), (2, 3), stride=(1, 2)),
    "ConstantPad2d": lambda nn: nn.ConstantPad2d((1, 0, 2, 1), 3.5),
    **{
        f"{kind}Pad{dims}d": lambda nn, kind=kind, dims=dims: getattr(nn, f"{kind}Pad{dims}d")(2)
        for kind in ("Circular", "Reflection", "Replication", "Zero")
        for dims in (1, 2, 3)
    },
}


def both(build: Any) -> list[Any]:
    made = []
    for library in (autograd, torch):
        library.manual_seed(7)
        made.append(build(library.nn))
    return made


@pytest.mark.parametrize("name", WITH_WEIGHTS)
def test_first_values_text_and_names(name: str) -> None:
    ours, theirs = both(WITH_WEIGHTS[name])
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for ours_, theirs_ in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_array_equal(ours_.detach().numpy(), theirs_.detach().numpy())
    attributes = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups")
    for attribute in (*attributes, "transposed", "output_padding", "padding_mode"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)


@pytest.mark.parametrize("name", WITH_WEIGHTS)
@pytest.mark.parametrize("batch", [(), (5,), (0,)], ids=["one", "batch", "empty"])
def test_outputs_and_gradients(name: str, batch: tuple[int, ...]) -> None:
    ours, theirs = both(WITH_WEIGHTS[name])
    size = (*batch, ours.in_channels, 7, 9, 6)[: len(batch) + 1 + len(ours.kernel_size)]
    x = np.random.default_rng(0).uniform(-1, 1, size).astype(np.float32)
    results = []
    for library, model in ((autograd, ours), (torch, theirs)):
        given = library.tensor(x, requires_grad=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's, of what "same" with an even kernel costs
            output = model(given)
        weights = np.random.default_rng(1).uniform(-1, 1, tuple(output.shape)).astype(np.float32)
        (output * library.tensor(weights)).sum().backward()
        assert output.is_contiguous()
        results.append([output.detach(), given.grad, *[p.grad for p in model.parameters()]])
    for mine, real in zip(*results, strict=True):
        assert tuple(mine.shape) == tuple(real.shape)
        assert repr(mine.dtype) == repr(real.dtype)
        np.testing.assert_allclose(mine.numpy(), real.numpy(), 2e-5, 1e-4)  # float32 sums of 2,000 terms


@pytest.mark.parametrize("name", WITHOUT)
def test_text(name: str) -> None:
    ours, theirs = both(WITHOUT[name])
    assert repr(ours) == repr(theirs)


def names(t: Any) -> list[str]:
    """The nodes from `t` back along first inputs."""
    found, node = [], t.grad_fn
    while node is not None:
        found.append(node.name().removeprefix("torch::autograd::"))
        node = node.next_functions[0][0] if node.next_functions else None
    return found


@pytest.mark.parametrize(
    "call",
    [
        lambda T: T.nn.Conv1d(2, 3, 3)(T.ones(2, 8, requires_grad=True)),
        lambda T: T.nn.Conv1d(2, 3, 3)(T.ones(1, 2, 8, requires_grad=True)),
        lambda T: T.nn.Conv2d(2, 3, 3, padding="same")(T.ones(2, 8, 8, requires_grad=True)),
        lambda T: T.nn.Conv2d(2, 3, 4, padding=1, padding_mode="reflect")(T.ones(1, 2, 8, 8, requires_grad=True)),
        lambda T: T.nn.ConvTranspose2d(2, 3, 3)(T.ones(2, 8, 8, requires_grad=True)),
        lambda T: T.nn.Fold(4, 2)(T.nn.Unfold(2)(T.ones(2, 4, 4, requires_grad=True))),
    ],
    ids=["conv1d_one", "conv1d", "conv2d_one_same", "conv2d_reflect", "conv_transpose2d_one", "fold_unfold"],
)
def test_chain_of_nodes(call: Any) -> None:
    assert names(call(autograd)) == names(call(torch))


def test_integers_are_convolved_without_a_graph() -> None:
    results = []
    for library in (autograd, torch):
        x = library.arange(50).view(1, 2, 5, 5)
        results.append(library.nn.functional.conv2d(x, library.ones(3, 2, 3, 3, dtype=library.int64)))
    assert results[0].tolist() == results[1].tolist()
    assert repr(results[0].dtype) == repr(results[1].dtype)


@pytest.mark.parametrize("transposed", [False, True])
def test_third_derivatives(transposed: bool) -> None:
    """Of a cube of the output, so that no order vanishes."""
    rng = np.random.default_rng(3)
    x0, w0 = rng.uniform(-1, 1, (1, 2, 4, 4)), rng.uniform(-1, 1, (2, 2, 2, 3))
    results = []
    for library in (autograd, torch):
        x, w = (library.tensor(a, requires_grad=True) for a in (x0, w0))
        functional = library.nn.functional
        value = (functional.conv_transpose2d if transposed else functional.conv2d)(x, w, stride=2, padding=1)
        value = (value * value * value).sum()
        for _ in range(2):
            dx, dw = library.autograd.grad(value, (x, w), create_graph=True)
            value = (dx * dx).sum() + (dw * dw * dw).sum()
        results.append(library.autograd.grad(value, (x, w)))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), 1e-8, 1e-8)
