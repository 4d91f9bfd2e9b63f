"""What can be said of an array in a few numbers."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from autograd.tape.segment import Array


class Statistics(TypedDict):
    """Over the finite values, in float64; `nonfinite` counts the others. None where there are too few values."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    norm: float | None
    nonfinite: int


def statistics(array: Array) -> Statistics:
    """Statistics of an array of any shape and dtype. `std` is unbiased, as `torch.std` is; `norm` is the L2 norm."""
    values = np.asarray(array, np.float64).ravel()
    finite = values[np.isfinite(values)]
    nonfinite = values.size - finite.size
    if not finite.size:
        return Statistics(min=None, max=None, mean=None, std=None, norm=None, nonfinite=nonfinite)
    return Statistics(
        min=float(finite.min()),
        max=float(finite.max()),
        mean=float(finite.mean()),
        std=float(finite.std(ddof=1)) if finite.size > 1 else None,
        norm=norm(finite),
        nonfinite=nonfinite,
    )


def norm(array: Array) -> float:
    """L2 norm, summed in float64."""
    flat = np.asarray(array, np.float64).ravel()
    return float(np.sqrt(flat @ flat))
