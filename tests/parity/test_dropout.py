"""Dropout layers: the same masks, the same state of the generator afterwards, the same repr."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

LAYERS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "Dropout": (lambda nn: nn.Dropout(0.3), (40, 50)),
    "Dropout_inplace": (lambda nn: nn.Dropout(0.3, inplace=True), (40, 50)),
    "Dropout_default": (lambda nn: nn.Dropout(), (40, 50)),
    "Dropout1d": (lambda nn: nn.Dropout1d(0.3), (8, 9, 4)),
    "Dropout1d_single": (lambda nn: nn.Dropout1d(0.3, True), (9, 4)),
    "Dropout2d": (lambda nn: nn.Dropout2d(0.3), (8, 9, 4, 3)),
    "Dropout3d": (lambda nn: nn.Dropout3d(0.3, inplace=True), (8, 9, 4, 3, 2)),
    "AlphaDropout": (lambda nn: nn.AlphaDropout(0.3), (40, 50)),
    "FeatureAlphaDropout": (lambda nn: nn.FeatureAlphaDropout(0.3), (8, 9, 4, 3)),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", LAYERS)
def test_same_numbers(name: str, dtype: str) -> None:
    make, shape = LAYERS[name]
    numbers = np.random.default_rng(0).normal(size=shape)
    runs = []
    for library in (autograd, torch):
        layer = make(library.nn)
        library.manual_seed(7)
        given = library.tensor(numbers, dtype=getattr(library, dtype))
        given = given[:, :] if name == "Dropout1d_single" else given
        out = layer(given)
        after = library.rand(3)
        idle = layer.eval()(given)
        runs.append((repr(layer), list(layer.state_dict()), out.numpy(), given.numpy(), idle.numpy(), after.numpy()))
    for ours, theirs in zip(*runs, strict=True):
        if isinstance(ours, np.ndarray):
            np.testing.assert_allclose(ours, theirs, 1e-6, 1e-6)
        else:
            assert ours == theirs


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"])
@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_refused(name: str, p: float) -> None:
    for library in (autograd, torch):
        with pytest.raises(ValueError, match="between 0 and 1"):
            getattr(library.nn, name)(p)


def test_inplace_writes_into_the_input() -> None:
    for library in (autograd, torch):
        library.manual_seed(0)
        x = library.ones(50)
        y = library.nn.functional.dropout(x, 0.5, inplace=True)
        assert y is x
        assert set(x.tolist()) == {0.0, 2.0}
