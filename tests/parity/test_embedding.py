"""Embedding, EmbeddingBag and Bilinear: first values, names, outputs and gradients, against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

INDICES = [[0, 4, 1], [4, 2, 4]]

MODULES: dict[str, Any] = {
    "Embedding": lambda nn: nn.Embedding(5, 3),
    "Embedding_padded": lambda nn: nn.Embedding(5, 3, padding_idx=-1),
    "Embedding_short": lambda nn: nn.Embedding(5, 3, 0, 1.0, 1.0, True),
    "EmbeddingBag": lambda nn: nn.EmbeddingBag(5, 3),
    "EmbeddingBag_padded": lambda nn: nn.EmbeddingBag(5, 3, mode="max", padding_idx=4),
    "EmbeddingBag_short": lambda nn: nn.EmbeddingBag(5, 3, 1.0, 3.0, True, "sum", padding_idx=-5),
    "Bilinear": lambda nn: nn.Bilinear(3, 4, 5),
    "Bilinear_no_bias": lambda nn: nn.Bilinear(3, 4, 5, bias=False),
}


def made(T: Any, name: str) -> Any:
    T.manual_seed(2)
    return MODULES[name](T.nn)


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    found = []
    for T in (autograd, torch):
        module = made(T, name)
        first = [t.detach().clone().numpy() for t in module.state_dict().values()]
        if "Bilinear" in name:
            output = module(T.randn(2, 3), T.randn(2, 4))
        else:
            output = module(T.tensor(INDICES))
        output.backward(T.arange(output.numel()).float().reshape(output.shape) / output.numel())
        after = [output.detach().numpy(), *[p.grad.numpy() for p in module.parameters()]]
        after += [p.detach().numpy() for p in module.parameters()]
        found.append((repr(module), list(module.state_dict()), first, after))
    (text, keys, first, after), (their_text, their_keys, their_first, their_after) = found
    assert text == their_text
    assert keys == their_keys
    for ours, theirs in zip(first, their_first, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(after, their_after, strict=True):
        np.testing.assert_allclose(ours, theirs, 1e-5, 1e-6)


@pytest.mark.parametrize("freeze", [True, False])
@pytest.mark.parametrize("kind", ["Embedding", "EmbeddingBag"])
def test_from_pretrained(kind: str, freeze: bool) -> None:
    found = []
    for T in (autograd, torch):
        table = T.arange(15.0).reshape(5, 3)
        module = getattr(T.nn, kind).from_pretrained(table, freeze=freeze, padding_idx=1, max_norm=8.0)
        output = module(T.tensor(INDICES))
        found.append((repr(module), module.weight.requires_grad, output.requires_grad, table.tolist(), output.tolist()))
    assert found[0][:3] == found[1][:3]
    # The table is shared: rows that were read are shortened in it.
    for ours, theirs in zip(found[0][3:], found[1][3:], strict=True):
        np.testing.assert_allclose(ours, theirs, 1e-5, 1e-6)


@pytest.mark.parametrize("kind", ["Embedding", "EmbeddingBag"])
def test_reset_parameters(kind: str) -> None:
    found = []
    for T in (autograd, torch):
        T.manual_seed(2)
        module = getattr(T.nn, kind)(5, 3, padding_idx=2)
        module.reset_parameters()
        found.append(module.weight.detach().numpy())
    np.testing.assert_array_equal(*found)


def test_a_lookup_that_shortens_counts_as_a_write() -> None:
    """A weight that a graph holds may not be shortened before that graph's backward."""
    for T in (autograd, torch):
        weight = T.full((3, 2), 2.0, requires_grad=True)
        square = (weight * weight).sum()
        T.nn.functional.embedding(T.tensor([1]), weight, max_norm=1.0)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            square.backward()


@pytest.mark.parametrize("kind", ["Embedding", "EmbeddingBag"])
def test_sparse_gradients_are_refused(kind: str) -> None:
    with pytest.raises(NotImplementedError, match="sparse=True"):
        getattr(autograd.nn, kind)(3, 2, sparse=True)
