"""Checkpoints both ways: PyTorch opens ours, we open PyTorch's."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity


def checkpoint(T: Any) -> Any:
    T.manual_seed(0)
    model = T.nn.Sequential(T.nn.Linear(5, 4), T.nn.BatchNorm1d(4), T.nn.ReLU(), T.nn.Linear(4, 2))
    optimizer = T.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        model(T.randn(8, 5)).square().mean().backward()
        optimizer.step()
    base = T.arange(12.0).reshape(3, 4)
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "views": [base, base.t(), base[1:, ::2], base.expand(2, 3, 4)],
        "kinds": tuple(T.arange(3).to(getattr(T, k)) for k in KINDS),
        "empty": T.zeros(0, 3),
        "scalar": T.tensor(2.5, requires_grad=True),
        "parameter": T.nn.Parameter(T.ones(2)),
        "plain": {"epoch": 3, "loss": 0.25, "name": "ünï", "flag": True, "none": None, "big": 1 << 40},
        "size": T.Size([2, 3]),
        "dtype": T.float64,
    }


KINDS = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]


def plain(value: Any) -> Any:
    """Tensors as (dtype, shape, numbers), all else as it is."""
    if hasattr(value, "detach"):
        return repr(value.dtype), tuple(value.shape), value.requires_grad, value.detach().tolist()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and "Size" not in type(value).__name__:
        return [plain(v) for v in value]
    return repr(value)


@pytest.mark.parametrize("writer, reader", [(autograd, torch), (torch, autograd), (autograd, autograd)])
@pytest.mark.parametrize("to_file", [True, False])
def test_both_ways(writer: Any, reader: Any, to_file: bool, tmp_path: Any) -> None:
    saved = checkpoint(writer)
    place: Any = tmp_path / "checkpoint.pt" if to_file else io.BytesIO()
    writer.save(saved, place)
    if not to_file:
        place.seek(0)
    loaded = reader.load(place, weights_only=True)
    assert plain(loaded) == plain(saved)
    model = reader.nn.Sequential(
        reader.nn.Linear(5, 4), reader.nn.BatchNorm1d(4), reader.nn.ReLU(), reader.nn.Linear(4, 2)
    )
    model.load_state_dict(loaded["model"])
    reader.optim.Adam(model.parameters()).load_state_dict(loaded["optimizer"])
    loaded["views"][0].zero_()
    assert not np.any(loaded["views"][1].numpy())
