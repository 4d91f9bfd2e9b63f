"""Anomaly detection: a backward pass stops at the op whose gradient is not a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import mode

if TYPE_CHECKING:
    from autograd.function import Function


def inspect(node: Function, shares: Sequence[Any]) -> None:
    """RuntimeError where a share holds NaN, naming the node, its op and what it was called on."""
    for i, share in enumerate(shares):
        if share is not None and node.edges[i] is not None and np.isnan(share).any():
            given = ", ".join(
                f"{name}: {list(t.shape)}"
                for name, t in zip(node.arguments, node.inputs, strict=False)
                if t is not None
            )
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {i}th output. The forward op was "
                f"{node.op}({given})."
            )


class set_detect_anomaly:
    """Whether every backward checks each node's gradients for NaN. A function, and a context manager.

    https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
    """

    def __init__(self, mode_: bool = True, check_nan: bool = True, **named: bool) -> None:
        self.before = mode.anomaly
        mode.anomaly = bool(named.get("mode", mode_)) and check_nan

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: object) -> None:
        mode.anomaly = self.before


class detect_anomaly:
    """`with detect_anomaly():` checks every backward inside."""

    def __init__(self, check_nan: bool = True) -> None:
        self.check_nan = check_nan

    def __enter__(self) -> None:
        self.before, mode.anomaly = mode.anomaly, self.check_nan

    def __exit__(self, *exception: object) -> None:
        mode.anomaly = self.before


def is_anomaly_enabled() -> bool:
    """Whether backward checks for NaN."""
    return mode.anomaly
